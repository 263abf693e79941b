#pragma once
#include "espalier/jit/emit/math/power.h"
#include "espalier/jit/emit/math/rounding.h"
#include "espalier/jit/emit/math/trigonometric.h"

/// The logarithm of the gamma function and its derivatives, for f64 lanes; f32 lanes are computed in f64. From 10 on by
/// the asymptotic series (Abramowitz & Stegun 6.1.41 and 6.3.18), which are good to the last bits there; below by
/// recurrence, and by reflection for negative numbers.
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

/// lgamma(2 + t) for |t| <= 1/2 by its Taylor series, whose coefficients are 1 - gamma and (-1)^k (zeta(k) - 1) / k.
template <Real V>
V lgamma_beside_two(V t) {
  return t * polynomial(t, 0.42278433509846714, 0.32246703342411321, -0.067352301053198095, 0.020580808427784548, -0.0073855510286739853,
                        0.0028905103307415233, -0.0011927539117032610, 0.00050966952474304242, -0.00022315475845357938,
                        9.9457512781808534e-05, -4.4926236738133142e-05, 2.0507212775670692e-05, -9.4394882752683959e-06,
                        4.3748667899074878e-06, -2.0392157538013662e-06, 9.5514121304074198e-07, -4.4924691987645660e-07,
                        2.1207184805554666e-07, -1.0043224823968100e-07, 4.7698101693639806e-08, -2.2711094608943165e-08,
                        1.0838659214896954e-08, -5.1834750419700467e-09, 2.4836745438024783e-09, -1.1921401405860912e-09,
                        5.7313672416788620e-10, -2.7595228851242331e-10, 1.3304764374244489e-10);
}

/// Where lgamma is least, to the nearest f64.
inline constexpr double lgamma_lowest_at = 1.4616321449683622;

/// lgamma(lgamma_lowest_at + t) for |t| <= 1/5 by its Taylor series: there the sum of a series and a logarithm would cancel.
template <Real V>
V lgamma_beside_lowest(V t) {
  return polynomial(t, -0.12148629053584961, -9.2412655217294275e-17, 0.48383612272381063, -0.14758772299453073,
                    0.064624940238912768, -0.032788541088481316, 0.017970675115210401,
                    -0.010314223036636392, 0.0061005360205178916, -0.0036845696083163754,
                    0.0022597648232218119, -0.0014022514459044518, 0.00087823263471768197,
                    -0.00055419495279668264, 0.000351912956837847, -0.00022465344369595543,
                    0.00014407039542093314, -9.2760986554717589e-5, 5.9934733439794325e-5,
                    -3.8845838894526634e-5, 2.5247663291730135e-5);
}

/// The logarithm of |gamma x|; beside its zeros below -2 right to an absolute error only.
template <Real V>
  requires(!is_f32<V>)
V lgamma(V x) {
  constexpr double log_pi = 1.1447298858494001741, half_log_2pi = 0.91893853320467274178, pi = 3.14159265358979323846;
  const auto inner = abs(x) < 0.5;
  const auto reflected = (x < 0.0) & !inner;
  const V start = select(reflected, 1.0 - x, x);
  // Below 10 the recurrence leads to a neighbour of 1 or 2, where all terms but the last have one sign.
  const auto small = start < 10.0;
  const auto [at, product] = iterate_while(
      std::tuple{select(small & !inner, start, 2.0), constant(x, 1.0)}, [](V now, V) { return now >= 2.5; }, [](V now, V p) { return std::tuple{now - 1.0, p * (now - 1.0)}; });
  const auto beside_one = inner | (at < 1.5);
  const V t = select(inner, x, at - select(beside_one, 1.0, constant(x, 2.0)));
  const V factors = log(select(inner, abs(x), product));
  const V sum = lgamma_beside_two(t) - select(beside_one, log1p(t), constant(t, 0.0));
  const V from_lowest = at - lgamma_lowest_at;
  const auto beside_lowest = (abs(from_lowest) < 0.2) & !inner;
  const V near = select(beside_lowest, lgamma_beside_lowest(from_lowest), sum) + select(inner, -factors, factors);
  const V z = at_least(start, 10.0);
  const V r = 1.0 / (z * z);
  const V series = polynomial(r, 1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156) / z;
  const V far = fma(z - 0.5, log(z), half_log_2pi - z) + series;
  const V positive = select(small, near, far);
  const V other_side = log_pi - log(abs(sin(from_integer(x) * pi))) - positive;
  const V result = select(reflected, other_side, positive);
  const V at_pole = select((x <= 0.0) & (x == floor(x)), infinity, result);
  return select(abs(x) == infinity, infinity, at_pole);
}

