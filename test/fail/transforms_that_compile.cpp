// compiles
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

struct Net {
  espalier::Parameter weight;
  espalier::Array step(espalier::Array x) { return weight = weight * x; }
};

auto run(const Net& net, espalier::Array x) {
  const auto step = espalier::mutate([](Net& net, const espalier::Array& x) { return net.step(x); });
  const auto loss = [](const Net& net) { return std::pair{sum(net.weight), net}; };
  return std::tuple{espalier::jit(step)(net, x), espalier::grad(loss, espalier::has_aux)(net), sum(x, {.axis = {0, 1}}), sum(x, 1),
                    espalier::cond(any(x > 0), [](espalier::Array x) { return x; }, [](espalier::Array x) { return -x; }, x)};
}
