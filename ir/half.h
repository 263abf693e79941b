#pragma once
// Floats of sixteen bits, which C++20 has no types for: stored as their bits, exact in a float, rounded once from any number.
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include "espalier/ir/dtype.h"

namespace espalier::ir {

/// f16 or bf16.
constexpr bool is_half(DType t) { return t == f16 || t == bf16; }

namespace detail {

// The number in f32 that rounds to any half as `x` itself does: where digits are lost, the last one that is left is odd, so that
// it is no tie and lies on the same side of every tie (Boldo and Melquiond, "Emulation of a FMA and correctly rounded sums",
// 2008).
inline float to_odd(double x) {
  const auto near = static_cast<float>(x);
  if (std::isnan(x) || static_cast<double>(near) == x) return near;
  auto bits = std::bit_cast<std::uint32_t>(near);
  if (std::fabs(static_cast<double>(near)) > std::fabs(x)) --bits;
  return std::bit_cast<float>(bits | 1);
}
// An integer as a double that rounds to any half as it does: its last twelve bits are one, where a double has not room for them.
template <class I> double sticky(I x) {
  constexpr I limit = I{1} << 53, tail = 0xfff;
  bool large = x > limit;
  if constexpr (std::is_signed_v<I>) large = large || x < -limit;
  return static_cast<double>(large && (x & tail) != 0 ? static_cast<I>((x & ~tail) | 0x800) : x);
}
template <class N> float to_single(N x) {
  if constexpr (std::is_same_v<N, long double>) return to_odd(static_cast<double>(x));
  else if constexpr (std::is_floating_point_v<N> && sizeof(N) == 8) return to_odd(x);
  else if constexpr (std::is_floating_point_v<N> || sizeof(N) < 4) return static_cast<float>(x);
  else if constexpr (sizeof(N) == 4) return to_odd(static_cast<double>(x));
  else return to_odd(sticky(x));
}

inline std::uint16_t f16_bits(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  const auto sign = static_cast<std::uint16_t>(bits >> 16 & 0x8000);
  const std::uint32_t magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return static_cast<std::uint16_t>(sign | 0x7e00 | (magnitude >> 13 & 0x1ff));
  if (magnitude >= 0x47800000) return sign | 0x7c00;  // 2^16 and more
  if (magnitude < 0x38800000) return static_cast<std::uint16_t>(sign | static_cast<std::uint16_t>(std::nearbyint(std::fabs(x) * 0x1p24F)));  // in units of the smallest
  // A fraction that rounds up carries into the exponent, and beyond the largest number into infinity.
  return static_cast<std::uint16_t>(sign | ((magnitude + 0xfff + (magnitude >> 13 & 1) - 0x38000000) >> 13));
}
inline float f16_value(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000) << 16, magnitude = bits & 0x7fff;
  if (magnitude < 0x400) return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(static_cast<float>(magnitude) * 0x1p-24F));
  return std::bit_cast<float>(sign | ((magnitude << 13) + (magnitude >= 0x7c00 ? 0x70000000 : 0x38000000)));
}
inline std::uint16_t bf16_bits(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  if (std::isnan(x)) return static_cast<std::uint16_t>(bits >> 16 | 0x40);
  return static_cast<std::uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}
inline float bf16_value(std::uint16_t bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }

}  // namespace detail

/// One element of f16 or bf16. It is made of any number, rounded once, to the nearest or the even one of two; what is computed
/// with it is computed in f32.
template <DType dtype> class Half {
 public:
  std::uint16_t bits = 0;  ///< its sign, exponent and fraction

  Half() = default;
  /// The nearest to any number.
  template <class N>
    requires std::is_arithmetic_v<N>
  explicit Half(N x) : bits(dtype == f16 ? detail::f16_bits(detail::to_single(x)) : detail::bf16_bits(detail::to_single(x))) {}
  /// The same number, exactly.
  operator float() const { return dtype == f16 ? detail::f16_value(bits) : detail::bf16_value(bits); }
};
using Float16 = Half<f16>;    ///< an element of f16
using BFloat16 = Half<bf16>;  ///< an element of bf16

/// Numbers with fractions: float, double and halves.
template <class T> inline constexpr bool is_real = std::is_floating_point_v<T> || std::is_same_v<T, Float16> || std::is_same_v<T, BFloat16>;

/// How many bits of exponent a format has in f32 that is to be one of a half's numbers: all, where the half has no more.
constexpr int exponent_bits_in_single(DType half, int exponent_bits) { return exponent_bits >= (half == f16 ? 5 : 8) ? 8 : exponent_bits; }

/// As `visit_dtype`, and with Float16 or BFloat16 for halves: false for complex dtypes alone.
template <class F> constexpr bool visit_real(DType t, F&& f) {
  if (t == f16) f.template operator()<Float16>();
  else if (t == bf16) f.template operator()<BFloat16>();
  else return visit_dtype(t, std::forward<F>(f));
  return true;
}

}  // namespace espalier::ir

/// Of what std says about float, the part that is asked for.
template <espalier::DType dtype> class std::numeric_limits<espalier::ir::Half<dtype>> {
  using T = espalier::ir::Half<dtype>;
  static constexpr bool narrow = dtype == espalier::f16;  // in exponents
  static T of(std::uint16_t bits) {
    T x;
    x.bits = bits;
    return x;
  }

 public:
  static constexpr bool is_specialized = true, is_signed = true, is_integer = false;
  static constexpr int digits = narrow ? 11 : 8, min_exponent = narrow ? -13 : -125, max_exponent = narrow ? 16 : 128;
  static T min() { return of(narrow ? 0x0400 : 0x0080); }
  static T max() { return of(narrow ? 0x7bff : 0x7f7f); }
  static T lowest() { return of(narrow ? 0xfbff : 0xff7f); }
  static T epsilon() { return of(narrow ? 0x1400 : 0x3c00); }
  static T infinity() { return of(narrow ? 0x7c00 : 0x7f80); }
  static T quiet_NaN() { return of(narrow ? 0x7e00 : 0x7fc0); }
  static T denorm_min() { return of(1); }
};
