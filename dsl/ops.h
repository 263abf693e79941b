#pragma once
// The operators of arrays. Functions stand in ops/*.h.
#include "espalier/dsl/array.h"

namespace espalier {

/// Elementwise arithmetic: dtypes promote, shapes broadcast. `/` is true division; `%` takes the sign of the divisor.
Array operator+(Operand x, Operand y);
Array operator-(Operand x, Operand y);
Array operator*(Operand x, Operand y);
Array operator/(Operand x, Operand y);
Array operator-(Operand x);

}  // namespace espalier
