// expect: a transformed function cannot be called with what it was given
// one error
#include "espalier/dsl/transform.h"

espalier::Array run(espalier::Array x) {
  return espalier::vmap([](auto x, auto y) { return x * y; })(x);
}
