#include "espalier/stdlib/distributions/multivariate.h"

#include <cmath>
#include <numbers>

#include "espalier/dsl/linalg.h"
#include "espalier/dsl/ops.h"
#include "espalier/stdlib/distributions/shapes.h"
#include "espalier/stdlib/random.h"

namespace espalier::distributions {

using detail::joined, detail::without_last, espalier::detail::called_at;

namespace {
Array total(const Array& x) { return sum(x, {.axis = -1}); }
Array kept_total(const Array& x) { return sum(x, {.axis = -1, .keepdims = true}); }
Array log_beta(const Array& c) { return total(lgamma(c)) - lgamma(total(c)); }
}  // namespace

Shape Dirichlet::batch_shape(Where at) const {
  return called_at(at, [&] { return without_last("Dirichlet", concentration, 1); });
}
Array Dirichlet::sample(const Key& key, Shape shape, Where at) const {
  return called_at(at, [&] { return random::dirichlet(key, concentration, joined(shape, without_last("Dirichlet", concentration, 1)), {.dtype = detail::dtype_of({concentration})}); });
}
Array Dirichlet::log_prob(Operand x) const {
  return called_at(x.where, [&] {
    (void)without_last("Dirichlet", concentration, 1);
    const Array is = all(x.array >= 0, {.axis = -1, .keepdims = true}), place = where(is, x.array, 1);
    return where(squeeze(is, {.axis = -1}), total(xlogy(concentration - 1, place)) - log_beta(concentration), -std::numeric_limits<double>::infinity());
  });
}
Array Dirichlet::entropy(Where at) const {
  return called_at(at, [&] {
    (void)without_last("Dirichlet", concentration, 1);
    const Array& c = concentration;
    const Array all = total(c), n = static_cast<double>(c.shape(-1));
    return log_beta(c) + (all - n) * digamma(all) - total((c - 1) * digamma(c));
  });
}
Array Dirichlet::mean(Where at) const {
  return called_at(at, [&] { return concentration / kept_total(concentration); });
}
Array Dirichlet::mode(Where at) const {
  return called_at(at, [&] {
    const Array c = concentration - 1, within = all(c > 0, {.axis = -1, .keepdims = true});
    return where(within, c / kept_total(c), NAN);
  });
}
Array Dirichlet::variance(Where at) const {
  return called_at(at, [&] {
    const Array all = kept_total(concentration), p = concentration / all;
    return p * (1 - p) / (all + 1);
  });
}

namespace {
Array factor(const MultivariateNormal& d) {
  (void)without_last("MultivariateNormal", d.scale_tril, 2);
  return tril(d.scale_tril);
}
Shape batch_of(const MultivariateNormal& d) {
  const Shape shapes[] = {without_last("MultivariateNormal", d.loc, 1), without_last("MultivariateNormal", d.scale_tril, 2)};
  return broadcast_shapes(shapes[0], shapes[1]);
}
Array log_scale(const Array& l) { return total(log(abs(diagonal(l, {.axis1 = -2, .axis2 = -1})))); }
Array product(const Array& l, const Array& z) { return squeeze(matmul(l, expand_dims(z, -1)), {.axis = -1}); }
}  // namespace

Shape MultivariateNormal::batch_shape(Where at) const {
  return called_at(at, [&] { return batch_of(*this); });
}
Array MultivariateNormal::sample(const Key& key, Shape shape, Where at) const {
  return called_at(at, [&] {
    const Shape vectors = joined(joined(shape, batch_of(*this)), Shape(loc.shape(-1)));
    return loc + product(factor(*this), random::normal(key, vectors, {.dtype = detail::dtype_of({loc, scale_tril})}));
  });
}
Array MultivariateNormal::log_prob(Operand x) const {
  return called_at(x.where, [&] {
    const Array l = factor(*this), d = x.array - loc;
    const Shape vectors = broadcast_shapes(d.shape(), joined(without_last("MultivariateNormal", scale_tril, 2), Shape(loc.shape(-1))));
    const Array z = linalg::solve_triangular(broadcast_to(l, joined(vectors, Shape(loc.shape(-1)))), expand_dims(broadcast_to(d, vectors), -1), {.lower = true});
    return -total(square(squeeze(z, {.axis = -1}))) / 2 - log_scale(l) - static_cast<double>(loc.shape(-1)) * std::log(2 * std::numbers::pi) / 2;
  });
}
Array MultivariateNormal::entropy(Where at) const {
  return called_at(at, [&] { return detail::spread(log_scale(factor(*this)) + static_cast<double>(loc.shape(-1)) * (1 + std::log(2 * std::numbers::pi)) / 2, batch_of(*this)); });
}
Array MultivariateNormal::mean(Where at) const {
  return called_at(at, [&] { return detail::spread(loc, joined(batch_of(*this), Shape(loc.shape(-1)))); });
}
Array MultivariateNormal::mode(Where at) const { return mean(at); }
Array MultivariateNormal::variance(Where at) const {
  return called_at(at, [&] { return detail::spread(total(square(factor(*this))), joined(batch_of(*this), Shape(loc.shape(-1)))); });
}
Array MultivariateNormal::covariance(Where at) const {
  return called_at(at, [&] {
    const Array l = factor(*this);
    return matmul(l, swapaxes(l, -1, -2));
  });
}

}  // namespace espalier::distributions
