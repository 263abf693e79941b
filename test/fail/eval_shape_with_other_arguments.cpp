// expect: a transformed function was called with the wrong number of arguments
// one error
#include "espalier/dsl/transform.h"

espalier::Array run(espalier::Array x) {
  return espalier::eval_shape([](espalier::Array x, espalier::Array y) { return x * y; }, x);
}
