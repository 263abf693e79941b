#include "espalier/stdlib/nn/linear_general.h"

#include <numeric>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops.h"
#include "espalier/stdlib/nn/features.h"
#include "espalier/stdlib/nn/layer_call.h"
#include "espalier/stdlib/random/keys.h"

namespace espalier::nn {
namespace {

using espalier::detail::called_at;

std::string text_of(const std::vector<std::int64_t>& axes) {
  std::string text;
  for (const std::int64_t axis : axes) text += (text.empty() ? "" : ", ") + std::to_string(axis);
  return "{" + text + "}";
}

}  // namespace

LinearGeneral LinearGeneral::init(const Key& key, const Shape& in, const Shape& out, LinearGeneralOptions o, Where where) {
  return called_at(where, "LinearGeneral", [&] {
    std::vector<std::int64_t> axes = o.axis.list;
    if (o.axis.all) {
      axes.resize(static_cast<std::size_t>(in.ndim()));
      std::iota(axes.begin(), axes.end(), -in.ndim());
    }
    if (axes.size() != static_cast<std::size_t>(in.ndim())) throw ArgumentError("LinearGeneral", "axes " + text_of(axes) + " for extents " + in.str(), "name one axis for each extent");
    const auto [weight_key, bias_key] = random::split(key);
    std::vector<std::int64_t> extents = in.extents();
    extents.insert(extents.end(), out.begin(), out.end());
    LinearGeneral layer{.weight = reshape(o.weight_init(weight_key, {in.size(), out.size()}, o.dtype), extents), .axes = std::move(axes)};
    if (o.bias) layer.bias = reshape(o.bias_init(bias_key, out.size(), o.dtype), out);
    return layer;
  });
}

Array LinearGeneral::operator()(Operand x) const {
  return layer_call(*this, x, [&](const LinearGeneral& self) {
    detail::require_present("LinearGeneral", self, "weight", self.weight, x.where);
    std::vector<std::int64_t> of_weight(self.axes.size());
    std::iota(of_weight.begin(), of_weight.end(), 0);
    for (std::size_t i = 0; i < self.axes.size(); ++i) detail::require_features("LinearGeneral", self, x, self.axes[i], self.weight.shape(static_cast<std::int64_t>(i)));
    Axes left, right;
    left.all = right.all = false;
    left.list = self.axes, right.list = of_weight;
    const Array y = tensordot(x, self.weight, {left, right});
    return self.bias.is_nothing() ? y : y + self.bias;
  }, "LinearGeneral");
}

Bilinear Bilinear::init(const Key& key, std::int64_t first, std::int64_t second, std::int64_t out, BilinearOptions o, Where where) {
  return called_at(where, [&] {
    const auto [weight_key, bias_key] = random::split(key);
    Bilinear layer{o.weight_init(weight_key, {first, second, out}, o.dtype)};
    if (o.bias) layer.bias = o.bias_init(bias_key, out, o.dtype);
    return layer;
  });
}

Array Bilinear::operator()(Operand x, Operand y) const {
  return layer_call(*this, x, [&](const Bilinear& self) {
    detail::require_present("Bilinear", self, "weight", self.weight, x.where);
    detail::require_features("Bilinear", self, x, -1, self.weight.shape(0));
    detail::require_features("Bilinear", self, y, -1, self.weight.shape(1));
    const Array z = einsum("...i,ijk,...j->...k", x, self.weight, y);
    return self.bias.is_nothing() ? z : z + self.bias;
  }, "Bilinear");
}

}  // namespace espalier::nn
