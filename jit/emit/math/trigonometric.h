#pragma once
#include "espalier/jit/emit/math/arithmetic.h"
#include "espalier/jit/emit/math/payne_hanek.h"

/// Sine, cosine and tangent, right for every argument. All coefficients are minimax fits made for this file.
namespace espalier::codegen::math {

/// The nearest multiple of pi/2 taken from |x|. Exact enough near all multiples: up to `plain_reach` by three parts of
/// pi/2 (Cody and Waite; the first subtraction is exact), beyond by Payne and Hanek's method, which is rare.
template <Real V>
Quadrant<V> reduce_by_half_pi(V x) {
  constexpr double plain_reach = is_f32<V> ? 0x1p16 : 0x1p28;
  constexpr double two_over_pi = 0x1.45f306dc9c883p-1;
  constexpr double part1 = is_f32<V> ? 0x1.921fb6p+0 : 0x1.921fb54442d18p+0;
  constexpr double part2 = is_f32<V> ? -0x1.777a5cp-25 : 0x1.1a62633145c07p-54;
  constexpr double part3 = is_f32<V> ? -0x1.ee59dap-50 : -0x1.f1976b7ed8fbcp-110;
  const V magnitude = abs(x);
  const V shifted = fma(magnitude, two_over_pi, Format<V>::rounder);
  const V n = shifted - Format<V>::rounder;
  const V r = fma(n, -part3, fma(n, -part2, fma(n, -part1, magnitude)));
  const auto [far_r, far_n] = where_any(magnitude > plain_reach, std::tuple{r, as_integer(shifted)}, [&] {
    const Quadrant<V> far = reduce_by_payne_hanek(magnitude);
    return std::tuple{far.r, far.index};
  });
  return {far_r, far_n};
}

/// sin r on |r| <= pi/4.
template <Real V>
V sin_near_zero(V r, V z) {
  if constexpr (is_f32<V>) {
    return fma(r * z, polynomial(z, -0.16666654, 0.008332096, -0.00019505627), r);
  } else {
    return fma(r * z, polynomial(z, -0.16666666666666632, 0.008333333333322486, -0.00019841269829853341, 2.7557313705053676e-06, -2.505075988841335e-08, 1.5896886505709783e-10),
               r);
  }
}

/// cos r on |r| <= pi/4; z = r^2.
template <Real V>
V cos_near_zero(V z) {
  if constexpr (is_f32<V>) {
    return fma(z, polynomial(z, -0.5, 0.041666646, -0.0013887289, 2.4428207e-05), 1.0);
  } else {
    const V tail = polynomial(z, 0.0416666666666666, -0.001388888888887447, 2.48015872896669e-05,
                              -2.7557314399261143e-07, 2.087572899323638e-09, -1.135991725268154e-11);
    return fma(z, fma(z, tail, -0.5), 1.0);
  }
}

/// `value` with the sign changed where bit 1 of `index` is set.
template <Real V>
V negate_in_half_turn(V value, typename V::integer index) {
  constexpr int to_sign = (is_f32<V> ? 32 : 64) - 2;
  return as_real(as_integer(value) ^ ((index << to_sign) & Format<V>::sign_bit));
}

/// sin x.
template <Real V>
V sin(V x) {
  const Quadrant<V> q = reduce_by_half_pi(x);
  const V z = q.r * q.r;
  const V value = select((q.index & 1) == 0, sin_near_zero(q.r, z), cos_near_zero(z));
  return as_real(as_integer(negate_in_half_turn(value, q.index)) ^ sign_of(x));
}

/// cos x.
template <Real V>
V cos(V x) {
  const Quadrant<V> q = reduce_by_half_pi(x);
  const V z = q.r * q.r;
  const V value = select((q.index & 1) == 0, cos_near_zero(z), sin_near_zero(q.r, z));
  return negate_in_half_turn(value, q.index + 1);
}

/// tan x = sin x / cos x.
template <Real V>
V tan(V x) {
  const Quadrant<V> q = reduce_by_half_pi(x);
  const V z = q.r * q.r;
  const V sine = sin_near_zero(q.r, z);
  const V cosine = cos_near_zero(z);
  const auto even = (q.index & 1) == 0;
  const V ratio = select(even, sine, -cosine) / select(even, cosine, sine);
  return as_real(as_integer(ratio) ^ sign_of(x));
}

}  // namespace espalier::codegen::math
