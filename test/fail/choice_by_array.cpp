// expect: an array has no truth value
// one error
#include "espalier/dsl/ops.h"

espalier::Array larger(espalier::Array x, espalier::Array y) { return x > y ? x : y; }
