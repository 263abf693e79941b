#include "espalier/stdlib/optim/adaptive.h"

#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/reductions.h"

namespace espalier::optim {

namespace detail {
Array averaged(double b, const Array& m, const Array& x) { return b * m + (1 - b) * x; }
Array unbiased(const Array& m, double b, const Array& t) { return m * (1 / (1 - pow(Array(b).as(f64), t))).as(m.dtype()); }
Array norm_of_leaf(const Array& x) { return sqrt(sum(square(x))); }
}  // namespace detail

using detail::averaged, detail::unbiased;

namespace {
Moments zeros_of(const Array& p, std::size_t n) { return Moments(n, OptState(zeros_like(p))); }
}  // namespace

Moments AdamaxRule::fresh(const Array& p) const { return zeros_of(p, 2); }
Array AdamaxRule::step(Moments& kept, const Array& g, const Array&, const Array& t) const {
  const Array m = averaged(b1, kept[0], g), u = maximum(abs(g) + eps, b2 * kept[1]);
  kept = {m, u};
  return unbiased(m, b1, t) / u;
}

Moments AmsgradRule::fresh(const Array& p) const { return zeros_of(p, 3); }
Array AmsgradRule::step(Moments& kept, const Array& g, const Array&, const Array& t) const {
  const Array m = averaged(b1, kept[0], g), v = averaged(b2, kept[1], square(g)), most = maximum(kept[2], unbiased(v, b2, t));
  kept = {m, v, most};
  return unbiased(m, b1, t) / (sqrt(most + eps_root) + eps);
}

Moments YogiRule::fresh(const Array& p) const { return Moments(2, OptState(full_like(p, initial))); }
Array YogiRule::step(Moments& kept, const Array& g, const Array&, const Array& t) const {
  const Array m = averaged(b1, kept[0], g), squares = square(g), v = kept[1] - (1 - b2) * sign(kept[1] - squares) * squares;
  kept = {m, v};
  return unbiased(m, b1, t) / (sqrt(unbiased(v, b2, t) + eps_root) + eps);
}

Moments AdabeliefRule::fresh(const Array& p) const { return zeros_of(p, 2); }
Array AdabeliefRule::step(Moments& kept, const Array& g, const Array&, const Array& t) const {
  const Array m = averaged(b1, kept[0], g), v = averaged(b2, kept[1], square(g - m)) + eps_root;
  kept = {m, v};
  return unbiased(m, b1, t) / (sqrt(unbiased(v, b2, t)) + eps);
}

Moments RadamRule::fresh(const Array& p) const { return zeros_of(p, 2); }
Array RadamRule::step(Moments& kept, const Array& g, const Array&, const Array& t) const {
  const Array m = averaged(b1, kept[0], g), v = averaged(b2, kept[1], square(g)), direction = unbiased(m, b1, t);
  kept = {m, v};
  const double most = 2 / (1 - b2) - 1;
  const Array power = pow(Array(b2).as(f64), t), r = most - 2 * t * power / (1 - power), reached = r >= threshold, safe = where(reached, r, most);
  const Array rectified = sqrt((safe - 4) * (safe - 2) * most / ((most - 4) * (most - 2) * safe)).as(g.dtype());
  return where(reached, rectified * direction / (sqrt(unbiased(v, b2, t) + eps_root) + eps), direction);
}

Moments AdanRule::fresh(const Array& p) const { return zeros_of(p, 4); }
Array AdanRule::step(Moments& kept, const Array& g, const Array&, const Array& t) const {
  const Array d = where(t == 1, 0, g - kept[3]);
  const Array m = averaged(b1, kept[0], g), v = averaged(b2, kept[1], d), n = averaged(b3, kept[2], square(g + (1 - b2) * d));
  kept = {m, v, n, g};
  return (unbiased(m, b1, t) + (1 - b2) * unbiased(v, b2, t)) / (sqrt(unbiased(n, b3, t) + eps_root) + eps);
}

Moments LionRule::fresh(const Array& p) const { return zeros_of(p, 1); }
Array LionRule::step(Moments& kept, const Array& g, const Array&, const Array&) const {
  const Array before = kept[0];
  kept = {averaged(b2, before, g)};
  return sign(averaged(b1, before, g));
}

Moments NovogradRule::fresh(const Array& p) const { return {OptState(zeros_like(p)), OptState(zeros({}, p.dtype()))}; }
Array NovogradRule::step(Moments& kept, const Array& g, const Array& p, const Array& t) const {
  const Array squares = sum(square(g)), v = where(t == 1, squares, averaged(b2, kept[1], squares));
  const Array m = b1 * kept[0] + (g / (sqrt(v + eps_root) + eps) + weight_decay * p);
  kept = {m, v};
  return m;
}

}  // namespace espalier::optim
