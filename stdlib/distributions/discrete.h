#pragma once
// Distributions of whole numbers.
#include "espalier/dsl/array.h"
#include "espalier/dsl/key.h"

namespace espalier::distributions {

/// 1 with probability sigmoid(logits), else 0; draws are i32.
struct Bernoulli {
  Array logits = 0.0;  ///< log p / (1 - p)
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
  [[nodiscard]] Array probs(Where where = Where::current()) const;  ///< p
};

/// The class i from 0 with probability softmax(logits)[..., i]; draws are i32. A class has no mean.
struct Categorical {
  Array logits = {};  ///< [..., classes]: log p, up to a constant
  static constexpr int event_ndims = 0;  ///< draws are scalars
  /// What every distribution has.
  /// @{
  [[nodiscard]] Shape batch_shape(Where where = Where::current()) const;
  [[nodiscard]] Array sample(const Key& key, Shape shape = {}, Where where = Where::current()) const;
  [[nodiscard]] Array log_prob(Operand x) const;
  [[nodiscard]] Array entropy(Where where = Where::current()) const;
  [[nodiscard]] Array mode(Where where = Where::current()) const;
  [[nodiscard]] Array cdf(Operand x) const;
  /// @}
  [[nodiscard]] Array probs(Where where = Where::current()) const;  ///< p, [..., classes]
};

/// k with probability rate^k exp(-rate) / k!; draws are i32. Its entropy has no formula. The mode is the larger where there are two.
struct Poisson {
  Array rate = 1.0;  ///< the mean
  static constexpr int event_ndims = 0;  ///< draws are scalars
  /// What every distribution has.
  /// @{
  [[nodiscard]] Shape batch_shape(Where where = Where::current()) const;
  [[nodiscard]] Array sample(const Key& key, Shape shape = {}, Where where = Where::current()) const;
  [[nodiscard]] Array log_prob(Operand x) const;
  [[nodiscard]] Array mean(Where where = Where::current()) const;
  [[nodiscard]] Array mode(Where where = Where::current()) const;
  [[nodiscard]] Array variance(Where where = Where::current()) const;
  [[nodiscard]] Array cdf(Operand x) const;
  /// @}
};

}  // namespace espalier::distributions
