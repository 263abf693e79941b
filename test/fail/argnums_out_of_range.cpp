// expect: argnums names an argument that the function does not have
// expect: Argnums<2>
// one error
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

void run(espalier::Array x) {
  const auto [value, gradient] = espalier::value_and_grad([](espalier::Array x, espalier::Array y) { return sum(x * y); }, espalier::argnums<2>)(x, x);
}
