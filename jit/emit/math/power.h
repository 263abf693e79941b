#pragma once
#include "espalier/jit/emit/math/exponential.h"
#include "espalier/jit/emit/math/pair.h"

/// Powers and roots. Those of f32 lanes by logarithms in f64: 29 spare bits make one rounding enough.
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

/// |x|^(1/3) with the sign of x, of f64: an estimate by logarithms, and a step of Newton's method with an exact residue.
template <Real V>
  requires(!is_f32<V>)
V cbrt(V x) {
  const V magnitude = abs(x);
  // Cubes must neither overflow nor lose digits: the exponent is moved by a multiple of 3.
  const auto large = magnitude > 0x1p900, small = magnitude < 0x1p-900;
  const V scaled = magnitude * select(large, 0x1p-300, select(small, 0x1p300, constant(x, 1.0)));
  const V estimate = exp2(log2(scaled) * (1.0 / 3));
  const Pair<V> square = exact_product(estimate, estimate);
  const Pair<V> cube = exact_product(square.high, estimate);
  const V residue = (scaled - cube.high) - fma(square.low, estimate, cube.low);
  const V root = estimate + residue / (square.high * 3.0);
  const V result = root * select(large, 0x1p100, select(small, 0x1p-100, constant(x, 1.0)));
  return copy_sign(select((magnitude < infinity) & !(magnitude == 0.0), result, magnitude), x);
}

/// x^y as C's pow, from the magnitude |x|^y of its finite cases.
template <Real V>
V finish_pow(V x, V y, V magnitude) {
  const auto whole = y == floor(y);
  const auto half = y * 0.5;
  // From 2^24 (f64: 2^53) on, all numbers are even.
  const auto odd = whole & (half != floor(half)) & (abs(y) < (is_f32<V> ? 0x1p24 : 0x1p53));
  const V with_sign = select(odd, copy_sign(magnitude, x), magnitude);
  const auto negative = (x < 0.0) & (x > -infinity) & !whole & (abs(y) < infinity);
  const V real = select(negative, not_a_number, with_sign);
  const V nan_in = select((x != x) | (y != y), not_a_number, real);
  // 1^y and x^0 are 1 even for NaN; -1 to ±infinity is 1.
  const auto one = (x == 1.0) | (y == 0.0) | ((x == -1.0) & (abs(y) == infinity));
  return select(one, 1.0, nan_in);
}

/// x^y as C's pow.
template <Real V>
  requires is_f32<V>
V pow(V x, V y) {
  const auto wide_y = widen(y);
  // The logarithms of 0 and infinity are made finite, so that their product with any y that is not 0 is a number.
  const auto exponent = at_most(at_least(log2(widen(abs(x))), -1e300), 1e300);
  const auto product = at_most(at_least(wide_y * exponent, -1e6), 1e6);
  return finish_pow(x, y, narrow(exp2(select(exponent == 0.0, 0.0, product))));
}

/// x^y as C's pow, of f64: within 1 ULP, so that whole powers of small whole numbers are exact.
template <Real V>
  requires(!is_f32<V>)
V pow(V x, V y) {
  const V magnitude = abs(x);
  const Pair<V> exponent = log_pair(magnitude);
  // Beyond these bounds the result is 0 or infinity, and the digits that a product lost do not matter.
  const Pair<V> product = exact_product(y, exponent.high);
  const V bounded = at_most(at_least(product.high, -800.0), 800.0);
  const V rest = select(abs(product.high) < 800.0, fma(y, exponent.low, product.low), 0.0);
  const auto [counter, n, r] = split_by_ln2<two_biases<V>>(bounded);
  const Pair<V> fraction = fast_sum(r, rest);
  const Pair<V> linear = fast_sum(constant(x, 1.0), fraction.high);
  const V curve = fma(fraction.high * fraction.high, exp_tail(fraction.high), fraction.low);
  const V finite = scale_by_counter(linear.high + (linear.low + curve), counter);
  const auto grows = ((magnitude == 0.0) & (y < 0.0)) | ((magnitude == infinity) & (y > 0.0));
  const auto edge = (magnitude == 0.0) | (magnitude == infinity);
  return finish_pow(x, y, select(edge, select(grows, infinity, constant(x, 0.0)), finite));
}

}  // namespace espalier::codegen::math
