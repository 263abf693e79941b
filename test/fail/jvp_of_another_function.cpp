// expect: a transformed function was called with the wrong number of arguments
// one error
#include "espalier/dsl/transform.h"

void run(espalier::Array x) {
  const auto [y, dy] = espalier::jvp([](espalier::Array x, espalier::Array y) { return x * y; }, x, x);
}
