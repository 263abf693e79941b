#include "espalier/stdlib/nn/linear.h"

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops.h"
#include "espalier/stdlib/nn/features.h"
#include "espalier/stdlib/nn/layer_call.h"
#include "espalier/stdlib/random/keys.h"

namespace espalier::nn {

using espalier::detail::called_at;

Linear Linear::init(const Key& key, std::int64_t in, std::int64_t out, LinearOptions options, Where where) {
  return called_at(where, [&] {
    const auto [weight_key, bias_key] = random::split(key);
    Linear layer{options.weight_init(weight_key, {in, out}, options.dtype)};
    if (options.bias) layer.bias = options.bias_init(bias_key, out, options.dtype);
    return layer;
  });
}

Array Linear::operator()(Operand x) const {
  return layer_call(*this, x, [&](const Linear& self) {
    detail::require_present("Linear", self, "weight", self.weight, x.where);
    detail::require_features("Linear", self, x, -1, self.weight.shape(0));
    const Array y = matmul(x, self.weight);
    return self.bias.is_nothing() ? y : y + self.bias;
  });
}

}  // namespace espalier::nn
