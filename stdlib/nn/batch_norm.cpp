#include "espalier/stdlib/nn/batch_norm.h"

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform/collective.h"
#include "espalier/stdlib/nn/features.h"
#include "espalier/stdlib/nn/layer_call.h"
#include "espalier/stdlib/nn/normalized.h"

namespace espalier::nn {

BatchNorm BatchNorm::init(std::int64_t features, BatchNormOptions o, Where where) {
  BatchNorm layer{.mean = zeros(features, o.dtype, where), .var = ones(features, o.dtype, where), .momentum = o.momentum, .epsilon = o.epsilon, .axis = o.axis, .axis_name = std::move(o.axis_name)};
  if (o.affine) {
    layer.weight = ones(features, o.dtype, where);
    layer.bias = zeros(features, o.dtype, where);
  }
  return layer;
}

BatchNorm BatchNorm::for_input(const Key&, const Array& x, BatchNormOptions options, Where where) { return init(x.shape(options.axis, where), options, where); }

Array BatchNorm::operator()(Operand x) {
  return layer_call(*this, x, [&](BatchNorm& self) {
    detail::require_present("BatchNorm", self, "mean", self.mean, x.where);
    detail::require_present("BatchNorm", self, "var", self.var, x.where);
    detail::require_features("BatchNorm", self, x, self.axis, self.mean.size());
    const Array wide = detail::widened(x.array);
    const int ndim = wide.ndim(), own = self.axis < 0 ? self.axis + ndim : self.axis;
    std::vector<int> others;
    for (int i = 0; i < ndim; ++i) {
      if (i != own) others.push_back(i);
    }
    // A value per feature, reshaped to broadcast along the axis of the features.
    std::vector<std::int64_t> extents(static_cast<std::size_t>(ndim), 1);
    extents[static_cast<std::size_t>(own)] = self.mean.size();
    const auto aligned = [&](const Array& feature) { return feature.is_nothing() ? feature : reshape(feature, extents); };

    Array used_mean = self.mean, used_var = self.var;
    if (self.mode == Mode::train) {
      const auto over_all = [&](const Array& own_mean) { return self.axis_name.empty() ? own_mean : pmean(own_mean, self.axis_name); };
      used_mean = over_all(espalier::mean(wide, {.axis = others}));
      used_var = over_all(espalier::mean(square(wide - aligned(used_mean)), {.axis = others}));
      const auto moved = [&](const Array& running, const Array& batch) { return (self.momentum * running + (1 - self.momentum) * batch).as(running.dtype()); };
      self.mean = moved(self.mean, used_mean);
      self.var = moved(self.var, used_var);
    }
    const Array y = detail::normalized(wide, aligned(used_mean), aligned(used_var), self.epsilon, aligned(self.weight), aligned(self.bias));
    return y.as(promote(x.array.dtype(), self.mean.dtype()));
  }, "BatchNorm");
}

}  // namespace espalier::nn
