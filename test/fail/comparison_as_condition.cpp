// expect: an array has no truth value
// expect: where(condition, a, b) or cond(condition, f, g)
// one error
#include "espalier/dsl/ops.h"

espalier::Array rectified(espalier::Array x) {
  if (x > 0) return x;
  return 0 * x;
}
