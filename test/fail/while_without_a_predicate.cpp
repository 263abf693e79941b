// expect: while_loop: keep_going(carry) returns a bool Array
// one error
#include "espalier/dsl/transform.h"

espalier::Array run(espalier::Array x) {
  using Pair = std::pair<espalier::Array, espalier::Array>;
  return espalier::while_loop([](espalier::Array c) { return Pair{c > 0, c}; }, [](espalier::Array c) { return c - 1; }, x);
}
