#pragma once
// Products of matrices and of higher arrays. `.preferred` is the dtype of accumulation and result.
#include <optional>
#include <string_view>
#include <vector>

#include "espalier/dsl/array.h"

namespace espalier {

struct DotOptions {
  Named by_name = Named();
  std::optional<DType> preferred = {};
};
struct DotGeneralOptions {
  Named by_name = Named();
  std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>> contract = {};  ///< axes of a, axes of b
  std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>> batch = {};
  std::optional<DType> preferred = {};
};
/// NumPy's matmul: the last two axes multiply, the leading ones broadcast; one-dimensional operands are a row or a column.
Array matmul(Operand a, Operand b, DotOptions options = {});
/// NumPy's dot: the last axis of a with the last but one of b.
Array dot(Operand a, Operand b, DotOptions options = {});
/// The sum of the products of all elements; the sums along the last axes; every element of a with every one of b.
Array vdot(Operand a, Operand b, DotOptions options = {});
Array inner(Operand a, Operand b, DotOptions options = {});
Array outer(Operand a, Operand b, DotOptions options = {});
/// Contracts the last `axes` axes of a with the first of b. ArgumentError if one of them has fewer.
Array tensordot(Operand a, Operand b, std::int64_t axes = 2, DotOptions options = {});
/// Contracts axis axes.first[i] of a with axis axes.second[i] of b: {1, 0} or {{1, 0}, {0, 1}}.
Array tensordot(Operand a, Operand b, const std::pair<Axes, Axes>& axes, DotOptions options = {});
/// The sum of products along the last axis.
Array vecdot(Operand a, Operand b, DotOptions options = {});
/// Batch axes, then the free axes of a, then those of b.
Array dot_general(Operand a, Operand b, DotGeneralOptions options);
/// Einstein's convention: "ij,jk->ik". Without "->" the labels that occur once are kept, in alphabetical order.
Array einsum(std::string_view formula, Operand a, DotOptions options = {});
Array einsum(std::string_view formula, Operand a, Operand b, DotOptions options = {});
Array einsum(std::string_view formula, Operand a, Operand b, Operand c, DotOptions options = {});
Array einsum(std::string_view formula, Operand a, Operand b, Operand c, Operand d, DotOptions options = {});
Array einsum(std::string_view formula, Operand a, Operand b, Operand c, Operand d, Operand e, DotOptions options = {});
Array einsum(std::string_view formula, Operand a, Operand b, Operand c, Operand d, Operand e, Operand f, DotOptions options = {});
Array einsum(std::string_view formula, Operand a, Operand b, Operand c, Operand d, Operand e, Operand f, Operand g, DotOptions options = {});
Array einsum(std::string_view formula, Operand a, Operand b, Operand c, Operand d, Operand e, Operand f, Operand g, Operand h, DotOptions options = {});

}  // namespace espalier
