// expect: ep::Static compares by ==, which the type it holds has not
// expect: activation
// one error
#include <functional>

#include "espalier/dsl/transform.h"

struct Net {
  espalier::Parameter weight;
  espalier::Static<std::function<espalier::Array(espalier::Array)>> activation;
};

espalier::Array run(const Net& net) {
  return espalier::jit([](const Net& net) { return net.activation.value(net.weight); })(net);
}
