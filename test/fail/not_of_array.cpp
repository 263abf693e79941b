// expect: an array has no truth value
// expect: & | ~ to combine
// one error
#include "espalier/dsl/ops.h"

auto opposite(espalier::Array x) { return !x; }
