#include "espalier/stdlib/nn/normalization.h"

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops.h"
#include "espalier/stdlib/nn/features.h"

namespace espalier::nn {
namespace {

using espalier::detail::called_at;

// Statistics are computed in no less than f32.
Array widened(const Array& x) { return x.as(promote(x.dtype(), f32)); }

Axes all_but(int axis, int ndim) {
  Axes axes = std::vector<int>();
  for (int i = 0; i < ndim; ++i) {
    if (i != (axis < 0 ? axis + ndim : axis)) axes.list.push_back(i);
  }
  return axes;
}

// (x - mean) / sqrt(var + epsilon) * weight + bias, all broadcast; the factors of a feature first, for there are fewer.
Array normalized(const Array& x, const Array& mean, const Array& var, double epsilon, const Array& weight, const Array& bias) {
  const Array scale = rsqrt(var + epsilon);
  const Array y = (x - mean) * (weight.is_nothing() ? scale : scale * weight);
  return bias.is_nothing() ? y : y + bias;
}

}  // namespace

BatchNorm BatchNorm::init(std::int64_t features, BatchNormOptions o, Where where) {
  BatchNorm layer{.mean = zeros(features, o.dtype, where), .var = ones(features, o.dtype, where), .momentum = o.momentum, .epsilon = o.epsilon, .axis = o.axis};
  if (o.affine) {
    layer.weight = ones(features, o.dtype, where);
    layer.bias = zeros(features, o.dtype, where);
  }
  return layer;
}

Array BatchNorm::operator()(Operand x) {
  detail::require_features("BatchNorm", x, axis, mean.size());
  return called_at(x.where, [&] {
    const Array wide = widened(x.array);
    // The features stand where x has them, between axes of 1.
    std::vector<std::int64_t> extents(static_cast<std::size_t>(wide.ndim()), 1);
    extents[static_cast<std::size_t>(axis < 0 ? axis + wide.ndim() : axis)] = mean.size();
    const auto aligned = [&](const Array& feature) { return feature.is_nothing() ? feature : reshape(feature, Shape(extents)); };
    Array used_mean = mean, used_var = var;
    if (mode == Mode::train) {
      const Axes others = all_but(axis, wide.ndim());
      used_mean = espalier::mean(wide, {.axis = others});
      used_var = espalier::mean(square(wide - aligned(used_mean)), {.axis = others});
      const auto moved = [&](const Array& running, const Array& batch) { return (momentum * running + (1 - momentum) * batch).as(running.dtype()); };
      mean = moved(mean, used_mean);
      var = moved(var, used_var);
    }
    return normalized(wide, aligned(used_mean), aligned(used_var), epsilon, aligned(weight), aligned(bias)).as(promote(x.array.dtype(), weight.is_nothing() ? mean.dtype() : weight.dtype()));
  });
}

LayerNorm LayerNorm::init(std::int64_t features, NormOptions o, Where where) {
  LayerNorm layer{.epsilon = o.epsilon};
  if (o.affine) {
    layer.weight = ones(features, o.dtype, where);
    layer.bias = zeros(features, o.dtype, where);
  }
  return layer;
}

Array LayerNorm::operator()(Operand x) const {
  detail::require_features("LayerNorm", x, -1, weight.is_nothing() && x.array.ndim() != 0 ? x.array.shape(-1) : weight.size());
  return called_at(x.where, [&] {
    const Array wide = widened(x.array);
    const Array center = mean(wide, {.axis = -1, .keepdims = true});
    const Array spread = mean(square(wide - center), {.axis = -1, .keepdims = true});
    const Array y = normalized(wide, center, spread, epsilon, weight, bias);
    return weight.is_nothing() ? y.as(promote(x.array.dtype(), f32)) : y.as(promote(x.array.dtype(), weight.dtype()));
  });
}

}  // namespace espalier::nn
