#pragma once
// The scalar meaning of every elementwise op: one function per op, templates over the storage type.
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "espalier/ir/attrs.h"
#include "espalier/ir/convert.h"
#include "espalier/ir/eval/special.h"

namespace espalier::ir::scalar {

template <class T> inline constexpr bool real = std::is_floating_point_v<T>;
template <class T> using Unsigned = std::make_unsigned_t<T>;
template <class T> inline constexpr int bits = static_cast<int>(sizeof(T)) * 8;

// Integers wrap: arithmetic is done unsigned, in at least 32 bits, where it is defined for every value.
template <class T> using Wide = std::conditional_t<(sizeof(T) < 4), std::uint32_t, Unsigned<T>>;
template <class T> T add(T x, T y) {
  if constexpr (real<T>) return x + y;
  else return static_cast<T>(static_cast<Wide<T>>(x) + static_cast<Wide<T>>(y));
}
template <class T> T sub(T x, T y) {
  if constexpr (real<T>) return x - y;
  else return static_cast<T>(static_cast<Wide<T>>(x) - static_cast<Wide<T>>(y));
}
template <class T> T mul(T x, T y) {
  if constexpr (real<T>) return x * y;
  else return static_cast<T>(static_cast<Wide<T>>(x) * static_cast<Wide<T>>(y));
}
template <class T> T neg(T x) {
  if constexpr (real<T>) return -x;
  else return sub(T{0}, x);
}
// Division by zero gives all ones, and the most negative integer divided by -1 itself: XLA's rules.
template <class T> T div(T x, T y) {
  if constexpr (real<T>) return x / y;
  else {
    if (y == 0) return static_cast<T>(-1);
    if constexpr (std::is_signed_v<T>)
      if (y == -1) return neg(x);
    return static_cast<T>(x / y);
  }
}
template <class T> T rem(T x, T y) {
  if constexpr (real<T>) return std::fmod(x, y);
  else {
    if (y == 0) return x;
    if constexpr (std::is_signed_v<T>)
      if (y == -1) return 0;
    return static_cast<T>(x % y);
  }
}
template <class T> T pow(T x, T y) {
  if constexpr (real<T>) {
    return static_cast<T>(std::pow(static_cast<double>(x), static_cast<double>(y)));
  } else {
    if constexpr (std::is_signed_v<T>) {
      if (y < 0) return x == 1 ? T{1} : (x == -1 ? static_cast<T>(y % 2 == 0 ? 1 : -1) : T{0});
    }
    T result = 1;
    for (auto n = static_cast<Unsigned<T>>(y); n != 0; n = static_cast<Unsigned<T>>(n >> 1), x = mul(x, x)) {
      if (n & 1) result = mul(result, x);
    }
    return result;
  }
}
template <class T> T abs(T x) {
  if constexpr (real<T>) return std::fabs(x);
  else if constexpr (std::is_signed_v<T>) return x < 0 ? neg(x) : x;
  else return x;
}
template <class T> T sign(T x) {
  if constexpr (real<T>) return std::isnan(x) || x == 0 ? x : std::copysign(T{1}, x);
  else return static_cast<T>((x > 0) - (x < 0));
}
// NaN wins, and of two zeros the greater is the positive one.
template <class T> T max(T x, T y) {
  if constexpr (real<T>) {
    if (std::isnan(x) || std::isnan(y)) return std::numeric_limits<T>::quiet_NaN();
    if (x == 0 && y == 0) return std::signbit(x) ? y : x;
  }
  return x < y ? y : x;
}
template <class T> T min(T x, T y) {
  if constexpr (real<T>) {
    if (std::isnan(x) || std::isnan(y)) return std::numeric_limits<T>::quiet_NaN();
    if (x == 0 && y == 0) return std::signbit(x) ? x : y;
  }
  return y < x ? y : x;
}
// The nearest number of a format of fewer bits, of two the even one; beyond its range infinity, below its normal numbers zero; NaN
// is itself: XLA's ReducePrecision, on the bits of a number without its sign.
template <class T> T reduce_precision(T x, int exponent_bits, int mantissa_bits) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  constexpr int fraction = std::numeric_limits<T>::digits - 1, exponent = bits<T> - 1 - fraction;
  if (std::isnan(x)) return x;
  Bits magnitude = std::bit_cast<Bits>(std::fabs(x));
  if (mantissa_bits < fraction) {
    const int cut = fraction - mantissa_bits;
    const Bits last = Bits{1} << cut;  // of the bits that stay
    magnitude = (magnitude + (last / 2 - 1) + (magnitude >> cut & 1)) & ~(last - 1);
  }
  if (exponent_bits < exponent) {
    constexpr Bits bias = (Bits{1} << (exponent - 1)) - 1;
    const Bits reach = (Bits{1} << (exponent_bits - 1)) - 1, own = magnitude >> fraction;
    if (own > bias + reach) return std::copysign(std::numeric_limits<T>::infinity(), x);
    if (own <= bias - reach) return std::copysign(T{0}, x);
  }
  return std::copysign(std::bit_cast<T>(magnitude), x);
}
template <class T> T clamp(T low, T x, T high) { return min(max(x, low), high); }

template <class T> T shift_left(T x, T y) {
  const auto n = static_cast<Unsigned<T>>(y);
  return n >= bits<T> ? T{0} : static_cast<T>(static_cast<Wide<T>>(x) << n);
}
template <class T> T shift_right_logical(T x, T y) {
  const auto n = static_cast<Unsigned<T>>(y);
  return n >= bits<T> ? T{0} : static_cast<T>(static_cast<Unsigned<T>>(x) >> n);
}
template <class T> T shift_right_arithmetic(T x, T y) {
  const auto n = static_cast<Unsigned<T>>(y);
  using Signed = std::make_signed_t<T>;
  return static_cast<T>(static_cast<Signed>(x) >> (n >= bits<T> ? bits<T> - 1 : static_cast<int>(n)));
}

template <class T> bool compare(Comparison direction, T x, T y) {
  switch (direction) {
    case Comparison::eq: return x == y;
    case Comparison::ne: return x != y;
    case Comparison::lt: return x < y;
    case Comparison::le: return x <= y;
    case Comparison::gt: return x > y;
    case Comparison::ge: return x >= y;
  }
  return false;
}

}  // namespace espalier::ir::scalar
