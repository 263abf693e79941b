// expect: a tree cannot have a reference member
// one error
#include "espalier/dsl/mutate.h"

struct Net {
  espalier::Parameter weight;
  espalier::Array& shared;
};

auto parts(const Net& net) { return espalier::leaves(net); }
