#pragma once
// Distributions of real numbers.
#include "espalier/dsl/array.h"
#include "espalier/dsl/key.h"

namespace espalier::distributions {

/// Of density exp(-((x - loc) / scale)² / 2) / (scale sqrt(2 π)).
struct Normal {
  Array loc = 0.0;  ///< the mean
  Array scale = 1.0;  ///< the standard deviation
  static constexpr int event_ndims = 0;  ///< draws are scalars
  /// What every distribution has.
  /// @{
  [[nodiscard]] Shape batch_shape(Where where = Where::current()) const;
  [[nodiscard]] Array sample(const Key& key, Shape shape = {}, Where where = Where::current()) const;
  [[nodiscard]] Array log_prob(Operand x) const;
  [[nodiscard]] Array entropy(Where where = Where::current()) const;
  [[nodiscard]] Array mean(Where where = Where::current()) const;
  [[nodiscard]] Array mode(Where where = Where::current()) const;
  [[nodiscard]] Array variance(Where where = Where::current()) const;
  [[nodiscard]] Array cdf(Operand x) const;
  /// @}
};

/// Of density 1 / (high - low) in [low, high].
struct Uniform {
  Array low = 0.0;  ///< where it begins
  Array high = 1.0;  ///< where it ends
  static constexpr int event_ndims = 0;  ///< draws are scalars
  /// What every distribution has.
  /// @{
  [[nodiscard]] Shape batch_shape(Where where = Where::current()) const;
  [[nodiscard]] Array sample(const Key& key, Shape shape = {}, Where where = Where::current()) const;
  [[nodiscard]] Array log_prob(Operand x) const;
  [[nodiscard]] Array entropy(Where where = Where::current()) const;
  [[nodiscard]] Array mean(Where where = Where::current()) const;
  [[nodiscard]] Array mode(Where where = Where::current()) const;
  [[nodiscard]] Array variance(Where where = Where::current()) const;
  [[nodiscard]] Array cdf(Operand x) const;
  /// @}
};

/// Of density exp(-|x - loc| / scale) / (2 scale).
struct Laplace {
  Array loc = 0.0;  ///< the mean
  Array scale = 1.0;  ///< the mean distance from it
  static constexpr int event_ndims = 0;  ///< draws are scalars
  /// What every distribution has.
  /// @{
  [[nodiscard]] Shape batch_shape(Where where = Where::current()) const;
  [[nodiscard]] Array sample(const Key& key, Shape shape = {}, Where where = Where::current()) const;
  [[nodiscard]] Array log_prob(Operand x) const;
  [[nodiscard]] Array entropy(Where where = Where::current()) const;
  [[nodiscard]] Array mean(Where where = Where::current()) const;
  [[nodiscard]] Array mode(Where where = Where::current()) const;
  [[nodiscard]] Array variance(Where where = Where::current()) const;
  [[nodiscard]] Array cdf(Operand x) const;
  /// @}
};

/// Of density rate exp(-rate x) for x >= 0.
struct Exponential {
  Array rate = 1.0;  ///< one over the mean
  static constexpr int event_ndims = 0;  ///< draws are scalars
  /// What every distribution has.
  /// @{
  [[nodiscard]] Shape batch_shape(Where where = Where::current()) const;
  [[nodiscard]] Array sample(const Key& key, Shape shape = {}, Where where = Where::current()) const;
  [[nodiscard]] Array log_prob(Operand x) const;
  [[nodiscard]] Array entropy(Where where = Where::current()) const;
  [[nodiscard]] Array mean(Where where = Where::current()) const;
  [[nodiscard]] Array mode(Where where = Where::current()) const;
  [[nodiscard]] Array variance(Where where = Where::current()) const;
  [[nodiscard]] Array cdf(Operand x) const;
  /// @}
};

/// Of density rate^c x^(c - 1) exp(-rate x) / Γ(c) for x > 0, c the concentration; its mode is where c >= 1.
struct Gamma {
  Array concentration = 1.0;  ///< the exponent of x, and one more
  Array rate = 1.0;  ///< one over the scale
  static constexpr int event_ndims = 0;  ///< draws are scalars
  /// What every distribution has.
  /// @{
  [[nodiscard]] Shape batch_shape(Where where = Where::current()) const;
  [[nodiscard]] Array sample(const Key& key, Shape shape = {}, Where where = Where::current()) const;
  [[nodiscard]] Array log_prob(Operand x) const;
  [[nodiscard]] Array entropy(Where where = Where::current()) const;
  [[nodiscard]] Array mean(Where where = Where::current()) const;
  [[nodiscard]] Array mode(Where where = Where::current()) const;
  [[nodiscard]] Array variance(Where where = Where::current()) const;
  [[nodiscard]] Array cdf(Operand x) const;
  /// @}
};

/// Of density x^(alpha - 1) (1 - x)^(beta - 1) / B(alpha, beta) in [0, 1]; its mode is where both are more than 1.
struct Beta {
  Array alpha = 1.0;  ///< the exponent of x, and one more
  Array beta = 1.0;  ///< that of 1 - x, and one more
  static constexpr int event_ndims = 0;  ///< draws are scalars
  /// What every distribution has.
  /// @{
  [[nodiscard]] Shape batch_shape(Where where = Where::current()) const;
  [[nodiscard]] Array sample(const Key& key, Shape shape = {}, Where where = Where::current()) const;
  [[nodiscard]] Array log_prob(Operand x) const;
  [[nodiscard]] Array entropy(Where where = Where::current()) const;
  [[nodiscard]] Array mean(Where where = Where::current()) const;
  [[nodiscard]] Array mode(Where where = Where::current()) const;
  [[nodiscard]] Array variance(Where where = Where::current()) const;
  [[nodiscard]] Array cdf(Operand x) const;
  /// @}
};

}  // namespace espalier::distributions
