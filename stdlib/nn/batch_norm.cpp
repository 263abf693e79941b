#include "espalier/stdlib/nn/batch_norm.h"

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform/collective.h"
#include "espalier/stdlib/nn/features.h"
#include "espalier/stdlib/nn/normalized.h"

namespace espalier::nn {

using espalier::detail::called_at;

BatchNorm BatchNorm::init(std::int64_t features, BatchNormOptions o, Where where) {
  BatchNorm layer{.mean = zeros(features, o.dtype, where), .var = ones(features, o.dtype, where), .momentum = o.momentum, .epsilon = o.epsilon, .axis = o.axis, .axis_name = std::move(o.axis_name)};
  if (o.affine) {
    layer.weight = ones(features, o.dtype, where);
    layer.bias = zeros(features, o.dtype, where);
  }
  return layer;
}

Array BatchNorm::operator()(Operand x) {
  return called_at(x.where, "BatchNorm", [&] {
    detail::require_present("BatchNorm", *this, "mean", mean, x.where);
    detail::require_present("BatchNorm", *this, "var", var, x.where);
    detail::require_features("BatchNorm", *this, x, axis, mean.size());
    const Array wide = detail::widened(x.array);
    const int ndim = wide.ndim(), own = axis < 0 ? axis + ndim : axis;
    std::vector<int> others;
    for (int i = 0; i < ndim; ++i) {
      if (i != own) others.push_back(i);
    }
    // A value per feature, reshaped to broadcast along the axis of the features.
    std::vector<std::int64_t> extents(static_cast<std::size_t>(ndim), 1);
    extents[static_cast<std::size_t>(own)] = mean.size();
    const auto aligned = [&](const Array& feature) { return feature.is_nothing() ? feature : reshape(feature, extents); };

    Array used_mean = mean, used_var = var;
    if (mode == Mode::train) {
      const auto over_all = [&](const Array& own_mean) { return axis_name.empty() ? own_mean : pmean(own_mean, axis_name); };
      used_mean = over_all(espalier::mean(wide, {.axis = others}));
      used_var = over_all(espalier::mean(square(wide - aligned(used_mean)), {.axis = others}));
      const auto moved = [&](const Array& running, const Array& batch) { return (momentum * running + (1 - momentum) * batch).as(running.dtype()); };
      mean = moved(mean, used_mean);
      var = moved(var, used_var);
    }
    const Array y = detail::normalized(wide, aligned(used_mean), aligned(used_var), epsilon, aligned(weight), aligned(bias));
    return y.as(promote(x.array.dtype(), mean.dtype()));
  });
}

}  // namespace espalier::nn
