// Division with a remainder, as NumPy has it for every sign, zero and infinity; and by an integer 0, which gives 0.
#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/trace.h"

namespace espalier {
namespace {

using detail::called_at;
using detail::elementwise;
using ir::Op;

bool is_whole(const Operand& x) { return !x.array.is_nothing() && (ir::is_integer(x.array.dtype()) || ir::is_bool(x.array.dtype())); }
// Truth values have no remainder; as in JAX they count as i32.
Operand number(const Operand& x) {
  return !x.array.is_nothing() && x.array.dtype() == bool_ ? Operand(x.array.as(i32, x.where), x.where) : x;
}

// Where the quotient rounded towards zero is larger than the one rounded down. There the remainder does not have the divisor's
// sign.
Array crosses(const Array& rest, const Operand& y) { return (rest != 0) & ((rest < 0) != (y < 0)); }

// What is divided by 0 is a mistake, whatever is put for it.
Array divided(Op op, const Operand& x, const Operand& y, const char* name) {
  const detail::Counted division(Check::div);
  return elementwise(op, {x, y}, {}, name);
}

Array modulus(const Operand& x, const Operand& y) {
  const Array rest = divided(Op::rem, x, y, "mod");
  const Array moved = where(crosses(rest, y), rest + y, rest);
  if (is_whole(x) && is_whole(y)) return where(y == 0, 0, moved);
  // Adding 0 gives a remainder of 0 the divisor's sign, and keeps its derivative.
  return where(y < 0, -(0.0 - moved), moved + 0.0);
}

Array whole_quotient(const Operand& x, const Operand& y) {
  const Array quotient = divided(Op::div, x, y, "floor_divide"), rest = divided(Op::rem, x, y, "floor_divide");
  return where(y == 0, 0, where(crosses(rest, y), quotient - 1, quotient));
}

// Rounding x / y is not enough: 1 / 0.1 rounds to 10, yet 0.1 fits nine times. x less the exact remainder is a multiple of y
// but for rounding, so the quotient is the nearest whole number (NumPy's npy_divmod).
Array real_quotient(const Operand& x, const Operand& y) {
  const Array rest = elementwise(Op::rem, {x, y}, {}, "floor_divide");
  const Array near = (x - rest) / y, moved = where(crosses(rest, y), near - 1, near);
  const Array below = floor(moved), whole = where(moved - below > 0.5, below + 1, below);
  const Array ratio = detail::constant_for_derivatives(x / y, x.where);  // a floor has no derivative
  return where(y == 0, ratio, where(moved == 0, ratio * 0, whole));
}

}  // namespace

Array fmod(Operand x, Operand y) {
  return called_at(x.where, "fmod", [&] {
    const Operand a = number(x), b = number(y);
    const Array rest = divided(Op::rem, a, b, "fmod");
    return is_whole(a) && is_whole(b) ? where(b == 0, 0, rest) : rest;
  });
}
Array mod(Operand x, Operand y) {
  return called_at(x.where, "mod", [&] { return modulus(number(x), number(y)); });
}
Array remainder(Operand x, Operand y) {
  return called_at(x.where, "remainder", [&] { return mod(x, y); });
}
Array floor_divide(Operand x, Operand y) {
  return called_at(x.where, "floor_divide", [&] {
    const Operand a = number(x), b = number(y);
    return is_whole(a) && is_whole(b) ? whole_quotient(a, b) : real_quotient(a, b);
  });
}
std::pair<Array, Array> divmod(Operand x, Operand y) {
  return called_at(x.where, "divmod", [&] { return std::pair(floor_divide(x, y), mod(x, y)); });
}

}  // namespace espalier
