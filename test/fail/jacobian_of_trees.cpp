// expect: a Jacobian is of a function from an Array or to an Array; flatten with ravel_tree otherwise
// one error
#include "espalier/dsl/transform.h"

using Two = std::pair<espalier::Array, espalier::Array>;

auto run(Two x) {
  return espalier::jacfwd([](Two x) { return x; })(x);
}
