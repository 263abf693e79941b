// expect: a transformed function returns a tree
// one error
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

void run(espalier::Array x) {
  espalier::jit([](espalier::Array x) { (void)sin(x); })(x);
}
