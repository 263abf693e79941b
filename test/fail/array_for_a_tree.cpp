// expect: a transformed function was called with an argument that does not convert to its parameter
// expect: a struct is not made from its first member
// expect: Net
// one error
#include "espalier/dsl/transform.h"

struct Net {
  espalier::Parameter weight;
};

espalier::Array run() {
  return espalier::jit([](Net net) { return net.weight * 2; })(espalier::Array(1.));
}
