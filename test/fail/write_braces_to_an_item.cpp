// expect: x = x.at(0).set(v) re-binds x
// one error
#include "espalier/dsl/ops.h"

void write(espalier::Array x) { x[0] = {1., 2.}; }
