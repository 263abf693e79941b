#include "espalier/stdlib/distributions/continuous.h"

#include <cmath>
#include <numbers>

#include "espalier/dsl/ops.h"
#include "espalier/stdlib/distributions/shapes.h"
#include "espalier/stdlib/random.h"

namespace espalier::distributions {

using detail::dtype_of, detail::joined, detail::met, detail::spread, espalier::detail::called_at;

namespace {
const double infinity = std::numeric_limits<double>::infinity();
// `value` within the support, `otherwise` outside. x is taken to a place inside before, so that no derivative is NaN.
Array inside(const Array& is, const Array& value, double otherwise = -infinity) { return where(is, value, otherwise); }
Array kept_in(const Array& is, const Array& x, const Array& place) { return where(is, x, place); }
}  // namespace

Shape Normal::batch_shape(Where at) const {
  return called_at(at, [&] { return met({loc, scale}); });
}
Array Normal::sample(const Key& key, Shape shape, Where at) const {
  return called_at(at, [&] { return loc + scale * random::normal(key, joined(shape, met({loc, scale})), {.dtype = dtype_of({loc, scale})}); });
}
Array Normal::log_prob(Operand x) const {
  return called_at(x.where, [&] { return -square((x.array - loc) / scale) / 2 - log(scale) - std::log(2 * std::numbers::pi) / 2; });
}
Array Normal::entropy(Where at) const {
  return called_at(at, [&] { return spread(log(scale) + (1 + std::log(2 * std::numbers::pi)) / 2, met({loc, scale})); });
}
Array Normal::mean(Where at) const {
  return called_at(at, [&] { return spread(loc, met({loc, scale})); });
}
Array Normal::mode(Where at) const { return mean(at); }
Array Normal::variance(Where at) const {
  return called_at(at, [&] { return spread(square(scale), met({loc, scale})); });
}
Array Normal::cdf(Operand x) const {
  return called_at(x.where, [&] { return erfc((loc - x.array) / (scale * std::numbers::sqrt2)) / 2; });
}

Shape Uniform::batch_shape(Where at) const {
  return called_at(at, [&] { return met({low, high}); });
}
Array Uniform::sample(const Key& key, Shape shape, Where at) const {
  return called_at(at, [&] { return low + (high - low) * random::uniform(key, joined(shape, met({low, high})), {.dtype = dtype_of({low, high})}); });
}
Array Uniform::log_prob(Operand x) const {
  return called_at(x.where, [&] { return inside((x.array >= low) & (x.array <= high), -log(high - low)) + where(isnan(x.array), x.array, 0); });
}
Array Uniform::entropy(Where at) const {
  return called_at(at, [&] { return log(high - low); });
}
Array Uniform::mean(Where at) const {
  return called_at(at, [&] { return low + (high - low) / 2; });
}
Array Uniform::mode(Where at) const { return mean(at); }
Array Uniform::variance(Where at) const {
  return called_at(at, [&] { return square(high - low) / 12; });
}
Array Uniform::cdf(Operand x) const {
  return called_at(x.where, [&] { return clip((x.array - low) / (high - low), 0, 1); });
}

Shape Laplace::batch_shape(Where at) const {
  return called_at(at, [&] { return met({loc, scale}); });
}
Array Laplace::sample(const Key& key, Shape shape, Where at) const {
  return called_at(at, [&] { return loc + scale * random::laplace(key, joined(shape, met({loc, scale})), {.dtype = dtype_of({loc, scale})}); });
}
Array Laplace::log_prob(Operand x) const {
  return called_at(x.where, [&] { return -abs(x.array - loc) / scale - log(2 * scale); });
}
Array Laplace::entropy(Where at) const {
  return called_at(at, [&] { return spread(1 + log(2 * scale), met({loc, scale})); });
}
Array Laplace::mean(Where at) const {
  return called_at(at, [&] { return spread(loc, met({loc, scale})); });
}
Array Laplace::mode(Where at) const { return mean(at); }
Array Laplace::variance(Where at) const {
  return called_at(at, [&] { return spread(2 * square(scale), met({loc, scale})); });
}
Array Laplace::cdf(Operand x) const {
  return called_at(x.where, [&] {
    const Array z = (x.array - loc) / scale, tail = exp(-abs(z)) / 2;
    return where(z < 0, tail, 1 - tail);
  });
}

Shape Exponential::batch_shape(Where at) const {
  return called_at(at, [&] { return rate.shape(); });
}
Array Exponential::sample(const Key& key, Shape shape, Where at) const {
  return called_at(at, [&] { return random::exponential(key, joined(shape, rate.shape()), {.dtype = dtype_of({rate})}) / rate; });
}
Array Exponential::log_prob(Operand x) const {
  return called_at(x.where, [&] { return where(x.array < 0, -infinity, log(rate) - rate * x.array); });
}
Array Exponential::entropy(Where at) const {
  return called_at(at, [&] { return 1 - log(rate); });
}
Array Exponential::mean(Where at) const {
  return called_at(at, [&] { return 1 / rate; });
}
Array Exponential::mode(Where at) const {
  return called_at(at, [&] { return zeros_like(rate); });
}
Array Exponential::variance(Where at) const {
  return called_at(at, [&] { return 1 / square(rate); });
}
Array Exponential::cdf(Operand x) const {
  return called_at(x.where, [&] { return -expm1(-rate * maximum(x.array, 0)); });
}

Shape Gamma::batch_shape(Where at) const {
  return called_at(at, [&] { return met({concentration, rate}); });
}
Array Gamma::sample(const Key& key, Shape shape, Where at) const {
  return called_at(at, [&] { return random::gamma(key, concentration, joined(shape, met({concentration, rate})), {.dtype = dtype_of({concentration, rate})}) / rate; });
}
Array Gamma::log_prob(Operand x) const {
  return called_at(x.where, [&] {
    const Array is = logical_not(x.array < 0), place = kept_in(is, x.array, 1);
    return inside(is, concentration * log(rate) + xlogy(concentration - 1, place) - rate * place - lgamma(concentration));
  });
}
Array Gamma::entropy(Where at) const {
  return called_at(at, [&] { return concentration - log(rate) + lgamma(concentration) + (1 - concentration) * digamma(concentration); });
}
Array Gamma::mean(Where at) const {
  return called_at(at, [&] { return concentration / rate; });
}
Array Gamma::mode(Where at) const {
  return called_at(at, [&] { return where(concentration >= 1, (concentration - 1) / rate, NAN); });
}
Array Gamma::variance(Where at) const {
  return called_at(at, [&] { return concentration / square(rate); });
}
Array Gamma::cdf(Operand x) const {
  return called_at(x.where, [&] { return igamma(concentration, rate * maximum(x.array, 0)); });
}

Shape Beta::batch_shape(Where at) const {
  return called_at(at, [&] { return met({alpha, beta}); });
}
Array Beta::sample(const Key& key, Shape shape, Where at) const {
  return called_at(at, [&] { return random::beta(key, alpha, beta, joined(shape, met({alpha, beta})), {.dtype = dtype_of({alpha, beta})}); });
}
Array Beta::log_prob(Operand x) const {
  return called_at(x.where, [&] {
    const Array is = logical_not((x.array < 0) | (x.array > 1)), place = kept_in(is, x.array, 0.5);
    return inside(is, xlogy(alpha - 1, place) + xlog1py(beta - 1, -place) - betaln(alpha, beta));
  });
}
Array Beta::entropy(Where at) const {
  return called_at(at, [&] { return betaln(alpha, beta) - (alpha - 1) * digamma(alpha) - (beta - 1) * digamma(beta) + (alpha + beta - 2) * digamma(alpha + beta); });
}
Array Beta::mean(Where at) const {
  return called_at(at, [&] { return alpha / (alpha + beta); });
}
Array Beta::mode(Where at) const {
  return called_at(at, [&] { return where((alpha > 1) & (beta > 1), (alpha - 1) / (alpha + beta - 2), NAN); });
}
Array Beta::variance(Where at) const {
  return called_at(at, [&] { return alpha * beta / (square(alpha + beta) * (alpha + beta + 1)); });
}
Array Beta::cdf(Operand x) const {
  return called_at(x.where, [&] { return betainc(alpha, beta, clip(x.array, 0, 1)); });
}

}  // namespace espalier::distributions
