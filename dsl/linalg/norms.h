#pragma once
// Norms of vectors and matrices.
#include <optional>
#include <string_view>

#include "espalier/dsl/array.h"

namespace espalier::linalg {

/// Which norm: a number, or "fro" or "nuc" of matrices.
struct NormOrder {
  double number = 2;           ///< the p of a norm, where there is no name
  std::string_view name = {};  ///< "fro" or "nuc"
  /// Of a number, and of a name.
  /// @{
  template <Scalar T> NormOrder(T value) : number(static_cast<double>(value)) {}
  NormOrder(const char* word) : name(word) {}
  /// @}
};
/// Options of norms.
struct MatrixNormOptions {
  Named by_name = Named();
  std::optional<NormOrder> ord = {};  ///< which norm
  Axes axis = {};                     ///< one axis of vectors, or two of matrices
  bool keepdims = false;              ///< keep these axes, with extent 1
};
/// NumPy's norm. Along one axis, or of a vector, the p-norm (`espalier::norm`). Of matrices along two axes "fro" (the root of the sum of squares, the
/// default), "nuc" (the sum of singular values), 2 and -2 (the largest and the smallest of them), 1 and -1 (the largest and the smallest sum of
/// magnitudes of a column), infinity and minus infinity (of a row). Without axes and order: of all elements, the root of the sum of squares.
/// ArgumentError for other orders, and where an order is given for what is neither vector nor matrix.
Array norm(Operand x, MatrixNormOptions options = {});

/// Options of `cond`.
struct ConditionOptions {
  Named by_name = Named();
  std::optional<NormOrder> ord = {};  ///< of `norm`; by default 2
};
/// The condition number: the norm of a times that of its inverse; of 2 and -2 the quotient of singular values, of any matrix. Infinite where a is singular.
Array cond(Operand a, ConditionOptions options = {});

}  // namespace espalier::linalg
