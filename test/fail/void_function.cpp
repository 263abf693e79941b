// expect: a transformed function returns a tree: this one returns nothing (void)
// one error
#include "espalier/dsl/transform.h"

void run(espalier::Array x) {
  const espalier::Array y = espalier::jit([](espalier::Array x) { x = x * 2; })(x);
}
