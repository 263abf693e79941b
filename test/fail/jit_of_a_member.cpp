// expect: a transform takes a function, a lambda or an object with a call operator
// one error
#include "espalier/dsl/transform.h"

struct Net {
  espalier::Parameter weight;
  espalier::Array forward(espalier::Array x) const { return x * weight; }
};

espalier::Array run(const Net& net, espalier::Array x) { return espalier::jit(&Net::forward)(net, x); }
