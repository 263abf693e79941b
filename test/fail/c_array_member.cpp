// expect: a C array cannot be a member of a tree: use std::array
// one error
#include "espalier/dsl/mutate.h"

struct Net {
  espalier::Parameter weight;
  float scale[3];
};

auto parts(const Net& net) { return espalier::leaves(net); }
