#pragma once
#include "espalier/jit/emit/math/stirling.h"

/// The regularized incomplete beta function, for f64 lanes.
namespace espalier::codegen::math {

/// x^a y^b / B(a, b) for positive a, b, x and y = 1 - x. Large a and b are measured from the top of the density, where x / y is a / b.
template <Real V> V beta_density(V a, V b, V x, V y) {
  constexpr double two_pi = 6.283185307179586477;
  const V log_x = select(y < 0.5, log1p(-y), log(x)), log_y = select(x < 0.5, log1p(-x), log(y));
  const auto a_is_large = a >= stirling_from, b_is_large = b >= stirling_from;
  // Both are large.
  const V p = at_least(a, stirling_from), q = at_least(b, stirling_from), both = p + q;
  const V u = fma(x, q, -(p * y)), errors = stirling_error(both) - stirling_error(p) - stirling_error(q);
  const V exponent = p * above_logarithm(u / p, x * (both / p)) + q * above_logarithm(-(u / q), y * (both / q));
  const V large = exp(errors - exponent) * sqrt(p * (q / both) / two_pi);
  // One of them is: gamma(few + many) / gamma(many) by Stirling's formula.
  const V few = at_most(select(a_is_large, b, a), stirling_from), many = select(a_is_large, p, q);
  const V log_few = select(a_is_large, log_y, log_x), log_many = select(a_is_large, log_x, log_y);
  const V all = few + many, ratio = few / many;
  const V grown = (all - 0.5) * log1p(ratio) - few + stirling_error(all) - stirling_error(many);
  const V one = few * exp(few * (log_few + log(many)) + many * log_many + grown - lgamma_of_one_more(few));
  // Neither.
  const V s = at_most(a, stirling_from), t = at_most(b, stirling_from);
  const V gammas = lgamma_of_one_more(s + t) - lgamma_of_one_more(s) - lgamma_of_one_more(t);
  const V small = s / (s + t) * t * exp(s * log_x + t * log_y + gammas);
  return select(a_is_large & b_is_large, large, select(a_is_large | b_is_large, one, small));
}

/// beta_density(a, b, x, 1 - x) / I_x(a, b) for x up to (a + 1) / (a + b + 2), by the even part of DLMF 8.17.22's continued fraction
/// (Didonato & Morris, "Algorithm 708", 1992), from the front (Lentz's method).
template <Real V> V beta_fraction(V a, V b, V x) {
  constexpr double tiny = 1e-290;
  const auto nonzero = [](V v) { return select(v == 0.0, tiny, v); };
  const V start = nonzero(a * (a - (a + b) * x + 1.0) / (a + 1.0));
  const auto step = [&](V m, V numerator, V denominator, V fraction, V) {
    const V even = a + 2.0 * m, odd = even - 1.0, share = m * (b - m) * x / odd;
    const V top = (a + m - 1.0) * ((a + b + m - 1.0) * x / odd) * share;
    const V bottom = m + share + (a + m) * (a - (a + b) * x + 1.0 + m * (2.0 - x)) / (even + 1.0);
    const V next = nonzero(bottom + top / numerator), inverse = 1.0 / nonzero(bottom + top * denominator), change = next * inverse;
    return std::tuple{m + 1.0, next, inverse, fraction * change, change};
  };
  // It takes the square root of the larger parameter many steps.
  const auto result = iterate_while(std::tuple{constant(x, 1.0), start, constant(x, 0.0), start, constant(x, 2.0)},
                                    [](V m, V, V, V, V change) { return (abs(change - 1.0) > 0x1p-52) & (m < 20000.0); }, step);
  return std::get<3>(result);
}

/// I_x(a, b), the share of x^(a-1) (1-x)^(b-1) that lies below x: 0 for all x below 1 where b is 0 or a infinite, 1 for all above 0 where a is 0
/// or b infinite. NaN outside of a, b >= 0 and 0 <= x <= 1, and where both of these hold.
template <Real V> V betainc(V given_a, V given_b, V given_x) {
  const auto inside = (given_a > 0.0) & (given_b > 0.0) & (given_a < infinity) & (given_b < infinity) & (given_x > 0.0) & (given_x < 1.0);
  // Of huge parameters nothing but their ratio counts, and beside a huge one a moderate one does not: so that squares stay in range.
  const V first = select(inside, given_a, 1.0), second = select(inside, given_b, 1.0), larger = select(first > second, first, second);
  const V factor = select(larger > 0x1p300, 0x1p300 / larger, 1.0);
  const auto in_range = [&](V p) { return select(p > 0x1p200, p * factor, p); };
  const V a = in_range(first), b = in_range(second), x = select(inside, given_x, 0.5), y = 1.0 - x;
  const auto below = x < (a + 1.0) / (a + b + 2.0);
  const V density = beta_density(a, b, x, y);
  const V share = density / beta_fraction(select(below, a, b), select(below, b, a), select(below, x, y));
  const V usual = select(below, share, 1.0 - share);
  const auto low = (given_a == 0.0) | (given_b == infinity), high = (given_b == 0.0) | (given_a == infinity);
  const V end = select((low & (given_x > 0.0)) | (given_x == 1.0), constant(x, 1.0), constant(x, 0.0));
  const auto valid = (given_a >= 0.0) & (given_b >= 0.0) & (given_x >= 0.0) & (given_x <= 1.0) & !(low & high);
  return select(valid, select(inside, usual, end), not_a_number);
}

}  // namespace espalier::codegen::math
