#pragma once
#include <tuple>

#include "espalier/jit/emit/math/arithmetic.h"

/// Functions of the representation: signs, neighbours, rounding, remainders. All are exact.
namespace espalier::codegen::math {

/// -1, 0 or 1; zeros and NaN stay as they are.
template <Real V>
V sign(V x) {
  return select(x > 0.0, 1.0, select(x < 0.0, -1.0, x));
}

/// The nearest integer, halves away from zero.
template <Real V>
V round_away(V x) {
  const V magnitude = abs(x);
  const V whole = floor(magnitude);
  return copy_sign(select(magnitude - whole >= 0.5, whole + 1.0, whole), x);
}

/// The next number after x towards y; y where they are equal, NaN where one is.
template <Real V>
V nextafter(V x, V y) {
  const auto raw = as_integer(x);
  const auto outward = ((y > x) & (x > 0.0)) | ((y < x) & (x < 0.0));
  const V stepped = as_real(select(outward, raw + 1, raw - 1));
  const V from_zero = as_real(sign_of(y) | 1);
  const V moved = select(x == 0.0, from_zero, stepped);
  return select(x == y, y, select((x < y) | (y < x), moved, x + y));
}

/// 1 / sqrt x, in a quarter of the time of the machine's root and quotient. The first guess halves and negates the exponent
/// (C. Lomont, "Fast Inverse Square Root", 2003) and is off by at most 3.5 %. With h = 1 - x y^2 the root is
/// y (1 - h)^(-1/2) = y (1 + h/2 + 3 h^2/8 + ...), which makes an error e into 2.5 e^3.
template <Real V>
V rsqrt(V x) {
  using F = Format<V>;
  const auto bits = as_integer(x);
  V y = as_real((is_f32<V> ? 0x5f375a86 : 0x5fe6eb50c7b537a9) - (bits >> 1));
  for (int step = 0; step < (is_f32<V> ? 2 : 3); ++step) {
    const V h = fma(-(x * y), y, 1.0);
    y = fma(y * h, fma(h, 0.375, 0.5), y);
  }
  constexpr std::int64_t smallest = std::int64_t{1} << F::mantissa_bits, infinite = std::int64_t{2 * F::bias + 1} << F::mantissa_bits;
  const auto unusual = (bits < smallest) | (constant(bits, infinite - 1) < bits);  // x is not positive, not normal or not finite
  const auto [result] = where_any(unusual, std::tuple{y}, [&] { return std::tuple{1.0 / sqrt(x)}; });
  return result;
}

/// The exponent of a positive number: 2^e <= x < 2^(e+1), subnormals included.
template <Real V>
typename V::integer exponent_of(V x) {
  using F = Format<V>;
  const auto tiny = x < F::smallest_normal;
  const V normal = select(tiny, x * static_cast<double>(std::int64_t{1} << F::mantissa_bits), x);
  const auto e = (as_integer(normal) >> F::mantissa_bits) - F::bias;
  return select(tiny, e - F::mantissa_bits, e);
}

/// The remainder of x / y with the quotient rounded towards zero, exactly; the sign of x. NaN for infinite x or zero y.
///
/// Each step takes off a multiple q y 2^k with q below 2^(mantissa bits), as large as possible: the product and the
/// difference are exact in one fma, and one step is enough while x / y is below 2^22 (f64: 2^51).
template <Real V>
V rem(V x, V y) {
  const V divisor = abs(y);
  const auto low = exponent_of(divisor);
  const auto [result] = iterate_while(
      std::tuple{abs(x)}, [&](V r) { return r >= divisor; },
      [&](V r) {
    const auto distance = exponent_of(r) - low - (Format<V>::mantissa_bits - 1);
    const auto shift = select(distance < 0, constant(distance, 0), distance);
    const auto half = shift >> 1;
    const V multiple = divisor * power_of_two(half) * power_of_two(shift - half);
    const V left = fma(-floor(r / multiple), multiple, r);
    return std::tuple{select(left < 0.0, left + multiple, left)};
  });
  // A zero or infinite operand never enters the loop with a number, so that its NaN is made here.
  const V invalid = (x - x) / divisor;
  return select(invalid == 0.0, copy_sign(result, x), invalid);
}

}  // namespace espalier::codegen::math
