// expect: with has_aux the function returns std::pair{loss, aux}, the loss an Array
// one error
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

auto run(espalier::Array x) {
  return espalier::grad([](espalier::Array x) { return sum(x); }, espalier::has_aux)(x);
}
