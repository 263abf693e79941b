#pragma once
// Diagonals of matrices. A diagonal is numbered as NumPy does: 0 is the main one, positive ones lie above it, negative ones below.
#include <utility>

#include "espalier/dsl/array.h"

namespace espalier {

/// Options of `diagonal` and `trace`.
struct DiagonalOptions {
  Named by_name = Named();
  std::int64_t offset = 0;  ///< which diagonal
  std::int64_t axis1 = 0;   ///< the axis of the rows
  std::int64_t axis2 = 1;   ///< the axis of the columns
};
/// The elements of a diagonal, along a last axis in place of the two: of [m, n, …] it is [… , length]. ShapeError for an array of
/// less than two axes, ArgumentError if both axes are the same.
Array diagonal(Operand x, DiagonalOptions options = {});
/// The sum of a diagonal; its dtype is that of `sum`. Errors are those of `diagonal`.
Array trace(Operand x, DiagonalOptions options = {});
/// Of a vector the matrix whose k-th diagonal it is, with zeros elsewhere; of a matrix its k-th diagonal. ShapeError for other ranks.
Array diag(Operand x, std::int64_t k = 0);
/// The matrix whose k-th diagonal are all elements of x, in row-major order.
Array diagflat(Operand x, std::int64_t k = 0);

namespace detail {
/// The k-th diagonal over two axes, which goes to the end; a view.
Array diagonal_of(const Array& x, int rows, int columns, std::int64_t k);
}

}  // namespace espalier
