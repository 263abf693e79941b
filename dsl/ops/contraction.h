#pragma once
// Products of matrices and of higher arrays: sums of products of elements. Operands promote to one dtype, which is that of
// accumulation and result; bools multiply by "and" and add by "or". Extents that are summed over must be equal: ShapeError with
// both shapes. How sums round is said in docs/ops.md.
#include <optional>
#include <vector>

#include "espalier/dsl/array.h"

namespace espalier {

/// Options of products.
struct DotOptions {
  Named by_name = Named();
  std::optional<DType> preferred = {};  ///< the dtype of accumulation and result
};
/// Options of `dot_general`: which axes are summed over and which run along both.
struct DotGeneralOptions {
  Named by_name = Named();
  std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>> contract = {};  ///< axes of a, axes of b
  std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>> batch = {};     ///< axes of a, axes of b
  std::optional<DType> preferred = {};  ///< the dtype of accumulation and result
};
/// NumPy's matmul, [..., m, k] by [..., k, n] to [..., m, n]: the leading axes broadcast; a vector is a row on the left and a
/// column on the right, and that axis is gone from the result. ShapeError for a scalar.
Array matmul(Operand a, Operand b, DotOptions options = {});
/// NumPy's dot: the sum over the last axis of a and the last but one of b (the only one of a vector); the result has the other
/// axes of a, then those of b. With a scalar it is a b.
Array dot(Operand a, Operand b, DotOptions options = {});
/// The sum of products of all elements in row-major order, those of a conjugated: a scalar. ShapeError if the sizes differ.
Array vdot(Operand a, Operand b, DotOptions options = {});
/// The sum over the last axis of both; the result has the other axes of a, then those of b. With a scalar it is a b.
Array inner(Operand a, Operand b, DotOptions options = {});
/// [size of a, size of b]: every element of a times every element of b.
Array outer(Operand a, Operand b, DotOptions options = {});
/// The sum over the last `axes` axes of a and the first `axes` of b; the result has the other axes of a, then those of b.
/// ArgumentError if one of them has fewer.
Array tensordot(Operand a, Operand b, std::int64_t axes = 2, DotOptions options = {});
/// The sum over axis axes.first[i] of a and axis axes.second[i] of b, for all i: {1, 0} or {{1, 0}, {0, 1}}. ArgumentError if the
/// counts differ.
Array tensordot(Operand a, Operand b, const std::pair<Axes, Axes>& axes, DotOptions options = {});
/// sum(conj(a) b) over the last axis, the others broadcast: [..., n] and [..., n] to [...].
Array vecdot(Operand a, Operand b, DotOptions options = {});
/// Matrices by vectors, [..., m, n] by [..., n] to [..., m]; the leading axes broadcast.
Array matvec(Operand a, Operand b, DotOptions options = {});
/// Conjugated vectors by matrices, [..., m] by [..., m, n] to [..., n]; the leading axes broadcast.
Array vecmat(Operand a, Operand b, DotOptions options = {});
/// The Kronecker product: blocks of b, each multiplied by an element of a; the shorter shape gets leading ones.
Array kron(Operand a, Operand b);
/// Options of `cross`.
struct CrossOptions {
  Named by_name = Named();
  std::int64_t axis = -1;  ///< which one holds the vectors
};
/// The vector product along the last axis, of two or three elements; a vector of two lies in the plane, and of two such only the third
/// element is left. The other axes broadcast. ShapeError for other extents.
Array cross(Operand a, Operand b, CrossOptions options = {});
/// The sum over the contracted axes, for each place along the batch axes, as jax.lax.dot_general: the result has the batch axes,
/// then the other axes of a, then those of b. ArgumentError if axes do not come in pairs.
Array dot_general(Operand a, Operand b, DotGeneralOptions options);

}  // namespace espalier
