#pragma once
#include "espalier/jit/emit/math/exponential.h"
#include "espalier/jit/emit/math/logarithm.h"

/// Powers and roots of f32 lanes, by logarithms in f64: 29 spare bits make one rounding enough.
namespace espalier::codegen::math {

/// |x|^(1/3) with the sign of x.
template <Real V>
  requires is_f32<V>
V cbrt(V x) {
  const auto magnitude = widen(abs(x));
  const V root = narrow(exp2(log2(magnitude) * (1.0 / 3)));
  const V finite = select(abs(x) < infinity, root, abs(x));
  return copy_sign(select(x == 0.0, 0.0, finite), x);
}

/// x^y as C's pow.
template <Real V>
  requires is_f32<V>
V pow(V x, V y) {
  const auto wide_y = widen(y);
  // The logarithms of 0 and infinity are made finite, so that their product with any y that is not 0 is a number.
  const auto exponent = at_most(at_least(log2(widen(abs(x))), -1e300), 1e300);
  const auto product = at_most(at_least(wide_y * exponent, -1e6), 1e6);
  const V magnitude = narrow(exp2(select(exponent == 0.0, 0.0, product)));
  const auto whole = y == floor(y);
  const auto half = y * 0.5;
  const auto odd = whole & (half != floor(half)) & (abs(y) < 0x1p24);
  const V with_sign = select(odd, copy_sign(magnitude, x), magnitude);
  const auto negative = (x < 0.0) & (x > -infinity) & !whole & (abs(y) < infinity);
  const V real = select(negative, not_a_number, with_sign);
  const V nan_in = select((x != x) | (y != y), not_a_number, real);
  // 1^y and x^0 are 1 even for NaN; -1 to ±infinity is 1.
  const auto one = (x == 1.0) | (y == 0.0) | ((x == -1.0) & (abs(y) == infinity));
  return select(one, 1.0, nan_in);
}

}  // namespace espalier::codegen::math
