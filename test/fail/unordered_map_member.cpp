// expect: this container cannot hold trees
// expect: map and unique_ptr
// expect: layers
// one error
#include <string>
#include <unordered_map>

#include "espalier/dsl/transform.h"

struct Net {
  std::unordered_map<std::string, espalier::Array> layers;
  espalier::Parameter bias;
};

espalier::Array run(const Net& net, espalier::Array x) {
  return espalier::jit([](const Net& net, espalier::Array x) { return x * net.layers.at("in") + net.bias; })(net, x);
}
