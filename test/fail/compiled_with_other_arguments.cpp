// expect: a transformed function was called with the wrong number of arguments
// one error
#include "espalier/dsl/transform.h"

espalier::Array run(espalier::Array x) {
  return espalier::jit([](espalier::Array x) { return x; }).lower(x).compile()(x, x);
}
