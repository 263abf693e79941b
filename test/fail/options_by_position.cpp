// expect: ReduceOptions
// one error
#include "espalier/dsl/ops.h"

auto total(espalier::Array x) { return sum(x, {0, 1}); }
