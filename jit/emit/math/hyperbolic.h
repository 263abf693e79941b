#pragma once
#include "espalier/jit/emit/math/arithmetic.h"
#include "espalier/jit/emit/math/exponential.h"
#include "espalier/jit/emit/math/logarithm.h"

/// Hyperbolic functions and their inverses.
namespace espalier::jit::math {

/// tanh x = -e / (2 + e) with e = e^(-2|x|) - 1, which never overflows and is right to a relative error near 0.
template <Real V>
V tanh(V x) {
  const V inside = at_least(-2.0 * abs(x), is_f32<V> ? -20.0 : -40.0);
  const auto [counter, n, r] = split_by_ln2(inside);
  const V p = fma(r * r, exp_tail(r), r);
  const V power = as_real((counter << Format<V>::mantissa_bits) + Format<V>::one);
  const V e = fma(power, p, power - 1.0);
  return copy_sign(e / (2.0 + e), x);
}

}  // namespace espalier::jit::math
