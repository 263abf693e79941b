#pragma once
// Distributions of vectors.
#include "espalier/dsl/array.h"
#include "espalier/dsl/key.h"

namespace espalier::distributions {

/// Of vectors that sum to 1, with density the product of x_i^(concentration_i - 1), over B(concentration). Its mode is where all are more than 1.
struct Dirichlet {
  Array concentration = {};  ///< [..., n]
  static constexpr int event_ndims = 1;  ///< draws are vectors
  /// What every distribution has.
  /// @{
  [[nodiscard]] Shape batch_shape(Where where = Where::current()) const;
  [[nodiscard]] Array sample(const Key& key, Shape shape = {}, Where where = Where::current()) const;
  [[nodiscard]] Array log_prob(Operand x) const;
  [[nodiscard]] Array entropy(Where where = Where::current()) const;
  [[nodiscard]] Array mean(Where where = Where::current()) const;
  [[nodiscard]] Array mode(Where where = Where::current()) const;
  [[nodiscard]] Array variance(Where where = Where::current()) const;
  /// @}
};

/// The normal distribution of loc + L z with independent normal z: of covariance L L'. `variance` is the diagonal of that.
struct MultivariateNormal {
  Array loc = {};         ///< [..., n]: the mean
  Array scale_tril = {};  ///< [..., n, n]: L, lower triangular; what stands above the diagonal is not read
  static constexpr int event_ndims = 1;  ///< draws are vectors
  /// What every distribution has.
  /// @{
  [[nodiscard]] Shape batch_shape(Where where = Where::current()) const;
  [[nodiscard]] Array sample(const Key& key, Shape shape = {}, Where where = Where::current()) const;
  [[nodiscard]] Array log_prob(Operand x) const;
  [[nodiscard]] Array entropy(Where where = Where::current()) const;
  [[nodiscard]] Array mean(Where where = Where::current()) const;
  [[nodiscard]] Array mode(Where where = Where::current()) const;
  [[nodiscard]] Array variance(Where where = Where::current()) const;
  /// @}
  [[nodiscard]] Array covariance(Where where = Where::current()) const;  ///< [..., n, n]
};

}  // namespace espalier::distributions
