#pragma once
#include <bit>
#include <cmath>
#include <cstdint>
#include <tuple>
#include <type_traits>

#include "espalier/jit/emit/math/number.h"

/// The numbers of number.h on the machine the compiler runs on, one lane each: what the accuracy tests measure.
namespace espalier::codegen::math {

/// One truth value.
struct HostMask {
  bool value;
  friend HostMask operator&(HostMask a, HostMask b) { return {a.value && b.value}; }
  friend HostMask operator|(HostMask a, HostMask b) { return {a.value || b.value}; }
  friend HostMask operator!(HostMask a) { return {!a.value}; }
};

template <class T>
struct HostReal;

/// One signed integer, wrapping; T is std::int32_t or std::int64_t.
template <class T>
struct HostInteger {
  using real = HostReal<std::conditional_t<sizeof(T) == 4, float, double>>;
  using mask = HostMask;
  using widened = HostInteger<std::int64_t>;
  using narrowed = HostInteger<std::int32_t>;
  using Bits = std::make_unsigned_t<T>;
  T value;

  static HostInteger of(Bits b) { return {static_cast<T>(b)}; }
  Bits bits() const { return static_cast<Bits>(value); }

  friend HostInteger operator+(HostInteger a, HostInteger b) { return of(a.bits() + b.bits()); }
  friend HostInteger operator-(HostInteger a, HostInteger b) { return of(a.bits() - b.bits()); }
  friend HostInteger operator*(HostInteger a, HostInteger b) { return of(a.bits() * b.bits()); }
  friend HostInteger operator&(HostInteger a, HostInteger b) { return of(a.bits() & b.bits()); }
  friend HostInteger operator|(HostInteger a, HostInteger b) { return of(a.bits() | b.bits()); }
  friend HostInteger operator^(HostInteger a, HostInteger b) { return of(a.bits() ^ b.bits()); }
  friend HostInteger operator<<(HostInteger a, HostInteger b) { return of(a.bits() << b.value); }
  friend HostInteger operator>>(HostInteger a, HostInteger b) { return {static_cast<T>(a.value >> b.value)}; }
  friend HostInteger shift_right_logical(HostInteger a, HostInteger b) { return of(a.bits() >> b.value); }
  friend HostMask operator<(HostInteger a, HostInteger b) { return {a.value < b.value}; }
  friend HostMask operator==(HostInteger a, HostInteger b) { return {a.value == b.value}; }
  friend HostInteger select(HostMask m, HostInteger a, HostInteger b) { return m.value ? a : b; }
  friend HostInteger constant(HostInteger, std::int64_t c) { return {static_cast<T>(c)}; }
  friend real as_real(HostInteger a) { return {std::bit_cast<typename real::scalar>(a.value)}; }
  friend real to_real(HostInteger a) { return {static_cast<typename real::scalar>(a.value)}; }
  friend HostInteger<std::int64_t> widen(HostInteger a) { return {a.value}; }
  friend HostInteger<std::int32_t> narrow(HostInteger a) { return {static_cast<std::int32_t>(a.value)}; }
};

/// One real number; T is float or double.
template <class T>
struct HostReal {
  using scalar = T;
  using integer = HostInteger<std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>>;
  using mask = HostMask;
  using widened = HostReal<double>;
  using narrowed = HostReal<float>;
  T value;

  friend HostReal operator+(HostReal a, HostReal b) { return {a.value + b.value}; }
  friend HostReal operator-(HostReal a, HostReal b) { return {a.value - b.value}; }
  friend HostReal operator*(HostReal a, HostReal b) { return {a.value * b.value}; }
  friend HostReal operator/(HostReal a, HostReal b) { return {a.value / b.value}; }
  friend HostReal operator-(HostReal a) { return {-a.value}; }
  friend HostReal fma(HostReal a, HostReal b, HostReal c) { return {std::fma(a.value, b.value, c.value)}; }
  friend HostReal sqrt(HostReal a) { return {std::sqrt(a.value)}; }
  friend HostReal abs(HostReal a) { return {std::fabs(a.value)}; }
  friend HostReal floor(HostReal a) { return {std::floor(a.value)}; }
  friend HostReal rint(HostReal a) { return {std::nearbyint(a.value)}; }
  friend HostMask operator<(HostReal a, HostReal b) { return {a.value < b.value}; }
  friend HostMask operator<=(HostReal a, HostReal b) { return {a.value <= b.value}; }
  friend HostMask operator>(HostReal a, HostReal b) { return {a.value > b.value}; }
  friend HostMask operator>=(HostReal a, HostReal b) { return {a.value >= b.value}; }
  friend HostMask operator==(HostReal a, HostReal b) { return {a.value == b.value}; }
  friend HostMask operator!=(HostReal a, HostReal b) { return {a.value != b.value}; }
  friend HostReal select(HostMask m, HostReal a, HostReal b) { return m.value ? a : b; }
  friend integer as_integer(HostReal a) { return {std::bit_cast<decltype(integer::value)>(a.value)}; }
  // The conversion saturates where C++ leaves it undefined; callers never use such a lane.
  friend integer to_integer(HostReal a) {
    const T limit = sizeof(T) == 4 ? T(0x1p31) : T(0x1p63);
    return {std::fabs(a.value) < limit ? static_cast<decltype(integer::value)>(a.value) : 0};
  }
  friend HostReal constant(HostReal, double c) { return {static_cast<T>(c)}; }
  friend HostReal<double> widen(HostReal a) { return {a.value}; }
  friend HostReal<float> narrow(HostReal a) { return {static_cast<float>(a.value)}; }
};

using HostF32 = HostReal<float>;
using HostF64 = HostReal<double>;

template <class... T, class F>
std::tuple<T...> where_any(HostMask m, std::tuple<T...> common, F rare) {
  return m.value ? rare() : common;
}

template <class... T, class Condition, class Step>
std::tuple<T...> iterate_while(std::tuple<T...> state, Condition condition, Step step) {
  while (std::apply(condition, state).value) state = std::apply(step, state);
  return state;
}

}  // namespace espalier::codegen::math
