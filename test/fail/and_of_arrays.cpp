// expect: an array has no truth value: combine with & | ~
// one error
#include "espalier/dsl/ops.h"

auto both(espalier::Array x, espalier::Array y) { return x > 0 && y > 0; }
