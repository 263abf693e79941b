#pragma once
#include "espalier/jit/emit/math/arithmetic.h"
#include "espalier/jit/emit/math/exponential.h"

/// The error function and its kin. All coefficients are minimax fits made for this file unless a source is named.
namespace espalier::jit::math {

/// erf x of f32: x + x P(x^2) near zero; beyond, 1 - exp(-g(|x|)) with a polynomial g for -log erfc.
template <Real V>
  requires is_f32<V>
V erf(V x) {
  const V magnitude = at_most(abs(x), 3.95);
  const V z = x * x;
  const V near = fma(x, polynomial(z, 0.12837915, -0.376125, 0.11281877, -0.02676858, 0.004995854, -0.0006003809), x);
  const V g = polynomial(magnitude, 0.00019570735, 1.1276755, 0.6371823, 0.1039317, -0.022227064, 0.00304328,
                         -0.00019594652);
  const auto [counter, n, r] = split_by_ln2(-g);
  const V power = as_real((counter << Format<V>::mantissa_bits) + Format<V>::one);
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

/// erfc x. f64: 1 - erf x below 0.5; beyond, the tail itself. f32: by way of f64.
template <Real V>
V erfc(V x) {
  if constexpr (is_f32<V>) {
    return narrow(erfc(widen(x)));
  } else {
    const V magnitude = abs(x);
    const V near = 1.0 - fma(x, erf_near_zero(x * x), x);
    const V tail = erfc_tail(at_least(magnitude, 0.5));
    return select(magnitude < 0.5, near, select(x < 0.0, 2.0 - tail, tail));
  }
}

}  // namespace espalier::jit::math
