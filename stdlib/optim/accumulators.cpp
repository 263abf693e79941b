#include "espalier/stdlib/optim/accumulators.h"

#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/reductions.h"

namespace espalier::optim {

using detail::averaged;

namespace {
// g / sqrt(s + eps), 0 where s is.
Array over_root(const Array& g, const Array& s, double eps) { return where(s > 0, g * rsqrt(where(s > 0, s, 1) + eps), 0); }
}  // namespace

Moments AdagradRule::fresh(const Array& p) const { return {OptState(full_like(p, initial_accumulator_value))}; }
Array AdagradRule::step(Moments& kept, const Array& g, const Array&, const Array&) const {
  const Array s = kept[0] + square(g);
  kept = {s};
  return over_root(g, s, eps);
}

Moments AdadeltaRule::fresh(const Array& p) const { return Moments(2, OptState(zeros_like(p))); }
Array AdadeltaRule::step(Moments& kept, const Array& g, const Array&, const Array&) const {
  const Array s = averaged(rho, kept[0], square(g)), d = sqrt(kept[1] + eps) / sqrt(s + eps) * g;
  kept = {s, averaged(rho, kept[1], square(d))};
  return d;
}

Moments RmsRule::fresh(const Array& p) const { return Moments(centered ? 2 : 1, OptState(zeros_like(p))); }
Array RmsRule::step(Moments& kept, const Array& g, const Array&, const Array&) const {
  const Array v = averaged(decay, kept[0], square(g));
  if (!centered) {
    kept = {v};
    return g * rsqrt(v + eps);
  }
  const Array m = averaged(decay, kept[1], g);
  kept = {v, m};
  return g * rsqrt(v - square(m) + eps);
}

// First m, then an accumulator for each axis, which keeps the others with extent 1.
Moments Sm3Rule::fresh(const Array& p) const {
  Moments kept{OptState(zeros_like(p))};
  for (int axis = 0; axis < p.ndim(); ++axis) {
    std::vector<std::int64_t> extents(static_cast<std::size_t>(p.ndim()), 1);
    extents[static_cast<std::size_t>(axis)] = p.shape(axis);
    kept.emplace_back(zeros(Shape(extents), p.dtype()));
  }
  if (p.ndim() == 0) kept.emplace_back(zeros_like(p));
  return kept;
}
Array Sm3Rule::step(Moments& kept, const Array& g, const Array&, const Array&) const {
  Array least = kept[1];
  for (std::size_t i = 2; i < kept.size(); ++i) least = minimum(least, kept[i]);
  const Array all = square(g) + least, m = averaged(momentum, kept[0], over_root(g, all, eps));
  kept = {m};
  for (int axis = 0; axis < g.ndim(); ++axis) {
    std::vector<int> others;
    for (int other = 0; other < g.ndim(); ++other)
      if (other != axis) others.push_back(other);
    kept.emplace_back(others.empty() ? all : max(all, {.axis = Axes(others), .keepdims = true}));
  }
  if (g.ndim() == 0) kept.emplace_back(all);
  return m;
}

}  // namespace espalier::optim
