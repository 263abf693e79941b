// expect: a pointer cannot be part of a tree
// expect: weight
// one error
#include "espalier/dsl/transform.h"

struct Config {
  espalier::Array* weight;
  bool operator==(const Config&) const = default;
};

espalier::Array run(const Config& config, espalier::Array x) {
  return espalier::jit([](Config c, espalier::Array x) { return x * *c.weight; })(config, x);
}
