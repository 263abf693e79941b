#pragma once
// Functions of matrices.
#include <optional>
#include <vector>

#include "espalier/dsl/array.h"

namespace espalier::linalg {

/// The inverse: `solve` of the identity. Infinite or NaN where a is singular, as in JAX; NumPy throws.
Array inv(Operand a);
/// The determinant: [...]. Up to 3 by 3 it is the sum of products, and its derivative exists everywhere; beyond, by `lu`, whose derivative is NaN
/// where a is singular.
Array det(Operand a);
/// The determinant as sign exp(logabsdet), which does not overflow.
struct SlogDet {
  Array sign = {};       ///< [...]: of length 1, or 0 where a is singular
  Array logabsdet = {};  ///< [...]: real, minus infinity where a is singular
};
/// The sign of the determinant and the logarithm of its magnitude, by `lu`.
[[nodiscard]] SlogDet slogdet(Operand a);

/// Options of `pinv` and `matrix_rank`.
struct RankOptions {
  Named by_name = Named();
  std::optional<double> rtol = {};  ///< singular values up to rtol times the largest count as 0; by default max(m, n) times the dtype's epsilon, of `pinv` ten times that
};
/// The pseudo-inverse of any a [..., m, n]: [..., n, m], by Moore and Penrose. Its derivative holds the rank.
Array pinv(Operand a, RankOptions options = {});
/// How many singular values count: [...], i32.
Array matrix_rank(Operand a, RankOptions options = {});

/// exp(a) of a square a, not element by element: Padé's approximant with squarings (Higham 2005). NaN where the norm of a is beyond some 300,000
/// (f64; of f32, beyond 200,000), as in JAX.
Array expm(Operand a);
/// a to the power n: a product of n matrices, the identity for 0, of the inverse for negative n.
Array matrix_power(Operand a, std::int64_t n);
/// The product of all matrices, in the order that costs least. The first and the last may be vectors: a row and a column. ArgumentError for fewer than
/// two, ShapeError where extents do not meet.
Array multi_dot(const std::vector<Array>& arrays, Where where = Where::current());

}  // namespace espalier::linalg
