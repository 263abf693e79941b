#include "espalier/stdlib/nn/layer_norm.h"

#include "espalier/dsl/ops.h"
#include "espalier/stdlib/nn/features.h"
#include "espalier/stdlib/nn/layer_call.h"

namespace espalier::nn {

LayerNorm LayerNorm::init(std::int64_t features, NormOptions o, Where where) {
  LayerNorm layer{.epsilon = o.epsilon};
  if (o.affine) {
    layer.weight = ones(features, o.dtype, where);
    layer.bias = zeros(features, o.dtype, where);
  }
  return layer;
}

Array LayerNorm::operator()(Operand x) const {
  return layer_call(*this, x, [&](const LayerNorm& self) {
    const Array &weight = self.weight, &bias = self.bias;
    if (!weight.is_nothing()) detail::require_features("LayerNorm", self, x, -1, weight.size());
    const Array wide = detail::widened(x.array);
    const Array center = mean(wide, {.axis = -1, .keepdims = true});
    const Array spread = mean(square(wide - center), {.axis = -1, .keepdims = true});
    return detail::normalized(wide, center, spread, self.epsilon, weight, bias).as(promote(x.array.dtype(), weight.is_nothing() ? wide.dtype() : weight.dtype()));
  });
}

RMSNorm RMSNorm::init(std::int64_t features, RMSNormOptions o, Where where) { return {.weight = ones(features, o.dtype, where), .epsilon = o.epsilon}; }

Array RMSNorm::operator()(Operand x) const {
  return layer_call(*this, x, [&](const RMSNorm& self) {
    const Array& weight = self.weight;
    detail::require_present("RMSNorm", self, "weight", weight, x.where);
    detail::require_features("RMSNorm", self, x, -1, weight.size());
    const Array wide = detail::widened(x.array);
    const Array root = rsqrt(mean(square(wide), {.axis = -1, .keepdims = true}) + self.epsilon);
    return (wide * (root * weight)).as(promote(x.array.dtype(), weight.dtype()));
  });
}

}  // namespace espalier::nn
