#pragma once
// Matrices in the last two axes, so that rules for factorizations read like the maths.
#include "espalier/ir/expr.h"

namespace espalier::ir {

/// The product of two matrices, for all indices of the axes before them.
Expr matmul(Expr x, Expr y);
/// xᵀ, and xᴴ.
Expr transposed(Expr x);
Expr adjoint(Expr x);
/// x with zeros above diagonal k (0 is the main one, -1 the one below), or below it.
Expr lower(Expr x, std::int64_t k = 0);
Expr upper(Expr x, std::int64_t k = 0);
/// The diagonal of a square matrix as a vector, and the matrix with its other elements zero.
Expr diagonal(Expr x);
Expr diagonal_part(Expr x);
/// A vector as the rows, or as the columns, of a matrix with as many of them: v[j] at [i, j], or at [j, i].
Expr as_rows(Expr v, std::int64_t rows);
Expr as_columns(Expr v, std::int64_t columns);
/// Ones where row and column are equal, of a type.
Expr identity(Builder& b, Type type);
/// The first rows, or columns.
Expr top(Expr x, std::int64_t rows);
Expr left(Expr x, std::int64_t columns);
/// op(a) x = b, or x op(a) = b.
Expr triangular_solve(Expr a, Expr b, TriangularSolveAttrs attrs);
/// The complex conjugate, the real part as the same dtype; of real numbers themselves.
Expr conjugate(Expr x);
Expr real_part(Expr x);
/// A real x in a dtype that may be complex.
Expr as_dtype(Expr x, DType to);

}  // namespace espalier::ir
