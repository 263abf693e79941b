#pragma once
// Products of matrices and of higher arrays: sums of products of elements. Operands promote to one dtype, which is that of
// accumulation and result; bools multiply by "and" and add by "or". Extents that are summed over must be equal: ShapeError with
// both shapes. How sums round is said in docs/ops.md.
#include <optional>
#include <string_view>
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
/// The sum over the contracted axes, for each place along the batch axes, as jax.lax.dot_general: the result has the batch axes,
/// then the other axes of a, then those of b. ArgumentError if axes do not come in pairs.
Array dot_general(Operand a, Operand b, DotGeneralOptions options);
/// Einstein's convention: "ij,jk->ik". Each letter labels an axis; a label that is not in the result is summed over, one that
/// comes twice in an operand takes its diagonal. Without "->" the labels that occur once are kept, in alphabetical order.
/// Operands are multiplied from left to right. ArgumentError if the labels do not fit the operands; there is no ellipsis.
/// @{
Array einsum(std::string_view formula, Operand a, DotOptions options = {});
Array einsum(std::string_view formula, Operand a, Operand b, DotOptions options = {});
Array einsum(std::string_view formula, Operand a, Operand b, Operand c, DotOptions options = {});
Array einsum(std::string_view formula, Operand a, Operand b, Operand c, Operand d, DotOptions options = {});
Array einsum(std::string_view formula, Operand a, Operand b, Operand c, Operand d, Operand e, DotOptions options = {});
Array einsum(std::string_view formula, Operand a, Operand b, Operand c, Operand d, Operand e, Operand f, DotOptions options = {});
Array einsum(std::string_view formula, Operand a, Operand b, Operand c, Operand d, Operand e, Operand f, Operand g, DotOptions options = {});
Array einsum(std::string_view formula, Operand a, Operand b, Operand c, Operand d, Operand e, Operand f, Operand g, Operand h, DotOptions options = {});
/// @}

}  // namespace espalier
