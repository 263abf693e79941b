#pragma once
#include <cstdint>
#include <limits>
#include <type_traits>

#include "espalier/jit/emit/math/number.h"

/// What the functions of this folder share: mixed operators with literals, polynomials, the layout of floats.
namespace espalier::codegen::math {

template <Real V> V operator+(V a, double c) { return a + constant(a, c); }
template <Real V> V operator-(V a, double c) { return a - constant(a, c); }
template <Real V> V operator*(V a, double c) { return a * constant(a, c); }
template <Real V> V operator/(V a, double c) { return a / constant(a, c); }
template <Real V> V operator+(double c, V a) { return constant(a, c) + a; }
template <Real V> V operator-(double c, V a) { return constant(a, c) - a; }
template <Real V> V operator*(double c, V a) { return constant(a, c) * a; }
template <Real V> V operator/(double c, V a) { return constant(a, c) / a; }
template <Real V> auto operator<(V a, double c) { return a < constant(a, c); }
template <Real V> auto operator<=(V a, double c) { return a <= constant(a, c); }
template <Real V> auto operator>(V a, double c) { return a > constant(a, c); }
template <Real V> auto operator>=(V a, double c) { return a >= constant(a, c); }
template <Real V> auto operator==(V a, double c) { return a == constant(a, c); }

template <Integer I> I operator+(I a, std::int64_t c) { return a + constant(a, c); }
template <Integer I> I operator-(I a, std::int64_t c) { return a - constant(a, c); }
template <Integer I> I operator-(std::int64_t c, I a) { return constant(a, c) - a; }
template <Integer I> I operator*(I a, std::int64_t c) { return a * constant(a, c); }
template <Integer I> I operator&(I a, std::int64_t c) { return a & constant(a, c); }
template <Integer I> I operator|(I a, std::int64_t c) { return a | constant(a, c); }
template <Integer I> I operator^(I a, std::int64_t c) { return a ^ constant(a, c); }
template <Integer I> I operator<<(I a, std::int64_t c) { return a << constant(a, c); }
template <Integer I> I operator>>(I a, std::int64_t c) { return a >> constant(a, c); }
template <Integer I> I shift_right_logical(I a, std::int64_t c) { return shift_right_logical(a, constant(a, c)); }
template <Integer I> auto operator<(I a, std::int64_t c) { return a < constant(a, c); }
template <Integer I> auto operator==(I a, std::int64_t c) { return a == constant(a, c); }

template <Real V> V fma(V a, V b, double c) { return fma(a, b, constant(a, c)); }
template <Real V> V fma(V a, double b, V c) { return fma(a, constant(a, b), c); }
template <Real V> V fma(V a, double b, double c) { return fma(a, constant(a, b), constant(a, c)); }
template <class M, Real V> V select(M m, double a, V b) { return select(m, constant(b, a), b); }
template <class M, Real V> V select(M m, V a, double b) { return select(m, a, constant(a, b)); }

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// The layout of V's format, and the number whose last place is 1: adding it rounds to an integer (halves to even)
/// and leaves that integer in the low bits.
template <Real V>
struct Format {
  static constexpr int mantissa_bits = is_f32<V> ? 23 : 52;
  static constexpr int bias = is_f32<V> ? 127 : 1023;
  static constexpr std::int64_t sign_bit = is_f32<V> ? std::int64_t{1} << 31 : std::numeric_limits<std::int64_t>::min();
  static constexpr std::int64_t mantissa_mask = (std::int64_t{1} << mantissa_bits) - 1;
  static constexpr std::int64_t one = std::int64_t{bias} << mantissa_bits;
  static constexpr double smallest_normal = is_f32<V> ? 0x1p-126 : 0x1p-1022;
  static constexpr double rounder = is_f32<V> ? 0x1.8p23 : 0x1.8p52;
  static constexpr std::int64_t rounder_bits = is_f32<V> ? 0x4b400000 : 0x4338000000000000;
};

/// x, but not above `high`; NaN stays. One instruction where the machine has one.
template <Real V>
V at_most(V x, double high) {
  return select(constant(x, high) < x, high, x);
}

/// x, but not below `low`; NaN stays.
template <Real V>
V at_least(V x, double low) {
  return select(constant(x, low) > x, low, x);
}

/// c0 + c1 x + c2 x^2 + … by Horner's rule, one fma per coefficient after the first.
template <Real V, std::same_as<double>... C>
V polynomial(V x, double c0, C... c) {
  if constexpr (sizeof...(C) == 0) {
    return constant(x, c0);
  } else {
    return fma(x, polynomial(x, c...), c0);
  }
}

/// The magnitude of a with the sign of b.
template <Real V>
V copy_sign(V a, V b) {
  const auto sign = Format<V>::sign_bit;
  return as_real((as_integer(a) & ~sign) | (as_integer(b) & sign));
}

/// The sign bit of a alone.
template <Real V>
typename V::integer sign_of(V a) {
  return as_integer(a) & Format<V>::sign_bit;
}

/// An integer of small magnitude (below 2^22, f64: 2^51) as a real number, without the slow wide conversion.
template <Integer I>
typename I::real small_to_real(I n) {
  using V = typename I::real;
  return as_real(n + Format<V>::rounder_bits) - Format<V>::rounder;
}

/// 2^n for n within the normal exponents.
template <Integer I>
typename I::real power_of_two(I n) {
  using F = Format<typename I::real>;
  return as_real((n << F::mantissa_bits) + F::one);
}

}  // namespace espalier::codegen::math
