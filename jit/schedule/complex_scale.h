#pragma once
// Complex numbers brought into a range where the squares of their parts neither overflow nor vanish.
#include "espalier/jit/schedule/complex_pair.h"

namespace espalier::codegen {

/// z times a power of four, and what undoes that: |z| is size * back, sqrt(z) is sqrt(scaled) * root_back, and log |z| is
/// log(size) + log_back.
struct Scaled {
  Pair z;
  ir::Expr square, size;  // |scaled z|², |scaled z|
  ir::Expr back, root_back, log_back;
};
Scaled scaled(Pair z);

/// bool: is the sign bit set, of zeros too.
ir::Expr is_negative(ir::Expr x);
/// |x|, which is not negative, with the sign of y.
ir::Expr with_sign(ir::Expr x, ir::Expr y);
ir::Expr is_infinite(ir::Expr x);

}  // namespace espalier::codegen
