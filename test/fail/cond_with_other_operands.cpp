// expect: a transformed function was called with the wrong number of arguments
// one error
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

espalier::Array run(espalier::Array x) {
  return espalier::cond(all(x > 0), [](espalier::Array x) { return x; }, [] { return espalier::Array(0.); }, x);
}
