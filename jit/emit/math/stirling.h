#pragma once
#include "espalier/jit/emit/math/gamma.h"

/// Products of powers and gamma functions that stay accurate where their factors are huge, for f64 lanes.
namespace espalier::codegen::math {

/// From here on Stirling's series below is good to the last bits.
inline constexpr double stirling_from = 10;

/// log(gamma(z) / (sqrt(2 pi / z) (z / e)^z)) for z >= 10 (Abramowitz & Stegun 6.1.41).
template <Real V> V stirling_error(V z) {
  const V r = 1.0 / (z * z);
  return polynomial(r, 1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156) / z;
}

/// lgamma(1 + z) for z from 0 on, good to the last bits of z where z is small.
template <Real V> V lgamma_of_one_more(V z) {
  const auto small = z < 0.5;
  const V t = select(small, z, 0.0);
  return select(small, lgamma_beside_two(t) - log1p(t), lgamma(1.0 + z));
}

/// u - log(1 + u) for u > -1, which is u^2 / 2 beside 0; `one_more` is 1 + u, where that is known better.
template <Real V> V above_logarithm(V u, V one_more) {
  const auto near = abs(u) < 0.5;
  const V v = select(near, u, 0.0);
  // log(1 + u) = 2 atanh(r) with r = u / (2 + u), and u - 2 r = u r.
  const V r = v / (2.0 + v), s = r * r;
  const V series = s * polynomial(s, 1.0 / 3, 1.0 / 5, 1.0 / 7, 1.0 / 9, 1.0 / 11, 1.0 / 13, 1.0 / 15, 1.0 / 17, 1.0 / 19, 1.0 / 21, 1.0 / 23, 1.0 / 25, 1.0 / 27, 1.0 / 29, 1.0 / 31, 1.0 / 33);
  return select(near, r * (v - 2.0 * series), u - log(one_more));
}

/// x^a e^-x / gamma(a + 1) for positive a and x.
template <Real V> V gamma_density(V a, V x) {
  constexpr double two_pi = 6.283185307179586477;
  const auto large = a >= stirling_from;
  const V z = at_least(a, stirling_from), u = (x - z) / z;
  const V far = exp(-(z * above_logarithm(u, x / z)) - stirling_error(z)) / sqrt(z * two_pi);
  // e^-x in two halves: it may vanish before the product does.
  const V few = at_most(a, stirling_from), half = exp(x * -0.5);
  const V near = select(half > 0.0, half * pow(x, few) * half * exp(-lgamma_of_one_more(few)), 0.0);
  return select(large, far, near);
}

}  // namespace espalier::codegen::math
