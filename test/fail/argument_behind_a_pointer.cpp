// expect: a pointer cannot be part of a tree
// expect: wrap the pointer in ep::Static or ep::Opaque
// expect: shared_ptr
// one error
#include <memory>

#include "espalier/dsl/transform.h"

struct Net {
  espalier::Parameter weight;
};

espalier::Array run(const std::shared_ptr<Net>& net, espalier::Array x) {
  return espalier::jit([](std::shared_ptr<Net> net, espalier::Array x) { return x * net->weight; })(net, x);
}
