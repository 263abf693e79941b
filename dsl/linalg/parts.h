#pragma once
// What functions of matrices have in common. All run within called_at, which knows the user's place.
#include "espalier/dsl/array.h"
#include "espalier/ir/attrs.h"

namespace espalier::linalg::parts {

/// The operand as matrices of floats: ShapeError for less than two axes.
Array matrices(const Operand& x);
/// The same of square ones.
Array square_matrices(const Operand& x);
/// Two operands in one dtype of floats.
struct Both {
  Array a;  ///< the first
  Array b;  ///< the second
};
Both in_one_dtype(const Operand& a, const Operand& b);

/// aᴴ, and (a + aᴴ)/2.
Array adjoint(const Array& a);
Array hermitian(const Array& a);
/// The diagonals of square matrices: [..., n].
Array diagonals(const Array& a);
/// The first k columns, or rows.
Array left(const Array& a, std::int64_t k);
Array top(const Array& a, std::int64_t k);
/// The identity for each matrix of a batch, in the type of square matrices.
Array identity_like(const Array& a);
/// Rows of matrices in an order for each of them.
Array permuted(const Array& a, const Array& order);
/// The distance of 1 from the next number of a dtype's parts.
double epsilon(DType t);

/// Systems whose right-hand sides are columns, with the same axes before them as the matrices.
struct System {
  Array a;              ///< the matrices
  Array b;              ///< right-hand sides in columns
  bool vector = false;  ///< b was a vector: its solution is one
};
/// ShapeError unless a is square, and b has as many rows.
System system_of(const Operand& a, const Operand& b);
/// The solution as b was given.
Array solution(const System& system, const Array& x);

/// x with op(a) x = b.
Array solve_triangle(const Array& a, const Array& b, ir::TriangularSolveAttrs attrs);

}  // namespace espalier::linalg::parts
