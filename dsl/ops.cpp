#include "espalier/dsl/ops.h"

#include "espalier/dsl/trace.h"

namespace espalier {

using detail::elementwise;
using detail::elementwise_float;
using ir::Op;

Array operator+(Operand x, Operand y) { return elementwise(Op::add, {x, y}, {}, "add"); }
Array operator-(Operand x, Operand y) { return elementwise(Op::sub, {x, y}, {}, "subtract"); }
Array operator*(Operand x, Operand y) { return elementwise(Op::mul, {x, y}, {}, "multiply"); }
Array operator/(Operand x, Operand y) { return elementwise_float(Op::div, {x, y}, "divide"); }
Array operator-(Operand x) { return elementwise(Op::neg, {x}, {}, "negative"); }

}  // namespace espalier
