#pragma once
// Indices as arrays: of triangles, diagonals and grids, and of places in a flattened array. They are i32, or i64 where an axis is
// longer than that counts.
#include <utility>
#include <vector>

#include "espalier/dsl/array.h"

namespace espalier {

/// Options of `tril_indices` and `triu_indices`.
struct TriangleOptions {
  Named by_name = Named();
  std::int64_t k = 0;                  ///< up to, or from, which diagonal
  std::optional<std::int64_t> m = {};  ///< the number of columns; by default that of the rows
};
/// The rows and columns of the elements of a matrix of n rows on and below the k-th diagonal, in row-major order. ArgumentError for
/// negative extents.
[[nodiscard]] std::pair<Array, Array> tril_indices(std::int64_t n, TriangleOptions options = {}, Where where = Where::current());
/// The same of the elements on and above the k-th diagonal.
[[nodiscard]] std::pair<Array, Array> triu_indices(std::int64_t n, TriangleOptions options = {}, Where where = Where::current());
/// The indices of the main diagonal of an array of n elements along each of ndim axes: ndim times 0, 1, …, n - 1. ArgumentError for
/// negative numbers.
[[nodiscard]] std::vector<Array> diag_indices(std::int64_t n, int ndim = 2, Where where = Where::current());
/// [ndim, shape…]: the index of each place of a shape along each axis.
Array indices(Shape shape, Where where = Where::current());
/// The indices of places of a flattened array of a shape, axis by axis. Negative places count from the end, and what lies outside is
/// clamped. DTypeError if they are no integers.
[[nodiscard]] std::vector<Array> unravel_index(Operand places, Shape shape);
/// The places in a flattened array of a shape of indices, one array for each axis; what lies outside of an axis is clamped. ArgumentError
/// if they are not one for each axis, DTypeError if they are no integers.
Array ravel_multi_index(const std::vector<Array>& indices, Shape shape, Where where = Where::current());

}  // namespace espalier
