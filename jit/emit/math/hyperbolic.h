#pragma once
#include "espalier/jit/emit/math/arithmetic.h"
#include "espalier/jit/emit/math/exponential.h"
#include "espalier/jit/emit/math/logarithm.h"

/// Hyperbolic functions and their inverses.
namespace espalier::codegen::math {

/// tanh x = -e / (2 + e) with e = e^(-2|x|) - 1, which never overflows and is right to a relative error near 0.
template <Real V>
V tanh(V x) {
  const V inside = at_least(-2.0 * abs(x), is_f32<V> ? -20.0 : -40.0);
  const auto [counter, n, r] = split_by_ln2<Format<V>::bias>(inside);
  const V p = fma(r * r, exp_tail(r), r);
  const V power = power_of_counter<V>(counter);
  const V e = fma(power, p, power - 1.0);
  return copy_sign(e / (2.0 + e), x);
}

/// e^|x| / 4 = quarter (1 + p): the pieces sinh and cosh are built from. A quarter never overflows where they do not.
template <Real V>
struct QuarterExp {
  V quarter;
  V p;
};

template <Real V>
QuarterExp<V> quarter_exp(V x) {
  const V inside = at_most(abs(x), is_f32<V> ? 89.5 : 710.6);
  const auto [counter, n, r] = split_by_ln2<Format<V>::bias - 2>(inside);
  return {power_of_counter<V>(counter), fma(r * r, exp_tail(r), r)};
}

/// sinh x = (m + m / (1 + m)) / 2 with m = e^|x| - 1.
template <Real V>
V sinh(V x) {
  const auto [quarter, p] = quarter_exp(x);
  const V w = fma(quarter, p, quarter - 0.25);
  const V half = w + w / fma(w, 4.0, 1.0);
  return copy_sign(half + half, x);
}

/// cosh x = (e^|x| + e^-|x|) / 2.
template <Real V>
V cosh(V x) {
  const auto [quarter, p] = quarter_exp(x);
  const V w = fma(quarter, p, quarter);
  const V half = w + 0.0625 / w;
  return half + half;
}

/// From here on squares would overflow, and log(2x) is right to the last place.
template <Real V>
inline constexpr double inverse_hyperbolic_far = is_f32<V> ? 0x1p28 : 0x1p56;

/// asinh x = log(|x| + sqrt(x^2 + 1)), by log1p so that small arguments keep their relative error.
template <Real V>
V asinh(V x) {
  const V magnitude = abs(x);
  const auto far = magnitude > inverse_hyperbolic_far<V>;
  const V near = select(far, 0.0, magnitude);
  const V square = near * near;
  const V argument = magnitude + square / (1.0 + sqrt(square + 1.0));
  return copy_sign(log1p(argument) + select(far, 0x1.62e42fefa39efp-1, constant(x, 0.0)), x);
}

/// acosh x = log(x + sqrt(x^2 - 1)); NaN below 1.
template <Real V>
V acosh(V x) {
  const auto far = x > inverse_hyperbolic_far<V>;
  const V above_one = x - 1.0;
  const V near = select(far, 0.0, above_one);
  const V argument = above_one + sqrt(near * (near + 2.0));
  const V result = log1p(argument) + select(far, 0x1.62e42fefa39efp-1, constant(x, 0.0));
  return select(x >= 1.0, result, not_a_number);
}

/// atanh x = log((1 + x) / (1 - x)) / 2; infinite at -1 and 1, NaN beyond.
template <Real V>
V atanh(V x) {
  const V magnitude = abs(x);
  return copy_sign(0.5 * log1p((magnitude + magnitude) / (1.0 - magnitude)), x);
}

}  // namespace espalier::codegen::math
