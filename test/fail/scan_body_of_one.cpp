// expect: a transformed function was called with the wrong number of arguments
// one error
#include "espalier/dsl/transform.h"

void run(espalier::Array x) {
  const auto [carry, ys] = espalier::scan([](espalier::Array c) { return std::pair{c, c}; }, x, x);
}
