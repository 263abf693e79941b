#include "espalier/stdlib/nn/linear.h"

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops.h"
#include "espalier/stdlib/nn/features.h"
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
  return called_at(x.where, [&] {
    detail::require_present("Linear", *this, "weight", weight, x.where);
    detail::require_features("Linear", *this, x, -1, weight.shape(0));
    const Array y = matmul(x, weight);
    return bias.is_nothing() ? y : y + bias;
  });
}

}  // namespace espalier::nn
