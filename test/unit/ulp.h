#pragma once
// Distances between results and exact values in units in the last place (ULP), and the values at which functions are tried.
// x86's long double has 11 bits more than f64: enough to measure f64 to a thousandth of such a unit.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "espalier/ir/half.h"

namespace espalier::test {

/// The unit in the last place of a T near x: the distance of its neighbours, never below that of subnormals.
template <class T> long double ulp(long double x) {
  using Limits = std::numeric_limits<T>;
  const int exponent = x == 0 ? Limits::min_exponent - 1 : std::clamp(std::ilogb(x), Limits::min_exponent - 1, Limits::max_exponent - 1);
  return std::ldexp(1.0L, exponent - Limits::digits + 1);
}

/// How many units in the last place a result is off. Infinite where NaN, an infinity or a sign is wrong; infinity stands for
/// the first power of two that T lacks, so that values beside the largest number are measured as others are.
template <class T> double error(T got, long double exact) {
  constexpr double wrong = std::numeric_limits<double>::infinity();
  if (std::isnan(exact) || std::isnan(got)) return std::isnan(exact) && std::isnan(got) ? 0 : wrong;
  if (std::signbit(exact) != std::signbit(got)) return wrong;
  if (std::isinf(exact)) return std::isinf(got) ? 0 : wrong;
  const long double beyond = std::ldexp(1.0L, std::numeric_limits<T>::max_exponent);
  const long double value = std::min(std::fabs(static_cast<long double>(got)), beyond), wanted = std::min(std::fabs(exact), beyond);
  return static_cast<double>(std::fabs(value - wanted) / ulp<T>(wanted));
}

/// Both signs of zero, of the ends of the subnormal and of the normal numbers, and of small whole numbers; infinities, NaN.
template <class T> std::vector<T> special_values() {
  using L = std::numeric_limits<T>;
  std::vector<T> out{L::quiet_NaN()};
  for (T x : {T(0), L::denorm_min(), T(L::min() - L::denorm_min()), L::min(), L::epsilon(), T(0.5), T(1), T(2), T(3), T(0x1p24), L::max(), L::infinity()}) {
    out.push_back(x);
    out.push_back(T(-x));
  }
  return out;
}

/// A number of any sign and magnitude, each exponent alike; NaN is quiet.
template <class T> T any_number(std::mt19937_64& random) {
  using Bits = std::conditional_t<sizeof(T) == 2, std::uint16_t, std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>;
  const T x = std::bit_cast<T>(static_cast<Bits>(random()));
  return std::isnan(x) ? std::numeric_limits<T>::quiet_NaN() : x;
}

/// Special values; `count` numbers of any magnitude, as many from [low, high], and as many from all distances to the points
/// of interest. In random order, so that common and rare arguments meet in one vector.
template <class T> std::vector<T> samples(double low, double high, const std::vector<double>& near, int count, std::mt19937_64& random) {
  std::uniform_real_distribution<double> inside(low, high), either_side(-1, 1);
  std::vector<T> out = special_values<T>();
  for (int i = 0; i < count; ++i) {
    out.push_back(any_number<T>(random));
    out.push_back(static_cast<T>(inside(random)));
    for (std::size_t turn = static_cast<std::size_t>(i) % 4; turn < near.size(); turn += 4) {
      out.push_back(static_cast<T>(near[turn] + std::ldexp(either_side(random), -static_cast<int>(random() % 56))));
    }
  }
  std::shuffle(out.begin(), out.end(), random);
  return out;
}

}  // namespace espalier::test
