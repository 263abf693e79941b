#pragma once
// Floats by their parts, mantissa and exponent, whole and fraction; and what two integers divide. Integers are taken to floats first, as in
// elementwise.h.
#include <utility>

#include "espalier/dsl/array.h"

namespace espalier {

/// {m, e} with x = m 2^e, |m| in [0.5, 1) and e i32. Zeros, infinities and NaN are their own mantissas, with the exponent 0.
[[nodiscard]] std::pair<Array, Array> frexp(Operand x);
/// x 2^e, rounded once; e are integers, which broadcast. DTypeError if they are none.
Array ldexp(Operand x, Operand e);
/// {fraction, whole part}, both with the sign of x but for zeros: x is their sum. The fraction of an infinity is 0.
[[nodiscard]] std::pair<Array, Array> modf(Operand x);
/// The distance from x to the next float that is farther from 0, with the sign of x; NaN of infinities.
Array spacing(Operand x);
/// The greatest common divisor of integers, 0 or more; of 0 and y it is |y|. DTypeError for floats.
Array gcd(Operand x, Operand y);
/// The least common multiple of integers, 0 or more; 0 if one of them is 0. DTypeError for floats.
Array lcm(Operand x, Operand y);
Array isposinf(Operand x);  ///< bool: is it infinity
Array isneginf(Operand x);  ///< bool: is it minus infinity

}  // namespace espalier
