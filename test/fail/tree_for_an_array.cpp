// expect: a transformed function was called with an argument that does not convert to its parameter
// expect: Takes
// expect: Given
// one error
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

struct Net {
  espalier::Parameter weight;
};

espalier::Array run(const Net& net, espalier::Array x) {
  return espalier::grad([](espalier::Array x, espalier::Array y) { return sum(x * y); })(x, net);
}
