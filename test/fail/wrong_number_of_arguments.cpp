// expect: a transformed function was called with the wrong number of arguments
// one error
#include "espalier/dsl/transform.h"

auto run(espalier::Array x) {
  return espalier::vmap([](espalier::Array x, espalier::Array y) { return x * y; })(x);
}
