// expect: mutate needs a function that takes the tree by reference (T&) first
// one error
#include "espalier/dsl/mutate.h"
#include "espalier/dsl/ops.h"

struct Net {
  espalier::Parameter weight;
  espalier::Array step(espalier::Array x) { return weight = weight * x; }
};

void run(const Net& net) { const auto [y, next] = espalier::mutate(&Net::step)(net); }
