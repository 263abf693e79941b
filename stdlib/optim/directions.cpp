#include "espalier/stdlib/optim/directions.h"

#include <cmath>

#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/reductions.h"

namespace espalier::optim {

using detail::norm_of_leaf;

Array SignRule::step(Moments&, const Array& g, const Array&, const Array&) const { return sign(g); }

Array TrustRatioRule::step(Moments&, const Array& g, const Array& p, const Array&) const {
  const Array of_p = maximum(norm_of_leaf(p), min_norm), of_g = maximum(norm_of_leaf(g), min_norm), none = (of_p == 0) | (of_g == 0);
  return g * where(none, 1, trust_coefficient * of_p / (where(none, 1, of_g) + eps));
}

Array FromageRule::step(Moments&, const Array& g, const Array& p, const Array&) const {
  const double c = 1 / std::sqrt(1 + learning_rate * learning_rate);
  return -learning_rate * c * g * (maximum(norm_of_leaf(p), min_norm) / maximum(norm_of_leaf(g), min_norm)) + (c - 1) * p;
}

Array CentralizeRule::step(Moments&, const Array& g, const Array&, const Array&) const {
  if (g.ndim() < 2) return g;
  std::vector<int> axes;
  for (int axis = 1; axis < g.ndim(); ++axis) axes.push_back(axis);
  return g - mean(g, {.axis = Axes(axes), .keepdims = true});
}

Array ZeroNansRule::step(Moments&, const Array& g, const Array&, const Array&) const { return where(isnan(g), 0, g); }

Array SetToZeroRule::step(Moments&, const Array& g, const Array&, const Array&) const { return zeros_like(g); }

Moments EmaRule::fresh(const Array& p) const { return decay == 0 ? Moments{} : Moments{OptState(zeros_like(p))}; }
Array EmaRule::step(Moments& kept, const Array& g, const Array&, const Array& t) const {
  if (decay == 0) return g;
  const Array m = detail::averaged(decay, kept[0], g);
  kept = {m};
  return debias ? detail::unbiased(m, decay, t) : m;
}

Moments ApplyEveryRule::fresh(const Array& p) const { return {OptState(zeros_like(p))}; }
Array ApplyEveryRule::step(Moments& kept, const Array& g, const Array&, const Array& t) const {
  const Array place = mod(t - 1, static_cast<double>(k)), all = g + where(place == 0, 0, kept[0]);
  kept = {all};
  return where(place == static_cast<double>(k - 1), all, 0);
}

Moments OptimisticRule::fresh(const Array& p) const { return {OptState(zeros_like(p))}; }
Array OptimisticRule::step(Moments& kept, const Array& g, const Array&, const Array& t) const {
  const Array before = where(t == 1, g, kept[0]);
  kept = {g};
  return (alpha + beta) * g - beta * before;
}

Moments RpropRule::fresh(const Array& p) const { return {OptState(full_like(p, learning_rate)), OptState(zeros_like(p))}; }
Array RpropRule::step(Moments& kept, const Array& g, const Array&, const Array&) const {
  const Array found = kept[1], agree = g * found, changes = agree < 0;
  const Array z = where(agree == 0, kept[0], clip(where(agree > 0, eta_plus * kept[0], eta_minus * kept[0]), min_step_size, max_step_size));
  kept = {z, where(changes, 0, z * sign(g))};
  return where(changes, 0, found);
}

namespace {
// Of a vector, extents of 1 not counted, the norm; of a matrix or a stack of them those along the first axis; of kernels those of each output.
Array norms_of_units(const Array& x) {
  int extents = 0;
  for (std::int64_t n : x.shape()) extents += n != 1;
  if (extents <= 1) return norm_of_leaf(x);
  std::vector<int> axes{0};
  if (x.ndim() > 3)
    for (int axis = 1; axis + 1 < x.ndim(); ++axis) axes.push_back(axis);
  return sqrt(sum(square(x), {.axis = Axes(axes), .keepdims = true}));
}
}  // namespace

Array AdaptiveClipRule::step(Moments&, const Array& g, const Array& p, const Array&) const {
  const Array of_g = norms_of_units(g), most = clipping * maximum(norms_of_units(p), eps);
  return where(of_g < most, g, g * (most / maximum(of_g, 1e-6)));
}

}  // namespace espalier::optim
