// expect: a transformed function cannot take a tree by non-const reference (T&)
// expect: wrap the function in mutate(f)
// one error
#include "espalier/dsl/transform.h"

auto run(espalier::Array x) {
  return espalier::scan([](espalier::Array& carry, espalier::Array step) { return std::pair{carry += step, step}; }, 0.0, x);
}
