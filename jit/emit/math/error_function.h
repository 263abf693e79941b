#pragma once
#include "espalier/jit/emit/math/arithmetic.h"
#include "espalier/jit/emit/math/exponential.h"

/// The error function and its kin. All coefficients are minimax fits made for this file unless a source is named.
namespace espalier::codegen::math {

/// erf x of f32: x + x P(x^2) near zero; beyond, 1 - exp(-g(|x|)) with a polynomial g for -log erfc.
template <Real V>
  requires is_f32<V>
V erf(V x) {
  const V magnitude = at_most(abs(x), 3.95);
  const V z = x * x;
  const V near = fma(x, polynomial(z, 0.12837915, -0.376125, 0.11281877, -0.02676858, 0.004995854, -0.0006003809), x);
  const V g = polynomial(magnitude, 0.00019570735, 1.1276755, 0.6371823, 0.1039317, -0.022227064, 0.00304328,
                         -0.00019594652);
  const auto [counter, n, r] = split_by_ln2<Format<V>::bias>(-g);
  const V power = power_of_counter<V>(counter);
  const V p = fma(r * r, exp_tail(r), r) + 1.0;
  const V far = fma(power, -p, constant(x, 1.0));
  return select(magnitude < 0.92, near, copy_sign(far, x));
}

/// e^(x^2) erfc x for 0.45 <= x <= 28: (1 + 2x) of it is a polynomial of (x - 3) / (x + 3), the map of Shepherd and
/// Laframboise ("Chebyshev approximation of (1 + 2x) exp(x^2) erfc x", Math. Comp. 36, 1981).
template <Real V>
  requires(!is_f32<V>)
V scaled_erfc(V x) {
  const V t = (x - 3.0) / (x + 3.0);
  const V p = polynomial(
      t, 1.2530080582697296, -0.13562110612458134, -0.04756229435344869, 0.1296451587027828, -0.11927366341544733,
      0.06830802734312572, -0.023770514914936168, 0.0025293918310724593, 0.0018886903070338631, -0.0007798324167026575,
      -0.00010515936268178954, 0.00012510018458662998, 4.94716512034559e-06, -2.0103536681086525e-05,
      -7.235148858284814e-07, 3.478957493064502e-06, 3.389322080720706e-07, -6.250642463052015e-07,
      -1.1627044484799563e-07, 1.070506401191816e-07, 2.080402140693277e-08, -1.3468941692360164e-08);
  return p / fma(x, 2.0, 1.0);
}

/// erfc x for 0.45 <= x.
template <Real V>
  requires(!is_f32<V>)
V erfc_tail(V x) {
  const V inside = at_most(x, 28.0);
  // The rounding error of x^2 goes back in as a factor.
  const V square = inside * inside;
  const V lost = fma(inside, inside, -square);
  const V scaled = scaled_erfc(inside);
  return exp(-square) * fma(scaled, -lost, scaled);
}

/// erf x / x - 1 as a polynomial of z = x^2 <= 1.
template <Real V>
  requires(!is_f32<V>)
V erf_near_zero(V z) {
  return polynomial(z, 0.1283791670955126, -0.376126389031841, 0.11283791670971097, -0.026866170648030506,
                    0.005223977652447159, -0.0008548328497543027, 0.00012055383690025061, -1.4926791905844836e-05,
                    1.6479134378728675e-06, -1.6531574785760104e-07, 1.5807619551742183e-08, -1.5545117666575278e-09,
                    1.2587772780183745e-10);
}

/// erf x of f64: x + x P(x^2) below 1; beyond, 1 - erfc |x|.
template <Real V>
  requires(!is_f32<V>)
V erf(V x) {
  const V magnitude = abs(x);
  const V near = fma(x, erf_near_zero(x * x), x);
  const V far = 1.0 - erfc_tail(at_least(magnitude, 1.0));
  return select(magnitude < 1.0, near, copy_sign(far, x));
}

/// erfc x of f32 for 0.46 <= x: e^(-x^2) times a polynomial of u = 1 / (x + 2), which is (x + 2) e^(x^2) erfc x to
/// 2^-28. Subnormal results are rounded once.
template <Real V>
  requires is_f32<V>
V erfc_tail(V x) {
  const V inside = at_most(x, 10.1);
  const V square = inside * inside;
  const V lost = fma(inside, inside, -square);
  const V sum = inside + 2.0;
  const V u = 1.0 / sum;
  // What rounding did to u, relative to it; the product below grows with a power of u between 1 and 2.
  const V missed = fma(-u, sum, 1.0) - u * (inside - (sum - 2.0));
  const V p = polynomial(u - 0.25, 1.02158271, 2.7486426, 4.47154897, 2.33238118, -5.50522727, -6.64716284, 12.4843401,
                         14.4822779, -35.0349363, -27.3388176);
  const V scaled = p * u;
  const auto [counter, n, rest] = split_by_ln2<two_biases<V>>(-square);
  const V r = fma(missed, 1.5, rest - lost);
  return scale_by_counter(fma(scaled, fma(r * r, exp_tail(r), r), scaled), counter);
}

/// Up to here erfc x is 1 - erf x: that loses one bit, the tail's product of three factors loses two.
template <Real V>
inline constexpr double erfc_tail_from = is_f32<V> ? 0.8 : 0.5;

/// erfc x: 1 - erf x beside 0; beyond, the tail itself.
template <Real V>
V erfc(V x) {
  constexpr double tail_from = erfc_tail_from<V>;
  const V magnitude = abs(x), z = x * x;
  V near = x;
  if constexpr (is_f32<V>) near = polynomial(z, 0.12837915, -0.376125, 0.11281877, -0.02676858, 0.004995854, -0.0006003809);
  else near = erf_near_zero(z);
  near = 1.0 - fma(x, near, x);
  const V tail = erfc_tail(at_least(magnitude, tail_from));
  return select(magnitude < tail_from, near, select(x < 0.0, 2.0 - tail, tail));
}

/// The inverse of erf, in w = -log(1 - x^2). In f32 by Giles' polynomials (M. Giles, "Approximating the erfinv function",
/// GPU Computing Gems 2, 2010) with w from log1p of the rounded square, as XLA has it bit for bit: what normally
/// distributed random numbers are made of. That square costs up to 65 units in the last place where x nears 1. In f64
/// over Giles' three intervals by Chebyshev interpolation in 40 digits, and the factors of 1 - x^2 are taken apart, which
/// keeps the digits near 1 that the square loses.
template <Real V>
V erf_inv(V x) {
  V p = x;
  if constexpr (is_f32<V>) {
    const V w = -log1p(-(x * x));
    const V near = polynomial(w - 2.5, 1.50140941, 0.246640727, -0.00417768164, -0.00125372503, 0.00021858087,
                              -4.39150654e-06, -3.5233877e-06, 3.43273939e-07, 2.81022636e-08);
    const V far = polynomial(sqrt(w) - 3.0, 2.83297682, 1.00167406, 0.00943887047, -0.0076224613, 0.00573950773,
                             -0.00367342844, 0.00134934322, 0.000100950558, -0.000200214257);
    p = select(w < 5.0, near, far);
  } else {
    const V w = -(log1p(-x) + log1p(x));
    const V near = polynomial(
        w - 3.125, 1.6536545626831027, 0.2401581824255883, -0.00603367087142785, -0.000740702534154477,
        0.00018673420802464837, -1.3882523394405316e-05, -1.3654691850603575e-06, 4.234788173782339e-07,
        -2.9070382262927283e-08, -4.112660820023216e-09, 1.051218153980421e-09, -5.4142871980857635e-11,
        -1.29768855265347e-11, 2.6304834740589644e-12, -8.118399443021554e-14, -4.0012377351451644e-14,
        6.596407712352776e-15, -4.028215426439998e-17, -1.3016928016252905e-16, 1.5574320241522294e-17,
        1.1500222518214324e-18, -3.499604433478262e-19, -1.1134837650795838e-21, 3.2407044557029824e-21);
    const V root = sqrt(w);
    const V middle = polynomial(
        root - 3.25, 3.0838856104922208, 1.0052589676941652, 0.005370914553555193, -0.003751208508212327,
        0.002491442097947516, -0.001688275535921936, 0.000953289341795833, -0.00035503780550499826,
        2.4031510350318603e-05, 6.828703766281446e-05, -4.732066388775043e-05, 1.2465490012885596e-05,
        2.9325103785542764e-06, -3.987383279152877e-06, 1.4817686493076977e-06, -2.3768438869458365e-08,
        -2.4575721605517875e-07, 1.2617019273822622e-07, -2.069721217948336e-08, -1.1037793186805448e-08,
        7.602734181548034e-09, -1.4414402902576647e-09);
    const V far = polynomial(
        root - 5.0, 4.849906401408584, 1.0103004648645455, -0.00013871931837512345, -0.00021503011983188414,
        7.599527796123112e-05, -1.968177064850107e-05, 4.526053927359768e-06, -9.930296885115558e-07,
        2.2904559101209626e-07, -6.755522900318211e-08, 2.9039515855085833e-08, -1.525684243307498e-08,
        7.786130028893302e-09, -3.4694660413452833e-09, 1.3507496650455145e-09, -4.385965117530418e-10,
        5.11360293067944e-11, 4.310315235901307e-11, -1.6320962179941372e-11);
    p = select(w < 6.25, near, select(w < 16.0, middle, far));
  }
  return select(abs(x) == 1.0, x * constant(x, infinity), p * x);
}

}  // namespace espalier::codegen::math
