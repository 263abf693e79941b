// expect: an array has no truth value: combine with & | ~
// one error
#include "espalier/dsl/ops.h"

auto either(espalier::Array x, bool given) { return given || x > 0; }
