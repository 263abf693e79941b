// expect: a transformed function returns a tree: this one returns nothing (void)
// one error
#include "espalier/dsl/transform.h"

void run(espalier::Array x) {
  const auto [y, pullback] = espalier::vjp([](espalier::Array) {}, x);
  const espalier::Array bar = pullback(y);
}