/// The sum over k >= 0 of (x + k)^-s, for positive x and s > 1 (Hurwitz's zeta function), by Euler and Maclaurin's
/// formula from 16 + s on, unless terms have become nothing before. Terms are divided by scale^-s, so that they neither overflow nor
/// vanish before the sum does.
template <Real V>
V scaled_zeta_of_positive(V s, V x, V scale) {
  const auto term = [&](V at) { return pow(at / scale, -s); };
  const V from = s + 16.0;
  const auto [at, head, last] = iterate_while(
      std::tuple{x, constant(x, 0.0), constant(x, 1.0)}, [&](V now, V sum, V last) { return (now < from) & (last > sum * 0x1p-60); },
      [&](V now, V sum, V) {
    const V next = term(now);
    return std::tuple{now + 1.0, sum + next, next};
  });
  const V reach = pow(at / scale, 1.0 - s) * scale, power = reach / at;  // the integral may be a number where terms vanish
  // Bernoulli's numbers B_2k over (2k)!.
  constexpr double coefficients[] = {1.0 / 12, -1.0 / 720, 1.0 / 30240, -1.0 / 1209600, 1.0 / 47900160, -691.0 / 1307674368000.0,
                                     1.0 / 74724249600.0, -3617.0 / 10670622842880000.0, 43867.0 / 5109094217170944000.0};
  const V square = at * at;
  V sum = reach / (s - 1.0) + power * 0.5, derivative = s * power / at;
  for (int k = 0; k < 9; ++k) {
    sum = fma(derivative, coefficients[k], sum);
    derivative = derivative * (s + static_cast<double>(2 * k + 1)) * (s + static_cast<double>(2 * k + 2)) / square;
  }
  return head + select(at < from, 0.0, sum);
}

/// The same for any x but 0, -1, …; below 0 s must be whole. The series is then summed from its middle: with r = x - floor(x), terms from
/// r on, and those of 1 - r to -x, which are negative where s is odd.
template <Real V>
V scaled_zeta(V s, V x, V scale) {
  const auto below = x < 0.0, even = s * 0.5 == floor(s * 0.5);
  const V upper = scaled_zeta_of_positive(s, select(below, x - floor(x), x), scale);
  const auto [series] = where_any(below, std::tuple{upper}, [&] {
    const V up = select(below, x, -0.5);
    const V all = scaled_zeta_of_positive(s, (floor(up) + 1.0) - up, scale), excess = scaled_zeta_of_positive(s, 1.0 - up, scale);
    return std::tuple{select(even, (upper + all) - excess, (upper - all) + excess)};
  });
  return series;
}

/// Hurwitz's zeta function, the sum over k >= 0 of (q + k)^-s for s > 1. Infinite at s = 1; at q = 0, -1, … infinite if s is even, else NaN. NaN for
/// s < 1, and for other q below 0 unless s is whole.
template <Real V>
  requires(!is_f32<V>)
V zeta(V s, V q) {
  const auto whole = (s == floor(s)) & (s < infinity), pole = (q <= 0.0) & (q == floor(q)), even = whole & (s * 0.5 == floor(s * 0.5));
  const auto valid = (s > 1.0) & !pole & ((q > 0.0) | whole);
  const V sum = scaled_zeta(select(valid, s, 2.0), select(valid, q, 1.0), constant(q, 1.0));
  const V at_pole = select(even & (s > 1.0), constant(q, infinity), not_a_number);
  const V elsewhere = select((s == 1.0) & (q == q), infinity, select(pole, at_pole, not_a_number));
  return select(valid, select(q == infinity, 0.0, sum), elsewhere);
}

/// The derivative of an order n of digamma, (-1)^(n+1) n! sum over k >= 0 of (x + k)^-(n+1). NaN unless n is one of
/// 0, 1, …, 60.
template <Real V>
  requires(!is_f32<V>)
V polygamma(V order, V x) {
  const auto valid = (order >= 0.0) & (order <= 60.0) & (order == floor(order)) & (x == x);
  const V n = select(valid, order, 1.0);
  const V s = n + 1.0;
  const auto odd = n * 0.5 != floor(n * 0.5);
  // n! scale^-s as a product of moderate factors; scale is a power of two near the factorial's own mean, n / e.
  const V scale = power_of_two(to_integer(at_least(rint(log2(s * 0.36787944117144233)), 0.0)));
  const auto [last, factorial] = iterate_while(
      std::tuple{constant(n, 1.0), 1.0 / scale}, [&](V k, V) { return k <= n; }, [&](V k, V p) { return std::tuple{k + 1.0, p * (k / scale)}; });
  const V series = scaled_zeta(s, x, scale);
  const V magnitude = series * factorial;
  const V value = select(odd, magnitude, -magnitude);
  const auto pole = (x <= 0.0) & (x == floor(x));
  const V beyond = select(x == infinity, select(odd, constant(x, 0.0), constant(x, -0.0)), value);
  const V result = select(pole, select(odd, constant(x, infinity), constant(x, not_a_number)), beyond);
  return select(valid, select(n == 0.0, digamma(x), result), not_a_number);
}

}  // namespace espalier::codegen::math
