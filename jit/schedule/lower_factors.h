#pragma once
// Large factorizations by blocks: products do most of the work, and functions of the library factor what is small. Tiny ones are
// written out.
#include "espalier/ir/expr.h"

namespace espalier::codegen {

/// The same program, bodies included, with large real Cholesky and LU factors by blocks, and tiny ones and tiny triangular systems
/// written out (small_factors.h). They round in other places than the functions
/// of the library; which rows change places may differ where pivots are equal up to rounding.
ir::Graph lower_factors(const ir::Graph& graph);

/// The Cholesky factor of matrices, in blocks of so many columns, each of which what is to the left of it is subtracted from.
ir::Expr blocked_cholesky(ir::Expr a, std::int64_t block);
/// The results of `lu`, in blocks of so many columns, each of which changes what is to the right of it.
struct BlockedLu {
  ir::Expr both, pivots, order;
};
BlockedLu blocked_lu(ir::Expr a, std::int64_t block);

}  // namespace espalier::codegen
