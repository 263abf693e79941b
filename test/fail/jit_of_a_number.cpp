// expect: a transformed function returns a tree
// one error
#include "espalier/dsl/transform.h"

auto run(espalier::Array x) {
  return espalier::jit([](espalier::Array x) { return x.ndim(); })(x);
}
