#include "espalier/stdlib/nn/pooling.h"

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops.h"
#include "espalier/stdlib/nn/layer_call.h"
#include "espalier/stdlib/nn/spatial.h"

namespace espalier::nn {
namespace {

using Extents = std::vector<std::int64_t>;

std::vector<int> spatial_axes_of(const char* layer, const Array& x) {
  std::vector<int> axes;
  for (int axis = 1; axis < x.ndim() - 1; ++axis) axes.push_back(axis);
  if (!axes.empty()) return axes;
  ShapeError error(layer, "x has shape " + x.shape().str() + ", and no spatial axes", "x is [batch, spatial..., channels]");
  error.shapes = {x.shape()};
  throw error;
}

// The reduction of n windows that cover an axis evenly.
Array over_axis(const Array& x, std::int64_t axis, std::int64_t n, Monoid op) {
  const std::int64_t extent = x.shape(axis);
  // Windows of so many elements side by side, in what is left of the axis without its ends.
  const auto reduced = [&](std::int64_t elements, std::int64_t before, std::int64_t behind) {
    Extents window(static_cast<std::size_t>(x.ndim()), 1);
    std::vector<std::pair<std::int64_t, std::int64_t>> ends(window.size());
    window[static_cast<std::size_t>(axis)] = elements;
    ends[static_cast<std::size_t>(axis)] = {-before, -behind};
    const Array y = reduce_window(x, op, window, {.strides = window, .padding = ends});
    return op == Monoid::sum ? y / elements : y;
  };
  if (extent % n == 0) return reduced(extent / n, 0, 0);
  std::vector<Array> windows;
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t from = i * extent / n, to = ((i + 1) * extent + n - 1) / n;
    windows.push_back(reduced(to - from, from, extent - to));
  }
  return concatenate(windows, axis);
}

Array adapted(const char* layer, const Operand& x, const Shape& size, Monoid op) {
  const int spatial = detail::spatial_axes(layer, x.array, size);
  auto [y, batch] = detail::with_one_batch(layer, x.array, spatial);
  for (int axis = spatial; axis >= 1; --axis) {  // from the last one, so that the first of equal elements is the first in memory
    const std::int64_t n = size.ndim() == 1 ? size[0] : size[axis - 1];
    if (n < 1) throw ArgumentError("", "size " + size.str() + " has a number below 1", "give numbers of at least 1");
    if (y.shape(axis) == 0) throw ShapeError("", "x has shape " + x.array.shape().str() + ", and no elements along a spatial axis", "there is nothing to reduce");
    y = over_axis(y, axis, n, op);
  }
  return detail::with_batch(y, batch);
}

}  // namespace

Array MaxPool::operator()(Operand x) const {
  return layer_call(*this, x, [&](const MaxPool& self) {
    const auto [images, batch] = detail::with_one_batch("MaxPool", x.array, detail::spatial_axes("MaxPool", x.array, self.window));
    return detail::with_batch(max_pool(images, self.window, {.strides = self.strides, .padding = self.padding}), batch);
  }, "MaxPool");
}

Array AvgPool::operator()(Operand x) const {
  return layer_call(*this, x, [&](const AvgPool& self) {
    const auto [images, batch] = detail::with_one_batch("AvgPool", x.array, detail::spatial_axes("AvgPool", x.array, self.window));
    const PoolOptions options{.strides = self.strides, .padding = self.padding};
    Array y = avg_pool(images, self.window, options);
    if (!self.count_include_pad) {
      Extents one = images.shape().extents();
      one.front() = one.back() = 1;
      y = y / avg_pool(ones(one, y.dtype()), self.window, options);
    }
    return detail::with_batch(y, batch);
  }, "AvgPool");
}

Array GlobalAvgPool::operator()(Operand x) const {
  return layer_call(*this, x, [&](const GlobalAvgPool&) { return mean(x, {.axis = spatial_axes_of("GlobalAvgPool", x.array)}); }, "GlobalAvgPool");
}
Array GlobalMaxPool::operator()(Operand x) const {
  return layer_call(*this, x, [&](const GlobalMaxPool&) { return max(x, {.axis = spatial_axes_of("GlobalMaxPool", x.array)}); }, "GlobalMaxPool");
}

Array AdaptiveAvgPool::operator()(Operand x) const {
  return layer_call(*this, x, [&](const AdaptiveAvgPool& self) { return adapted("AdaptiveAvgPool", x, self.size, Monoid::sum); }, "AdaptiveAvgPool");
}
Array AdaptiveMaxPool::operator()(Operand x) const {
  return layer_call(*this, x, [&](const AdaptiveMaxPool& self) { return adapted("AdaptiveMaxPool", x, self.size, Monoid::max); }, "AdaptiveMaxPool");
}

}  // namespace espalier::nn
