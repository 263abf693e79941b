// expect: a pointer cannot be part of a tree
// expect: child
// one error
#include <memory>

#include "espalier/dsl/mutate.h"

struct Net {
  espalier::Parameter weight;
  std::shared_ptr<espalier::Array> child;
  void step() { *child = weight; }
};

Net run(const Net& net) { return espalier::mutate(&Net::step)(net).tree; }
