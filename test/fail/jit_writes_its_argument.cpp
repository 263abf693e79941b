// expect: a transformed function cannot take a tree by non-const reference (T&)
// expect: wrap the function in mutate(f)
// one error
#include "espalier/dsl/transform.h"

struct Net {
  espalier::Parameter weight;
};

espalier::Array loss(Net& net) { return net.weight = net.weight * 2; }

auto run(const Net& net) { return espalier::jit(loss)(net); }
