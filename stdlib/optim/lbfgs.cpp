#include "espalier/stdlib/optim/lbfgs.h"

#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/indexing.h"
#include "espalier/dsl/ops/reductions.h"

namespace espalier::optim {

Array detail::inner_product(std::span<const Array> a, std::span<const Array> b) {
  Array total = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!a[i].is_nothing()) total = total + sum(a[i] * b[i]);
  return total;
}

ScaleByLbfgs ScaleByLbfgs::fresh(Moments zeros_of_leaves) const {
  ScaleByLbfgs next = *this;
  next.count = detail::first_count();
  DType dtype = default_dtype();
  Moments many;
  for (const OptState& z : zeros_of_leaves) {
    if (z.is_nothing()) {
      many.emplace_back();
      continue;
    }
    dtype = promote(dtype, z.dtype());
    std::vector<std::int64_t> extents{memory_size};
    extents.insert(extents.end(), z.shape().begin(), z.shape().end());
    many.emplace_back(zeros(Shape(extents), z.dtype()));
  }
  next.params = next.gradients = std::move(zeros_of_leaves);
  next.steps = next.changes = std::move(many);
  next.weights = zeros(Shape(memory_size), dtype);
  return next;
}

std::vector<Array> ScaleByLbfgs::directed(const std::vector<Array>& g, const std::vector<Array>& p) {
  const Array begun = count > 0, newest = mod(count - 1, memory_size);
  std::vector<Array> s(g.size()), y(g.size());
  for (std::size_t i = 0; i < g.size(); ++i) {
    if (g[i].is_nothing()) continue;
    s[i] = where(begun, p[i] - detail::moment(params[i], p[i]), 0);
    y[i] = where(begun, g[i] - detail::moment(gradients[i], g[i]), 0);
    if (steps[i].is_nothing()) steps[i] = changes[i] = broadcast_to(zeros_like(expand_dims(g[i], 0)), Shape([&] { std::vector<std::int64_t> e{memory_size}; e.insert(e.end(), g[i].shape().begin(), g[i].shape().end()); return e; }()));
    steps[i] = steps[i].at(newest).set(s[i]);
    changes[i] = changes[i].at(newest).set(y[i]);
    params[i] = p[i];
    gradients[i] = g[i];
  }
  const Array product = detail::inner_product(s, y), squares = detail::inner_product(y, y), curved = product > 0;
  weights = weights.at(newest).set(where(curved, 1 / where(curved, product, 1), 0).as(weights.dtype()));
  Array scale = 1.0;
  if (scale_init_precond) scale = where(begun, where(curved, product / where(squares > 0, squares, 1), 1), minimum(1, 1 / sqrt(detail::inner_product(g, g))));

  // From the newest pair to the oldest, and back.
  const auto pair_at = [&](const Moments& all, const Array& k) {
    std::vector<Array> one(all.size());
    for (std::size_t i = 0; i < all.size(); ++i)
      if (!all[i].is_nothing() && !g[i].is_nothing()) one[i] = all[i][k];
    return one;
  };
  const auto added = [](const std::vector<Array>& x, const Array& factor, const std::vector<Array>& z) {
    std::vector<Array> result(x.size());
    for (std::size_t i = 0; i < x.size(); ++i)
      if (!x[i].is_nothing()) result[i] = x[i] + factor.as(x[i].dtype()) * z[i];
    return result;
  };
  std::vector<Array> q = g;
  std::vector<Array> shares(static_cast<std::size_t>(memory_size)), places(shares.size());
  for (std::size_t back = 0; back < shares.size(); ++back) {
    places[back] = mod(newest - static_cast<std::int64_t>(back), memory_size);
    shares[back] = weights[places[back]] * detail::inner_product(pair_at(steps, places[back]), q);
    q = added(q, -shares[back], pair_at(changes, places[back]));
  }
  for (Array& x : q)
    if (!x.is_nothing()) x = scale.as(x.dtype()) * x;
  for (std::size_t back = shares.size(); back-- > 0;) {
    const Array share = weights[places[back]] * detail::inner_product(pair_at(changes, places[back]), q);
    q = added(q, shares[back] - share, pair_at(steps, places[back]));
  }
  count = detail::next_count(count);
  return q;
}

Lbfgs lbfgs(Schedule rate, LbfgsOptions o) {
  return {chain(ScaleByLbfgs{.memory_size = o.memory_size, .scale_init_precond = o.scale_init_precond}, scale_by_learning_rate(std::move(rate))), o.search};
}

}  // namespace espalier::optim
