#pragma once
#include "espalier/jit/emit/math/arithmetic.h"

/// Exponentials and their kin. All coefficients are minimax fits made for this file (Remez exchange in 60 digits).
namespace espalier::codegen::math {

/// x = n ln2 + r, |r| <= ln2/2. `counter` holds n plus an offset in its low bits: the rounder brings the offset along, so
/// that bits of a power of two are made of the counter by shifts alone.
template <Real V>
struct PowerSplit {
  typename V::integer counter;
  V n;
  V r;
};

/// Splits x by the nearest multiple of ln2, after Cody and Waite; exact for n = 0.
template <int offset, Real V>
PowerSplit<V> split_by_ln2(V x) {
  constexpr double log2e = 0x1.71547652b82fep+0, rounder = Format<V>::rounder + offset;
  const V shifted = fma(x, log2e, rounder);
  const V n = shifted - rounder;
  // ln2 in two parts; the first of f32 is ln2 rounded, so the second is negative.
  constexpr double high = is_f32<V> ? 0x1.62e43p-1 : 0x1.62e42fefa39efp-1;
  constexpr double low = is_f32<V> ? -0x1.05c61p-29 : 0x1.abc9e3b39803fp-56;
  return {as_integer(shifted), n, fma(n, -low, fma(n, -high, x))};
}

/// (e^r - 1 - r) / r^2 on |r| <= ln2/2; relative to e^r right to 2^-28 (f64: 2^-57).
template <Real V>
V exp_tail(V r) {
  if constexpr (is_f32<V>) {
    return polynomial(r, 0.49999994, 0.16666514, 0.04166806, 0.00836955, 0.0013843804);
  } else {
    return polynomial(r, 0.5000000000000011, 0.16666666666666408, 0.04166666666652813, 0.008333333333497072,
                      0.0013888888944244098, 0.00019841269502423144, 2.4801492392762887e-05, 2.7557588697387624e-06,
                      2.7630522109997736e-07, 2.499977394228774e-08);
  }
}

/// 2^n from a counter whose offset is the format's bias; that plus k gives 2^(n + k).
template <Real V>
V power_of_counter(typename V::integer counter) {
  return as_real(counter << Format<V>::mantissa_bits);
}
/// 2^n as the product of two powers, as no single float holds all of them; -2*bias <= n <= bias + 1. The counter's offset is
/// twice the bias, so that either half of it has the bias.
template <Real V>
constexpr int two_biases = 2 * Format<V>::bias;
template <Real V>
std::pair<V, V> powers_of_counter(typename V::integer counter) {
  constexpr int shift = Format<V>::mantissa_bits;
  const auto half = (counter >> 1) << shift;
  return {as_real(half), as_real((counter << shift) - half)};
}
/// p 2^n, rounded once also where the result is subnormal; p in [1/2, 2].
template <Real V>
V scale_by_counter(V p, typename V::integer counter) {
  const auto [half, rest] = powers_of_counter<V>(counter);
  return p * half * rest;
}
/// (1 + q) 2^n, with one operation and one rounding fewer.
template <Real V>
V scale_one_plus(V q, typename V::integer counter) {
  const auto [half, rest] = powers_of_counter<V>(counter);
  return fma(q, half, half) * rest;
}

/// e^x; 0 and infinity beyond the format's range, subnormal results rounded once.
template <Real V>
V exp(V x) {
  const V inside = at_most(at_least(x, is_f32<V> ? -104.0 : -746.0), is_f32<V> ? 89.0 : 710.0);
  const auto [counter, n, r] = split_by_ln2<two_biases<V>>(inside);
  return scale_one_plus(fma(r * r, exp_tail(r), r), counter);
}

/// 2^x.
template <Real V>
V exp2(V x) {
  constexpr double ln2 = is_f32<V> ? 0x1.62e43p-1 : 0x1.62e42fefa39efp-1;
  constexpr double ln2_rest = is_f32<V> ? -0x1.05c61p-29 : 0x1.abc9e3b39803fp-56;
  const V inside = at_most(at_least(x, is_f32<V> ? -151.0 : -1076.0), is_f32<V> ? 128.0 : 1024.0);
  constexpr double rounder = Format<V>::rounder + two_biases<V>;
  const V shifted = inside + rounder;
  const V fraction = inside - (shifted - rounder);
  const V r = fraction * ln2;
  return scale_one_plus(fma(r * r, exp_tail(r), fma(fraction, ln2_rest, r)), as_integer(shifted));
}

/// e^x - 1, also right to a relative error near 0, with the sign of x.
template <Real V>
V expm1(V x) {
  const V inside = at_most(at_least(x, is_f32<V> ? -18.0 : -38.0), is_f32<V> ? 89.0 : 710.0);
  const auto [counter, n, r] = split_by_ln2<Format<V>::bias - 1>(inside);
  const V p = fma(r * r, exp_tail(r), r);
  // 2^n (1 + p) - 1 as twice a sum of halves: 2^(n-1) never overflows, and for n = 0 the sum is p itself.
  const V half_power = power_of_counter<V>(counter);
  const V half = fma(half_power, p, half_power - 0.5);
  return copy_sign(half + half, x);
}

/// 1 / (1 + e^-x), from the exponential that cannot overflow.
template <Real V>
V logistic(V x) {
  const V e = exp(-abs(x));
  return select(x < 0.0, e, 1.0) / (1.0 + e);
}

}  // namespace espalier::codegen::math
