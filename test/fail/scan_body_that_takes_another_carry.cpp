// expect: scan: init must convert to the carry that f returns
// one error
#include "espalier/dsl/transform.h"

struct Net {
  espalier::Parameter weight;
};

void run(const Net& net, espalier::Array x) {
  const auto [carry, ys] = espalier::scan([](Net n, espalier::Array x) { return std::pair{n.weight * x, x}; }, net, x);
}
