#pragma once
#include "espalier/jit/emit/math/logarithm.h"

/// Numbers of twice the precision, as unevaluated sums (Dekker 1971; Knuth, TAOCP 4.2.2), and the logarithm in them: what
/// powers of f64 need, whose exponent multiplies the logarithm's error by up to 710.
namespace espalier::codegen::math {

/// high + low, with |low| below the last place of high.
template <Real V>
struct Pair {
  V high, low;
};

/// a + b without error; |a| >= |b| or a = 0.
template <Real V>
Pair<V> fast_sum(V a, V b) {
  const V s = a + b;
  return {s, b - (s - a)};
}

/// a * b without error.
template <Real V>
Pair<V> exact_product(V a, V b) {
  const V p = a * b;
  return {p, fma(a, b, -p)};
}

/// The natural logarithm of a positive finite number, to about 2^-64 of itself.
template <Real V>
  requires(!is_f32<V>)
Pair<V> log_pair(V x) {
  const auto [f, n] = split_for_log(x);
  // With s = f / (2 + f): log(1 + f) = 2 s + 2/3 s^3 + 2/5 s^5 + …, |s| < 0.172: the first two terms as pairs, the rest by
  // its Taylor series.
  const Pair<V> u = fast_sum(constant(f, 2.0), f);
  const V s = f / u.high;
  const V s_low = (fma(-s, u.high, f) - s * u.low) / u.high;
  const Pair<V> square = exact_product(s, s);
  const Pair<V> cube = exact_product(square.high, s);
  const V cube_low = fma(square.high, s_low, fma(fma(s * 2.0, s_low, square.low), s, cube.low));
  constexpr double two_thirds = 0x1.5555555555555p-1, two_thirds_low = 0x1.5555555555555p-55;
  const Pair<V> third = exact_product(cube.high, constant(s, two_thirds));
  const V third_low = fma(cube.high, two_thirds_low, fma(cube_low, two_thirds, third.low));
  const V z = square.high;
  const V tail = z * cube.high * polynomial(z, 2.0 / 5, 2.0 / 7, 2.0 / 9, 2.0 / 11, 2.0 / 13, 2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21, 2.0 / 23, 2.0 / 25, 2.0 / 27);
  // The first part of ln2 has trailing zeros, so that n times it is exact.
  constexpr double ln2_high = 0x1.62e42fefa38p-1, ln2_low = 0x1.ef35793c7673p-45;
  const Pair<V> first = fast_sum(n * ln2_high, s * 2.0);
  const Pair<V> second = fast_sum(first.high, third.high);
  const V rest = (tail + third_low) + (fma(n, ln2_low, s_low * 2.0) + (first.low + second.low));
  return fast_sum(second.high, rest);
}

}  // namespace espalier::codegen::math
