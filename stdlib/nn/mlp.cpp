#include "espalier/stdlib/nn/mlp.h"

#include "espalier/stdlib/nn/layer_call.h"
#include "espalier/stdlib/random/keys.h"

namespace espalier::nn {

MLP MLP::init(const Key& key, std::int64_t in, const std::vector<std::int64_t>& sizes, MLPOptions o, Where where) {
  if (sizes.empty()) throw ArgumentError("MLP", "it has no layers", "give the sizes of the hidden layers and of the output: {64, 64, 10}", where);
  const Key keys = random::split(key, static_cast<std::int64_t>(sizes.size()), where);
  MLP net{.activation = o.activation};
  for (const std::int64_t out : sizes) {
    const Key own = keys[static_cast<std::int64_t>(net.layers.size())];
    net.layers.push_back(Linear::init(own, in, out, {.bias = o.bias, .weight_init = o.weight_init, .bias_init = o.bias_init, .dtype = o.dtype}, where));
    in = out;
  }
  return net;
}

Array MLP::operator()(Operand x) const {
  return layer_call(*this, x, [&](const MLP& self) {
    Array y = x.array;
    for (std::size_t i = 0; i < self.layers.size(); ++i) {
      if (i != 0) y = self.activation(Operand(y, x.where));
      y = self.layers[i](Operand(y, x.where));
    }
    return y;
  });
}

}  // namespace espalier::nn
