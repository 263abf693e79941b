#include "espalier/stdlib/optim/factored.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/reductions.h"

namespace espalier::optim {
namespace {

struct FactoredAxes {
  int second, largest;
};
// The axes of the two largest extents; of equal ones the last.
std::optional<FactoredAxes> factored_axes(const AdafactorRule& rule, const Shape& shape) {
  if (!rule.factored || shape.ndim() < 2) return {};
  std::vector<int> axes(static_cast<std::size_t>(shape.ndim()));
  std::iota(axes.begin(), axes.end(), 0);
  std::sort(axes.begin(), axes.end(), [&](int a, int b) { return std::pair(shape[a], a) < std::pair(shape[b], b); });
  const int second = axes[axes.size() - 2];
  if (shape[second] < rule.min_dim_size_to_factor) return {};
  return FactoredAxes{second, axes.back()};
}
Array mean_along(const Array& x, int axis) { return mean(x, {.axis = axis, .keepdims = true}); }
Array root_mean_square(const Array& x) { return sqrt(mean(square(x))); }

}  // namespace

Moments AdafactorRule::fresh(const Array& p) const {
  const auto axes = factored_axes(*this, p.shape());
  if (!axes) return {OptState(zeros_like(p))};
  const auto without = [&](int axis) {
    std::vector<std::int64_t> extents(p.shape().begin(), p.shape().end());
    extents[static_cast<std::size_t>(axis)] = 1;
    return OptState(zeros(Shape(extents), p.dtype()));
  };
  return {without(axes->largest), without(axes->second)};
}

Array AdafactorRule::step(Moments& kept, const Array& g, const Array& p, const Array& t) const {
  const Array left = (1 - pow(t - static_cast<double>(decay_offset), -decay_rate)).as(g.dtype()), s = square(g) + eps;
  const auto moved = [&](const Array& v, const Array& x) { return left * v + (1 - left) * x; };
  Array u;
  if (const auto axes = factored_axes(*this, g.shape())) {
    const Array rows = moved(kept[0], mean_along(s, axes->largest)), columns = moved(kept[1], mean_along(s, axes->second));
    kept = {rows, columns};
    u = g * rsqrt(rows / mean_along(rows, axes->second)) * rsqrt(columns);
  } else {
    const Array v = moved(kept[0], s);
    kept = {v};
    u = g * rsqrt(v);
  }
  if (clipping_threshold) u = u / maximum(1, root_mean_square(u) / *clipping_threshold);
  return multiply_by_parameter_scale ? u * maximum(root_mean_square(p), 1e-3) : u;
}

Adafactor adafactor(Schedule rate, AdafactorRule rule, AdafactorOptions o) {
  return chain(scale_by_adafactor(rule), scale_by_schedule(std::move(rate)), ema(o.momentum, {.debias = false}), add_decayed_weights(o.weight_decay_rate, {.mask = o.mask}), scale(-1));
}

}  // namespace espalier::optim
