// expect: grad needs a function that returns one Array, the loss; with has_aux it returns std::pair{loss, aux}
// one error
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

auto run(espalier::Array x) {
  return espalier::grad([](espalier::Array x) { return std::pair{sum(x), x}; })(x);
}
