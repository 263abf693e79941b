// expect: scan: the body returns std::pair{carry, y}
// expect: ep::nothing
// one error
#include "espalier/dsl/transform.h"

void run(espalier::Array x) {
  const auto [carry, ys] = espalier::scan([](espalier::Array c, espalier::Array x) { return c + x; }, x, x);
}
