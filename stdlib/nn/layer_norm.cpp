#include "espalier/stdlib/nn/layer_norm.h"

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops.h"
#include "espalier/stdlib/nn/features.h"

namespace espalier::nn {

using espalier::detail::called_at;

LayerNorm LayerNorm::init(std::int64_t features, NormOptions o, Where where) {
  LayerNorm layer{.epsilon = o.epsilon};
  if (o.affine) {
    layer.weight = ones(features, o.dtype, where);
    layer.bias = zeros(features, o.dtype, where);
  }
  return layer;
}

Array LayerNorm::operator()(Operand x) const {
  return called_at(x.where, [&] {
    if (!weight.is_nothing()) detail::require_features("LayerNorm", *this, x, -1, weight.size());
    const Array wide = detail::widened(x.array);
    const Array center = mean(wide, {.axis = -1, .keepdims = true});
    const Array spread = mean(square(wide - center), {.axis = -1, .keepdims = true});
    return detail::normalized(wide, center, spread, epsilon, weight, bias).as(promote(x.array.dtype(), weight.is_nothing() ? wide.dtype() : weight.dtype()));
  });
}

RMSNorm RMSNorm::init(std::int64_t features, RMSNormOptions o, Where where) { return {.weight = ones(features, o.dtype, where), .epsilon = o.epsilon}; }

Array RMSNorm::operator()(Operand x) const {
  return called_at(x.where, [&] {
    detail::require_present("RMSNorm", *this, "weight", weight, x.where);
    detail::require_features("RMSNorm", *this, x, -1, weight.size());
    const Array wide = detail::widened(x.array);
    const Array root = rsqrt(mean(square(wide), {.axis = -1, .keepdims = true}) + epsilon);
    return (wide * (root * weight)).as(promote(x.array.dtype(), weight.dtype()));
  });
}

}  // namespace espalier::nn
