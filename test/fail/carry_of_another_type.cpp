// expect: scan: init must convert to the carry that f returns
// one error
#include "espalier/dsl/transform.h"

auto run(espalier::Array x) {
  return espalier::scan([](std::pair<espalier::Array, espalier::Array> c, espalier::Array x) { return std::pair{c, x}; }, 0.0, x);
}
