#pragma once
#include "espalier/jit/emit/math/logarithm.h"
#include "espalier/jit/emit/math/rounding.h"
#include "espalier/jit/emit/math/trigonometric.h"

/// The logarithm of the gamma function and its derivative, for f64 lanes; f32 lanes are computed in f64. By recurrence
/// up to 10, where the asymptotic series (Abramowitz & Stegun 6.1.41 and 6.3.18) is good to the last bits, and by
/// reflection for negative numbers.
namespace espalier::codegen::math {

/// The distance to the nearest integer, with sign: tan(pi x) and sin(pi x) need nothing else.
template <Real V> V from_integer(V x) { return x - rint(x); }

template <Real V>
  requires(!is_f32<V>)
V digamma(V x) {
  constexpr double pi = 3.14159265358979323846;
  const auto reflected = x < 0.0;
  const V start = select(reflected, 1.0 - x, x);
  const auto [z, taken] = iterate_while(
      std::tuple{start, constant(x, 0.0)}, [](V at, V) { return at < 10.0; }, [](V at, V sum) { return std::tuple{at + 1.0, sum + 1.0 / at}; });
  const V r = 1.0 / (z * z);
  const V series = polynomial(r, 1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760, 1.0 / 12, -3617.0 / 8160);
  const V positive = log(z) - (0.5 / z + r * series) - taken;
  const V f = from_integer(x);
  const V angle = f * pi;
  const V other_side = positive - pi / tan(angle);
  const V pole = select(f == 0.0, not_a_number, other_side);
  const V result = select(reflected, pole, positive);
  return select(x == infinity, infinity, select(x == 0.0, not_a_number, result));
}

template <Real V>
  requires(!is_f32<V>)
V lgamma(V x) {
  constexpr double pi = 3.14159265358979323846, log_pi = 1.1447298858494001741, half_log_2pi = 0.91893853320467274178;
  const auto reflected = x < 0.5;
  const V start = select(reflected, 1.0 - x, x);
  const auto [z, product] = iterate_while(
      std::tuple{start, constant(x, 1.0)}, [](V at, V) { return at < 10.0; }, [](V at, V p) { return std::tuple{at + 1.0, p * at}; });
  const V r = 1.0 / (z * z);
  const V series = polynomial(r, 1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156) / z;
  const V positive = fma(z - 0.5, log(z), half_log_2pi - z) + series - log(product);
  const V sine = sin(from_integer(x) * pi);
  const V other_side = log_pi - log(abs(sine)) - positive;
  const V result = select(reflected, other_side, positive);
  const V at_pole = select((x <= 0.0) & (x == floor(x)), infinity, result);
  const V at_zeros = select((x == 1.0) | (x == 2.0), 0.0, at_pole);
  return select(abs(x) == infinity, infinity, at_zeros);
}

}  // namespace espalier::codegen::math
