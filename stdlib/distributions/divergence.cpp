#include "espalier/stdlib/distributions/divergence.h"

#include "espalier/dsl/linalg.h"
#include "espalier/dsl/ops.h"
#include "espalier/stdlib/distributions/shapes.h"

namespace espalier::distributions {

using espalier::detail::called_at;

namespace {
const double infinity = std::numeric_limits<double>::infinity();
Array total(const Array& x) { return sum(x, {.axis = -1}); }
// p (log p - log q), 0 where p is.
Array share(const Array& p, const Array& log_p, const Array& log_q) { return where(p > 0, p * (log_p - log_q), 0); }
}  // namespace

Array kl(const Normal& p, const Normal& q, Where at) {
  return called_at(at, [&] {
    const Array ratio = square(p.scale / q.scale);
    return (ratio + square((p.loc - q.loc) / q.scale) - 1 - log(ratio)) / 2;
  });
}
Array kl(const Uniform& p, const Uniform& q, Where at) {
  return called_at(at, [&] { return where((q.low <= p.low) & (p.high <= q.high), log((q.high - q.low) / (p.high - p.low)), infinity); });
}
Array kl(const Laplace& p, const Laplace& q, Where at) {
  return called_at(at, [&] {
    const Array far = abs(p.loc - q.loc);
    return log(q.scale / p.scale) + (p.scale * exp(-far / p.scale) + far) / q.scale - 1;
  });
}
Array kl(const Exponential& p, const Exponential& q, Where at) {
  return called_at(at, [&] { return log(p.rate / q.rate) + q.rate / p.rate - 1; });
}
Array kl(const Gamma& p, const Gamma& q, Where at) {
  return called_at(at, [&] {
    const Array &a = p.concentration, &b = q.concentration;
    return (a - b) * digamma(a) - lgamma(a) + lgamma(b) + b * log(p.rate / q.rate) + a * (q.rate - p.rate) / p.rate;
  });
}
Array kl(const Beta& p, const Beta& q, Where at) {
  return called_at(at, [&] {
    return betaln(q.alpha, q.beta) - betaln(p.alpha, p.beta) + (p.alpha - q.alpha) * digamma(p.alpha) + (p.beta - q.beta) * digamma(p.beta) +
           (q.alpha - p.alpha + q.beta - p.beta) * digamma(p.alpha + p.beta);
  });
}
Array kl(const Bernoulli& p, const Bernoulli& q, Where at) {
  return called_at(at, [&] {
    return share(sigmoid(p.logits), log_sigmoid(p.logits), log_sigmoid(q.logits)) + share(sigmoid(-p.logits), log_sigmoid(-p.logits), log_sigmoid(-q.logits));
  });
}
Array kl(const Categorical& p, const Categorical& q, Where at) {
  return called_at(at, [&] {
    (void)detail::without_last("kl", p.logits, 1);
    return total(share(softmax(p.logits), log_softmax(p.logits), log_softmax(q.logits)));
  });
}
Array kl(const Poisson& p, const Poisson& q, Where at) {
  return called_at(at, [&] { return xlogy(p.rate, p.rate / q.rate) - p.rate + q.rate; });
}
Array kl(const Dirichlet& p, const Dirichlet& q, Where at) {
  return called_at(at, [&] {
    (void)detail::without_last("kl", p.concentration, 1);
    const Array &a = p.concentration, &b = q.concentration, all = total(a);
    return lgamma(all) - total(lgamma(a)) - lgamma(total(b)) + total(lgamma(b)) + total((a - b) * (digamma(a) - digamma(expand_dims(all, -1))));
  });
}
Array kl(const MultivariateNormal& p, const MultivariateNormal& q, Where at) {
  return called_at(at, [&] {
    const Array lp = tril(p.scale_tril), lq = tril(q.scale_tril);
    // Both solved at once: Lq^-1 Lp, and Lq^-1 of the difference of the means.
    const Shape batch = broadcast_shapes(p.batch_shape(), q.batch_shape()), square_of = detail::joined(batch, {lp.shape(-2), lp.shape(-1)});
    const Array d = expand_dims(broadcast_to(p.loc - q.loc, detail::joined(batch, Shape(lp.shape(-1)))), -1);
    const Array both = concatenate({broadcast_to(lp, square_of), d}, {.axis = -1});
    const Array solved = linalg::solve_triangular(broadcast_to(lq, square_of), both, {.lower = true});
    const auto log_scale = [](const Array& l) { return total(log(abs(diagonal(l, {.axis1 = -2, .axis2 = -1})))); };
    return (sum(square(solved), {.axis = Axes({-2, -1})}) - static_cast<double>(lp.shape(-1))) / 2 + log_scale(lq) - log_scale(lp);
  });
}

}  // namespace espalier::distributions
