// expect: an argument of a transformed function is a tree or can be compared
// expect: function
// one error
#include <functional>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

using Map = std::function<espalier::Array(espalier::Array)>;

espalier::Array run(const Map& f, espalier::Array x) {
  return espalier::grad([](espalier::Array x, const Map& f) { return sum(f(x)); })(x, f);
}
