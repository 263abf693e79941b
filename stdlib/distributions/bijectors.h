#pragma once
// Invertible functions of real numbers, element by element: what Transformed is given. Any type with these four members is one.
#include "espalier/dsl/array.h"

namespace espalier::distributions {

/// exp(x).
struct Exp {
  /// What every bijector has: the function, its inverse, the logarithm of the magnitude of its derivative at x, and whether it grows.
  /// @{
  [[nodiscard]] Array forward(Operand x) const;
  [[nodiscard]] Array inverse(Operand y) const;
  [[nodiscard]] Array log_slope(Operand x) const;
  [[nodiscard]] Array grows(Where where = Where::current()) const;
  /// @}
};
/// 1 / (1 + exp(-x)).
struct Sigmoid {
  /// What every bijector has.
  /// @{
  [[nodiscard]] Array forward(Operand x) const;
  [[nodiscard]] Array inverse(Operand y) const;
  [[nodiscard]] Array log_slope(Operand x) const;
  [[nodiscard]] Array grows(Where where = Where::current()) const;
  /// @}
};
/// tanh(x).
struct Tanh {
  /// What every bijector has.
  /// @{
  [[nodiscard]] Array forward(Operand x) const;
  [[nodiscard]] Array inverse(Operand y) const;
  [[nodiscard]] Array log_slope(Operand x) const;
  [[nodiscard]] Array grows(Where where = Where::current()) const;
  /// @}
};
/// shift + scale x.
struct Affine {
  Array shift = 0.0;  ///< where 0 goes
  Array scale = 1.0;  ///< by what distances grow; not 0
  /// What every bijector has.
  /// @{
  [[nodiscard]] Array forward(Operand x) const;
  [[nodiscard]] Array inverse(Operand y) const;
  [[nodiscard]] Array log_slope(Operand x) const;
  [[nodiscard]] Array grows(Where where = Where::current()) const;
  /// @}
};

}  // namespace espalier::distributions
