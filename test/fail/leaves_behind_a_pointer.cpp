// expect: a pointer cannot be part of a tree
// expect: child
// one error
#include <memory>

#include "espalier/dsl/tree.h"

struct Net {
  espalier::Parameter weight;
  std::shared_ptr<espalier::Parameter> child;
};

auto run(const Net& net) { return espalier::leaves(net); }
