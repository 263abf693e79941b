// expect: a transformed function was called with the wrong number of arguments
// expect: Given
// one error
#include "espalier/dsl/transform.h"

espalier::Array run(espalier::Array x) {
  return espalier::jit([](espalier::Array x) { return x * 2; })(x, x);
}
