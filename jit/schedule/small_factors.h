#pragma once
// Tiny factorizations written out: an array over the batch for each element, so that a kernel computes them beside what makes and reads
// them, and a GPU has them too.
#include "espalier/ir/expr.h"

namespace espalier::codegen {

/// Matrices up to this size are written out. A call of the library takes 3.1 times as long for 3 x 3 matrices, 1.5 for 4 x 4, and 0.9 for
/// 6 x 6: there a kernel no longer keeps a matrix in registers, and the library reads whole vectors of a batch.
inline constexpr std::int64_t most_written_out = 4;

/// The Cholesky factor of matrices in the last two axes; NaN on and below the diagonal of those that are not positive definite.
ir::Expr small_cholesky(ir::Expr a);
/// The results of `lu`: both factors, which row changed places with each, and the order of the rows.
std::vector<ir::Expr> small_lu(ir::Expr a);
/// The unknown of a triangular system with a tiny triangle and any number of right-hand sides.
ir::Expr small_triangular_solve(ir::Expr a, ir::Expr b, const ir::TriangularSolveAttrs& attrs);

}  // namespace espalier::codegen
