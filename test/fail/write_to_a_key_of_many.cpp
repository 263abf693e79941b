// expect: a write to a temporary key is lost
// one error
#include "espalier/dsl/key.h"

void write(espalier::Key keys, espalier::Key key) { keys[0] = key; }
