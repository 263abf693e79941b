// expect: a pointer cannot be part of a tree
// expect: child
// one error
#include <memory>

#include "espalier/dsl/transform.h"

struct Layer {
  espalier::Parameter weight;
};
struct Net {
  espalier::Parameter weight;
  std::shared_ptr<Layer> child;
};

espalier::Array run(const Net& net) {
  return espalier::vmap([](const Net& net) { return net.weight * net.child->weight; })(net);
}
