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

/// erfc x of f32 for 0.46 <= x: e^(-x^2) times a polynomial of u = 1 / (x + 2), which is (x + 2) e^(x^2) erfc x to
/// 2^-28. Subnormal results are rounded once.
template <Real V>
  requires is_f32<V>
V erfc_tail(V x) {
  const V inside = at_most(x, 10.1);
  const V square = inside * inside;
  const V lost = fma(inside, inside, -square);
  const V u = 1.0 / (inside + 2.0);
  const V p = polynomial(u - 0.25, 1.02158271, 2.7486426, 4.47154897, 2.33238118, -5.50522727, -6.64716284, 12.4843401,
                         14.4822779, -35.0349363, -27.3388176);
  const V scaled = p * u;
  const auto [counter, n, r] = split_by_ln2(-square);
  const V power = fma(r * r, exp_tail(r), r) + 1.0;
  return scale_by_counter(power * fma(scaled, -lost, scaled), counter);
}

/// erfc x: 1 - erf x below 0.5; beyond, the tail itself.
template <Real V>
V erfc(V x) {
  const V magnitude = abs(x), z = x * x;
  V near = x;
  if constexpr (is_f32<V>) near = polynomial(z, 0.12837915, -0.376125, 0.11281877, -0.02676858, 0.004995854, -0.0006003809);
  else near = erf_near_zero(z);
  near = 1.0 - fma(x, near, x);
  const V tail = erfc_tail(at_least(magnitude, 0.5));
  return select(magnitude < 0.5, near, select(x < 0.0, 2.0 - tail, tail));
}

/// The inverse of erf: Giles' polynomials in w = -log(1 - x^2) (M. Giles, "Approximating the erfinv function", GPU
/// Computing Gems 2, 2010), with w from log1p, as XLA has it in f32: what normally distributed random numbers are made of. In f64 the factors of
/// 1 - x^2 are taken apart, which keeps the digits near 1 that the square loses.
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
        w - 3.125, 1.6536545626831027356, 0.24015818242558961693, -0.0060336708714301490533, -0.00074070253416626697512,
        0.0001867342080340571352, -1.3882523362786468719e-05, -1.3654692000834678645e-06, 4.2347877827932403518e-07,
        -2.9070369957882005086e-08, -4.1126339803469836976e-09, 1.051212273321532285e-09, -5.4154120542946279317e-11,
        -1.2975133253453532498e-11, 2.6335093153082322977e-12, -8.1519341976054721522e-14, -4.0545662729752068639e-14,
        6.6376381343583238325e-15, 2.0972767875968561637e-17, -1.333171662854620906e-16, 1.115787767802518096e-17,
        1.2858480715256400167e-18, -1.685059138182016589e-19, -3.6444120640178196996e-21);
    const V root = sqrt(w);
    const V middle = polynomial(
        root - 3.25, 3.0838856104922207635, 1.0052589676941592334, 0.005370914553590063617, -0.0037512085075692412107,
        0.0024914420961078508066, -0.0016882755560235047313, 0.00095328937973738049703, -0.0003550375203628474796,
        2.4031110387097893999e-05, 6.8284851459573175448e-05, -4.7318229009055733981e-05, 1.2475304481671778723e-05,
        2.9234449089955446044e-06, -4.013867526981545969e-06, 1.5027403968909827627e-06, 1.8239629214389227755e-08,
        -2.7517406297064545428e-07, 9.0756561938885390979e-08, 2.2137376921775787049e-09);
    const V far = polynomial(
        root - 5.0, 4.8499064014085844221, 1.0103004648645343977, -0.00013871931833623122026,
        -0.00021503011930044477347, 7.5995277030017761139e-05, -1.9681778105531670567e-05, 4.5260625972231537039e-06,
        -9.9298272942317002539e-07, 2.2900482228026654717e-07, -6.7711997758452339498e-08, 2.9147953450901080826e-08,
        -1.4960026627149240478e-08, 7.6157012080783393804e-09, -3.7894654401267369937e-09, 1.5076572693500548083e-09,
        -2.5556418169965252055e-10, -2.7109920616438573243e-11);
    p = select(w < 6.25, near, select(w < 16.0, middle, far));
  }
  return select(abs(x) == 1.0, x * constant(x, infinity), p * x);
}

}  // namespace espalier::codegen::math
