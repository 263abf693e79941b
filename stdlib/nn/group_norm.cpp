#include "espalier/stdlib/nn/group_norm.h"

#include "espalier/dsl/ops.h"
#include "espalier/stdlib/nn/features.h"
#include "espalier/stdlib/nn/layer_call.h"

namespace espalier::nn {
namespace {

struct Affine {
  Parameter weight = {}, bias = {};
};
Affine affine(std::int64_t features, const NormOptions& o, Where where) {
  if (!o.affine) return {};
  return {ones(features, o.dtype, where), zeros(features, o.dtype, where)};
}

void require_groups(std::int64_t groups, std::int64_t features, Where where) {
  if (groups >= 1 && features % groups == 0) return;
  throw ArgumentError("GroupNorm", std::to_string(groups) + " groups do not divide " + std::to_string(features) + " features", "every group has the same number of features", where);
}

Array by_groups(const char* layer, Operand x, std::int64_t groups, std::int64_t width, double epsilon, const Array& weight, const Array& bias) {
  const int ndim = x.array.ndim();
  if (ndim < 2) {
    ShapeError error(layer, "x has shape " + x.array.shape().str() + ", and no batch", "it is [batch, ..., features]: reshape it, or map over it with vmap");
    error.shapes = {x.array.shape()};
    throw error;
  }
  const Array wide = detail::widened(x.array);
  std::vector<std::int64_t> extents = wide.shape().extents();
  extents.back() = groups;
  extents.push_back(width);
  std::vector<int> axes;
  for (int i = 1; i < ndim - 1; ++i) axes.push_back(i);
  axes.push_back(ndim);
  const Array grouped = reshape(wide, extents);
  const Array center = mean(grouped, {.axis = axes, .keepdims = true});
  const Array spread = mean(square(grouped - center), {.axis = axes, .keepdims = true});
  const auto aligned = [&](const Array& feature) { return feature.is_nothing() ? feature : reshape(feature, {groups, width}); };
  const Array y = reshape(detail::normalized(grouped, center, spread, epsilon, aligned(weight), aligned(bias)), wide.shape());
  return y.as(promote(x.array.dtype(), weight.is_nothing() ? wide.dtype() : weight.dtype()));
}

}  // namespace

GroupNorm GroupNorm::init(std::int64_t groups, std::int64_t features, NormOptions o, Where where) {
  require_groups(groups, features, where);
  auto [weight, bias] = affine(features, o, where);
  return {.weight = weight, .bias = bias, .groups = groups, .features = features, .epsilon = o.epsilon};
}
GroupNorm GroupNorm::for_input(const Key&, const Array& x, std::int64_t groups, NormOptions o, Where where) { return init(groups, x.shape(-1, where), o, where); }
Array GroupNorm::operator()(Operand x) const {
  return layer_call(*this, x, [&](const GroupNorm& self) {
    require_groups(self.groups, self.features, x.where);
    detail::require_features("GroupNorm", self, x, -1, self.features);
    return by_groups("GroupNorm", x, self.groups, self.features / self.groups, self.epsilon, self.weight, self.bias);
  });
}

InstanceNorm InstanceNorm::init(std::int64_t features, NormOptions o, Where where) {
  auto [weight, bias] = affine(features, o, where);
  return {.weight = weight, .bias = bias, .features = features, .epsilon = o.epsilon};
}
Array InstanceNorm::operator()(Operand x) const {
  return layer_call(*this, x, [&](const InstanceNorm& self) {
    detail::require_features("InstanceNorm", self, x, -1, self.features);
    return by_groups("InstanceNorm", x, self.features, 1, self.epsilon, self.weight, self.bias);
  });
}

}  // namespace espalier::nn
