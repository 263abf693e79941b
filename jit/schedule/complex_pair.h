#pragma once
// Complex numbers as pairs of real values: what each elementwise op of them is, in ops of real numbers.
#include "espalier/ir/expr.h"

namespace espalier::codegen {

/// The real and the imaginary parts: two values of one real type.
struct Pair {
  ir::Expr re, im;
};

Pair operator-(Pair z);
Pair conj(Pair z);
/// z / |z|, and zeros as they are.
Pair sign(Pair z);
Pair operator+(Pair x, Pair y);
Pair operator-(Pair x, Pair y);
/// Part by part, as the evaluator: an infinity may become NaN.
Pair operator*(Pair x, Pair y);
/// By the ratio of the divisor's parts, so that nothing overflows that the quotient holds.
Pair operator/(Pair x, Pair y);

/// |z|, where the squares would overflow or vanish too.
ir::Expr abs(Pair z);
/// bool: by real parts, those that are equal by imaginary ones; eq and ne of both.
ir::Expr compare(ir::Comparison direction, Pair x, Pair y);
/// In that order; where a part is NaN both are.
Pair max(Pair x, Pair y);
Pair min(Pair x, Pair y);
/// bool: is a part NaN; are both finite.
ir::Expr is_nan(Pair z);
ir::Expr is_finite(Pair z);
Pair select(ir::Expr condition, Pair x, Pair y);

// The functions that complex numbers have, `Pair exp(Pair z)` and so on, with C99's branch cuts: those of one sheet of the plane
// follow the sign of a zero.
#define COMPLEX_FUNCTION(name) Pair name(Pair z);
#include "espalier/ir/functions.def"
Pair pow(Pair x, Pair y);

}  // namespace espalier::codegen
