#include "espalier/stdlib/nn/conv.h"

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops.h"
#include "espalier/stdlib/nn/features.h"
#include "espalier/stdlib/nn/layer_call.h"
#include "espalier/stdlib/nn/spatial.h"
#include "espalier/stdlib/random/keys.h"

namespace espalier::nn {
namespace {

using espalier::detail::called_at;
using Pairs = std::vector<std::pair<std::int64_t, std::int64_t>>;

// Weight [kernel…, in, out] and bias [out].
template <class Layer, class Options> void draw(Layer& layer, const Key& key, const Shape& kernel, std::int64_t in, std::int64_t out, const Options& o) {
  if (kernel.ndim() == 0) throw ArgumentError("", "the kernel has no spatial axis", "give an extent for each: 3 for one axis, {3, 3} for two");
  const auto [weight_key, bias_key] = random::split(key);
  std::vector<std::int64_t> extents = kernel.extents();
  extents.insert(extents.end(), {in, out});
  layer.weight = o.weight_init(weight_key, extents, o.dtype);
  if (o.bias) layer.bias = o.bias_init(bias_key, out, o.dtype);
}

// From the first to the last element of the kernel along a spatial axis, both counted.
std::int64_t reach(const Conv& layer, int axis) {
  const std::int64_t dilation = layer.dilation.ndim() == 1 ? layer.dilation[0] : layer.dilation[axis];
  return (layer.weight.shape(axis) - 1) * dilation + 1;
}

// x [N, spatial…, C] padded by itself, as a ring.
Array padded_around(const Conv& layer, const Array& x, int spatial) {
  Pairs around{{0, 0}};
  for (int axis = 0; axis < spatial; ++axis) around.emplace_back((reach(layer, axis) - 1) / 2, reach(layer, axis) / 2);
  around.emplace_back(0, 0);
  return pad(x, around, {.mode = "wrap"});
}

Array biased(const Array& y, const Array& bias) { return bias.is_nothing() ? y : y + bias; }

}  // namespace

Conv Conv::init(const Key& key, std::int64_t in, std::int64_t out, const Shape& kernel, ConvOptions o, Where where) {
  return called_at(where, "Conv", [&] {
    if (o.groups < 1 || in % o.groups != 0 || out % o.groups != 0) throw ArgumentError("", std::to_string(o.groups) + " groups do not divide " + std::to_string(in) + " channels and " + std::to_string(out) + " features", "every group has the same number of each");
    Conv layer{.strides = o.strides, .padding = o.padding, .dilation = o.dilation, .groups = o.groups};
    draw(layer, key, kernel, in / o.groups, out, o);
    return layer;
  });
}

Array Conv::operator()(Operand x) const {
  return layer_call(*this, x, [&](const Conv& self) {
    detail::require_present("Conv", self, "weight", self.weight, x.where);
    detail::require_features("Conv", self, x, -1, self.weight.shape(-2) * self.groups);
    const int spatial = self.weight.ndim() - 2;
    if (self.dilation.ndim() != 1 && self.dilation.ndim() != spatial) throw ArgumentError("", "dilation " + self.dilation.str() + " is not one for each of " + std::to_string(spatial) + " axes", "give one number for each axis, or one for all");
    auto [images, batch] = detail::with_one_batch("Conv", x.array, spatial);
    Padding used = self.padding;
    if (self.padding.word == "CIRCULAR") images = padded_around(self, images, spatial), used = "VALID";
    if (self.padding.word == "CAUSAL") {
      if (spatial != 1) throw ArgumentError("", "causal padding of " + std::to_string(spatial) + " spatial axes", "give pairs of {before, behind} for more axes than one");
      used = Padding{{reach(self, 0) - 1, 0}};
    }
    const Array y = conv(images, self.weight, {.strides = self.strides, .padding = used, .kernel_dilation = self.dilation, .groups = self.groups});
    return biased(detail::with_batch(y, batch), self.bias);
  }, "Conv");
}

ConvTranspose ConvTranspose::init(const Key& key, std::int64_t in, std::int64_t out, const Shape& kernel, ConvTransposeOptions o, Where where) {
  return called_at(where, "ConvTranspose", [&] {
    ConvTranspose layer{.strides = o.strides, .padding = o.padding, .dilation = o.dilation};
    draw(layer, key, kernel, in, out, o);
    return layer;
  });
}

Array ConvTranspose::operator()(Operand x) const {
  return layer_call(*this, x, [&](const ConvTranspose& self) {
    detail::require_present("ConvTranspose", self, "weight", self.weight, x.where);
    detail::require_features("ConvTranspose", self, x, -1, self.weight.shape(-2));
    const auto [images, batch] = detail::with_one_batch("ConvTranspose", x.array, self.weight.ndim() - 2);
    const Array y = conv_transpose(images, self.weight, {.strides = self.strides, .padding = self.padding, .kernel_dilation = self.dilation});
    return biased(detail::with_batch(y, batch), self.bias);
  }, "ConvTranspose");
}

}  // namespace espalier::nn
