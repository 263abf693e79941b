#pragma once
// Directions: the sign of gradients, their norm beside that of the parameters, what steps before have left of them.
#include "espalier/stdlib/optim/per_leaf.h"

namespace espalier::optim {

/// The sign of the gradient: Bernstein et al. 2018, arXiv:1802.04434.
struct SignRule {
  /// What PerLeaf asks of a rule.
  /// @{
  static constexpr const char* name = "scale_by_sign";
  [[nodiscard]] Moments fresh(const Array&) const { return {}; }
  Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;
  /// @}
};
/// The gradient times coefficient |p| / (|g| + eps), norms of the whole leaf, at least min_norm; unchanged where one is 0: You et al. 2020,
/// arXiv:1904.00962.
struct TrustRatioRule {
  Named by_name = Named();
  double min_norm = 0;           ///< what norms are at least
  double trust_coefficient = 1;  ///< times the ratio
  double eps = 0;                ///< added to the gradient's norm
  /// What PerLeaf asks of a rule.
  /// @{
  static constexpr const char* name = "scale_by_trust_ratio";
  [[nodiscard]] Moments fresh(const Array&) const { return {}; }
  Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;
  /// @}
};
/// Fromage's step, in place of a chain: -rate c g |p| / |g| + (c - 1) p with c = 1 / sqrt(1 + rate²) and norms of at least min_norm. Bernstein et al. 2020,
/// arXiv:2002.03432.
struct FromageRule {
  Named by_name = Named();
  double learning_rate = 1e-3;  ///< the rate
  double min_norm = 1e-6;       ///< what norms are at least
  /// What PerLeaf asks of a rule.
  /// @{
  static constexpr const char* name = "fromage";
  [[nodiscard]] Moments fresh(const Array&) const { return {}; }
  Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;
  /// @}
};
/// The gradient of a matrix or more less its mean over all axes but the first: Yong et al. 2020, arXiv:2004.01461.
struct CentralizeRule {
  /// What PerLeaf asks of a rule.
  /// @{
  static constexpr const char* name = "centralize";
  [[nodiscard]] Moments fresh(const Array&) const { return {}; }
  Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;
  /// @}
};
/// 0 where the gradient is NaN.
struct ZeroNansRule {
  /// What PerLeaf asks of a rule.
  /// @{
  static constexpr const char* name = "zero_nans";
  [[nodiscard]] Moments fresh(const Array&) const { return {}; }
  Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;
  /// @}
};
/// 0 in the place of each gradient: what it is given to stays.
struct SetToZeroRule {
  /// What PerLeaf asks of a rule.
  /// @{
  static constexpr const char* name = "set_to_zero";
  [[nodiscard]] Moments fresh(const Array&) const { return {}; }
  Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;
  /// @}
};
/// The average of the gradients, m <- decay m + (1 - decay) g, without its bias if `debias`.
struct EmaRule {
  Named by_name = Named();
  double decay = 0.9;  ///< how much of m a step leaves; 0: gradients pass, and nothing is kept
  bool debias = true;  ///< m / (1 - decay^t)
  /// What PerLeaf asks of a rule.
  /// @{
  static constexpr const char* name = "ema";
  [[nodiscard]] Moments fresh(const Array& p) const;
  Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;
  /// @}
};
/// Every k steps the sum of the last k gradients, 0 at the others.
struct ApplyEveryRule {
  Named by_name = Named();
  std::int64_t k = 1;  ///< how many steps
  /// What PerLeaf asks of a rule.
  /// @{
  static constexpr const char* name = "apply_every";
  [[nodiscard]] Moments fresh(const Array& p) const;
  Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;
  /// @}
};
/// (alpha + beta) g less beta times the gradient before: Mokhtari et al. 2019, arXiv:1901.08511.
struct OptimisticRule {
  Named by_name = Named();
  double alpha = 1;  ///< the share of the gradient
  double beta = 1;   ///< that of its change
  /// What PerLeaf asks of a rule.
  /// @{
  static constexpr const char* name = "scale_by_optimistic_gradient";
  [[nodiscard]] Moments fresh(const Array& p) const;
  Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;
  /// @}
};
/// Steps of a size z of each element's own, whatever its gradient is: z grows by eta_plus while the sign of the gradient stays, and falls by eta_minus where it changes,
/// where there is no step either. As Optax 0.2.8, it takes the step that the gradient before has found. Riedmiller & Braun 1993.
struct RpropRule {
  Named by_name = Named();
  double learning_rate = 1e-3;  ///< z at the start
  double eta_minus = 0.5;       ///< where the sign changes
  double eta_plus = 1.2;        ///< where it stays
  double min_step_size = 1e-6;  ///< the least z
  double max_step_size = 50;    ///< the largest z
  /// What PerLeaf asks of a rule.
  /// @{
  static constexpr const char* name = "scale_by_rprop";
  [[nodiscard]] Moments fresh(const Array& p) const;
  Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;
  /// @}
};
/// The gradient's units (rows of a matrix's transpose, or the whole of a vector) no longer than `clipping` times the parameters', which count as eps at least:
/// Brock et al. 2021, arXiv:2102.06171.
struct AdaptiveClipRule {
  Named by_name = Named();
  double clipping = 0.01;  ///< the largest ratio of the norms
  double eps = 1e-3;       ///< what the norm of a unit of parameters is at least
  /// What PerLeaf asks of a rule.
  /// @{
  static constexpr const char* name = "adaptive_grad_clip";
  [[nodiscard]] Moments fresh(const Array&) const { return {}; }
  Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;
  /// @}
};

/// The rules as transformations.
/// @{
inline PerLeaf<SignRule> scale_by_sign() { return {}; }
inline PerLeaf<TrustRatioRule> scale_by_trust_ratio(TrustRatioRule rule = {}) { return {rule}; }
inline PerLeaf<CentralizeRule> centralize() { return {}; }
inline PerLeaf<ZeroNansRule> zero_nans() { return {}; }
inline PerLeaf<SetToZeroRule> set_to_zero() { return {}; }
inline PerLeaf<RpropRule> scale_by_rprop(RpropRule rule = {}) { return {rule}; }
inline PerLeaf<EmaRule> ema(double decay, EmaRule rule = {}) { return rule.decay = decay, PerLeaf<EmaRule>{rule}; }
inline PerLeaf<ApplyEveryRule> apply_every(std::int64_t k) { return {{.k = k}}; }
inline PerLeaf<OptimisticRule> scale_by_optimistic_gradient(OptimisticRule rule = {}) { return {rule}; }
inline PerLeaf<AdaptiveClipRule> adaptive_grad_clip(double clipping, AdaptiveClipRule rule = {}) { return rule.clipping = clipping, PerLeaf<AdaptiveClipRule>{rule}; }
/// @}

}  // namespace espalier::optim
