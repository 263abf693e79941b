// expect: x = x.at(0).set(v) re-binds x
// one error
#include "espalier/dsl/ops.h"

void halve(espalier::Array x) { x[espalier::slice(1, 3)] /= 2; }
