// expect: a pointer cannot be part of a tree
// expect: child
// one error
#include <memory>

#include "espalier/dsl/transform.h"

struct Net {
  espalier::Parameter weight;
  std::shared_ptr<espalier::Array> child;
};

void run(espalier::Array x) {
  const Net net = espalier::jit([](espalier::Array x) { return Net{x, nullptr}; })(x);
}
