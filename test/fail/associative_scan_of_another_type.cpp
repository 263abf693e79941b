// expect: associative_scan: f(a, b) returns a tree of the type that it takes twice
// one error
#include "espalier/dsl/transform.h"

void run(espalier::Array x) {
  const auto y = espalier::associative_scan([](espalier::Array a, espalier::Array b) { return std::pair{a, b}; }, x);
}
