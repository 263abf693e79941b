// expect: a transformed function was called with an argument that does not convert to its parameter
// one error
#include "espalier/dsl/transform.h"

auto run(espalier::Array x) {
  return espalier::scan([](std::pair<espalier::Array, espalier::Array> c, espalier::Array x) { return std::pair{c, x}; }, 0.0, x);
}
