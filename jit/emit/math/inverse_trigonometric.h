#pragma once
#include "espalier/jit/emit/math/arithmetic.h"

/// Inverse trigonometric functions. All coefficients are minimax fits made for this file (Remez exchange in 60 digits).
namespace espalier::codegen::math {

/// The angle of a right triangle with legs 0 <= low <= high, as eighths pi/4 + rest with |rest| <= pi/8 and eighths 0
/// or 1: one division, no matter which.
template <Real V>
struct EighthTurns {
  V eighths;
  V rest;
};

template <Real V>
EighthTurns<V> angle_of_legs(V low, V high) {
  // atan(low/high) = pi/4 + atan((low - high) / (low + high)) above tan(pi/8).
  const auto steep = low > 0.4142135623730950488 * high;
  const V t = select(steep, low - high, low) / select(steep, low + high, high);
  const V z = t * t;
  V p = z;
  if constexpr (is_f32<V>) {
    p = polynomial(z, -0.33333316, 0.19998528, -0.14244388, 0.1059912, -0.06089863);
  } else {
    p = polynomial(z, -0.333333333333332, 0.19999999999953066, -0.14285714280147394, 0.11111110781160426,
                   -0.09090897695698334, 0.07692059176117078, -0.06663092886333173, 0.05847812193525267,
                   -0.05038973601308428, 0.03805651894496399, -0.01789876796127151);
  }
  return {select(steep, 1.0, constant(t, 0.0)), fma(t * z, p, t)};
}

/// eighths pi/4 + rest, with pi/4 in two parts.
template <Real V>
V join_angle(V eighths, V rest) {
  constexpr double high = is_f32<V> ? 0x1.921fb6p-1 : 0x1.921fb54442d18p-1;
  constexpr double low = is_f32<V> ? -0x1.777a5cp-26 : 0x1.1a62633145c07p-55;
  return fma(eighths, high, fma(eighths, low, rest));
}

/// atan x.
template <Real V>
V atan(V x) {
  const V magnitude = abs(x);
  const auto outside = magnitude > 1.0;
  const V one = constant(x, 1.0);
  auto [eighths, rest] = angle_of_legs(select(outside, one, magnitude), select(outside, magnitude, one));
  return copy_sign(join_angle(select(outside, 2.0 - eighths, eighths), select(outside, -rest, rest)), x);
}

/// The angle of the point (x, y), in (-pi, pi]; the signs of zeros count, as in C.
template <Real V>
V atan2(V y, V x) {
  const V a = abs(y), b = abs(x);
  const auto outside = a > b;
  V low = select(outside, b, a), high = select(outside, a, b);
  // Infinite legs count as equal ones or as 1 and 0; a zero triangle as 0 and 1; large legs are scaled.
  const auto endless = high == infinity;
  low = select(endless, select(low == infinity, 1.0, low * 0.0), low);
  high = select(endless | (high == 0.0), 1.0, high);
  const V scale = select(high > (is_f32<V> ? 0x1p120 : 0x1p1000), 0x1p-30, constant(x, 1.0));
  auto [eighths, rest] = angle_of_legs(low * scale, high * scale);
  eighths = select(outside, 2.0 - eighths, eighths);
  rest = select(outside, -rest, rest);
  const auto behind = as_integer(x) < 0;
  return copy_sign(join_angle(select(behind, 4.0 - eighths, eighths), select(behind, -rest, rest)), y);
}

/// asin s - s for s^2 = z <= 1/4, over s.
template <Real V>
V asin_tail(V z) {
  if constexpr (is_f32<V>) {
    return z * polynomial(z, 0.16666752, 0.074953064, 0.045469772, 0.02418077, 0.04216643);
  } else {
    return z * polynomial(z, 0.16666666666665403, 0.07500000000338689, 0.0446428568268823, 0.0303819591989741,
                          0.02237175651194818, 0.017359728675612477, 0.013884992807603408, 0.012170844348786394,
                          0.00652075365499786, 0.019548443776366987, -0.01625653857523307, 0.031934807999448825);
  }
}

/// asin x; NaN beyond -1 and 1. Above 1/2, pi/2 - 2 asin sqrt((1 - x) / 2).
template <Real V>
V asin(V x) {
  const V magnitude = abs(x);
  const auto outer = magnitude > 0.5;
  const V z = select(outer, 0.5 - 0.5 * magnitude, magnitude * magnitude);
  const V s = select(outer, sqrt(z), magnitude);
  const V angle = fma(s, asin_tail(z), s);
  return copy_sign(select(outer, join_angle(constant(x, 2.0), -2.0 * angle), angle), x);
}

/// acos x; NaN beyond -1 and 1.
template <Real V>
V acos(V x) {
  const V magnitude = abs(x);
  const auto outer = magnitude > 0.5;
  const V z = select(outer, 0.5 - 0.5 * magnitude, magnitude * magnitude);
  const V s = select(outer, sqrt(z), magnitude);
  const V angle = fma(s, asin_tail(z), s);
  // Outside: 2 angle, or pi - 2 angle for negative x; inside: pi/2 - angle with the sign of x.
  const auto negative = x < 0.0;
  const V eighths = select(outer, select(negative, 4.0, constant(x, 0.0)), 2.0);
  const V turned = select(outer, angle + angle, -angle);
  return join_angle(eighths, select(negative, -turned, turned));
}

}  // namespace espalier::codegen::math
