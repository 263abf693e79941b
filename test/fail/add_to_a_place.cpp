// expect: x = x.at(0).set(v) re-binds x
// one error
#include "espalier/dsl/ops.h"

void add(espalier::Array x) { x.at(0) += 1; }
