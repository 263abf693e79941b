#pragma once
#include "espalier/jit/emit/math/arithmetic.h"

/// Logarithms. All coefficients are minimax fits made for this file (Remez exchange in 60 digits).
namespace espalier::codegen::math {

/// A number as (1 + f) 2^n with 1 + f in [2/3, 4/3) (f64: [sqrt(1/2), sqrt(2))); shifted_n is n above the mantissa.
template <Real V>
struct LogSplit {
  V f;
  V n;
};

/// Where LogSplit cuts: the bits of the smallest 1 + f.
template <Real V>
inline constexpr std::int64_t log_cut = is_f32<V> ? 0x3f2aaaab : 0x3fe6a09e667f3bcd;

/// Splits a positive number, subnormals included. Zero, negatives and non-numbers give something finite.
template <Real V>
LogSplit<V> split_for_log(V x) {
  using F = Format<V>;
  constexpr int digits = F::mantissa_bits;
  const auto tiny = x < F::smallest_normal;
  const V normal = select(tiny, x * static_cast<double>(std::int64_t{1} << digits), x);
  const auto above_cut = as_integer(normal) - log_cut<V>;
  const auto n = above_cut >> digits;
  const V m = as_real((above_cut & F::mantissa_mask) + log_cut<V>);
  return {m - 1.0, small_to_real(n) - select(tiny, static_cast<double>(digits), constant(x, 0.0))};
}

/// log(1 + f) for the f of a LogSplit.
template <Real V>
V log_of_fraction(V f) {
  if constexpr (is_f32<V>) {
    // f - f^2/2 + f^3 p(f)
    const V p = polynomial(f, -0.5, 0.33333334, -0.24999811, 0.19999765, -0.16680087, 0.14298941, -0.12187862,
                           0.10822492, -0.12878999, 0.11725547);
    return fma(f * f, p, f);
  } else {
    // With s = f / (2 + f): log(1 + f) = 2s + s z R(z), z = s^2, arranged (as in fdlibm's log) so that f enters
    // exactly: f - (f^2/2 - s (f^2/2 + z R)).
    const V s = f / (2.0 + f);
    const V z = s * s;
    const V r = z * polynomial(z, 0.6666666666666736, 0.3999999999940116, 0.28571428745677296, 0.22222198208616048,
                               0.18183584592011182, 0.15313500084550838, 0.14801762376431085);
    const V half_square = 0.5 * f * f;
    return f - (half_square - s * (half_square + r));
  }
}

/// log(1 + f) + n ln2.
template <Real V>
V join_log(V f, V n) {
  // The first part of ln2 has trailing zeros, so that n times it is exact.
  constexpr double high = is_f32<V> ? 0x1.62e4p-1 : 0x1.62e42fefa38p-1;
  constexpr double low = is_f32<V> ? 0x1.7f7d1cp-20 : 0x1.ef35793c7673p-45;
  return fma(n, high, fma(n, low, log_of_fraction(f)));
}

/// Replaces a logarithm's result where its argument u is not a positive finite number.
template <Real V>
V finish_log(V result, V u) {
  const V bounded = select(u < infinity, result, u);
  return select(u > 0.0, bounded, select(u == 0.0, -infinity, constant(u, not_a_number)));
}

/// The natural logarithm: -infinity at zeros, NaN below.
template <Real V>
V log(V x) {
  const auto [f, n] = split_for_log(x);
  return finish_log(join_log(f, n), x);
}

/// The logarithm to base 2; exact at powers of two.
template <Real V>
V log2(V x) {
  constexpr double high = is_f32<V> ? 0x1.715476p+0 : 0x1.71547652b82fep+0;
  constexpr double low = is_f32<V> ? 0x1.4ae0cp-26 : 0x1.777d0ffda0d24p-56;
  const auto [f, n] = split_for_log(x);
  const V l = log_of_fraction(f);
  return finish_log(fma(l, high, fma(l, low, n)), x);
}

/// log(1 + x), also right to a relative error near 0.
template <Real V>
V log1p(V x) {
  using F = Format<V>;
  const V u = 1.0 + x;
  const auto above_cut = as_integer(u) - log_cut<V>;
  const auto exponent = (above_cut >> F::mantissa_bits) << F::mantissa_bits;
  // 1 + f = (1 + x) 2^-n, without the rounding of 1 + x: f = x 2^-n + (2^-n - 1). For n = 0, f is x itself. The
  // smallest powers 2^-n have no normal representation and count as 0.
  const V scaled = as_real(as_integer(x) - exponent);
  const auto power = F::one - exponent;
  const V f = scaled + (as_real(select(power < 0, constant(power, 0), power)) - 1.0);
  const V result = join_log(f, small_to_real(exponent >> F::mantissa_bits));
  return copy_sign(finish_log(result, u), x);
}

}  // namespace espalier::codegen::math
