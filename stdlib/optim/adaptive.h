#pragma once
// Relatives of Adam: moments m and v of the gradients g, m^ and v^ without their bias, by which steps are scaled.
#include "espalier/stdlib/optim/per_leaf.h"

namespace espalier::optim {

/// m^ / u with u <- max(b2 u, |g| + eps): Kingma & Ba 2015, section 7.
struct AdamaxRule {
  Named by_name = Named();
  double b1 = 0.9;    ///< how much of m a step leaves
  double b2 = 0.999;  ///< how much of u a step leaves
  double eps = 1e-8;            ///< added to |g|
  /// What PerLeaf asks of a rule.
  /// @{
  static constexpr const char* name = "scale_by_adamax";
  [[nodiscard]] Moments fresh(const Array& p) const;
  Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;
  /// @}
};
/// Adam whose v^ never falls: Reddi et al. 2018, arXiv:1904.09237.
struct AmsgradRule {
  Named by_name = Named();
  double b1 = 0.9;    ///< how much of m a step leaves
  double b2 = 0.999;  ///< how much of v a step leaves
  double eps = 1e-8;            ///< added to the root
  double eps_root = 0;          ///< added under the root
  /// What PerLeaf asks of a rule.
  /// @{
  static constexpr const char* name = "scale_by_amsgrad";
  [[nodiscard]] Moments fresh(const Array& p) const;
  Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;
  /// @}
};
/// m^ / (sqrt(v^ + eps_root) + eps) with v <- v - (1 - b2) sign(v - g²) g²; both moments begin at `initial`: Zaheer et al. 2018.
struct YogiRule {
  Named by_name = Named();
  double b1 = 0.9;    ///< how much of m a step leaves
  double b2 = 0.999;  ///< how much of v a step leaves
  double eps = 1e-3;            ///< added to the root
  double eps_root = 0;          ///< added under the root
  double initial = 1e-6;        ///< of both moments
  /// What PerLeaf asks of a rule.
  /// @{
  static constexpr const char* name = "scale_by_yogi";
  [[nodiscard]] Moments fresh(const Array& p) const;
  Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;
  /// @}
};
/// m^ / (sqrt(v^) + eps), v the moment of (g - m)², plus eps_root at each step: Zhuang et al. 2020, arXiv:2010.07468.
struct AdabeliefRule {
  Named by_name = Named();
  double b1 = 0.9;    ///< how much of m a step leaves
  double b2 = 0.999;  ///< how much of v a step leaves
  double eps = 1e-16;           ///< added to the root
  double eps_root = 1e-16;      ///< added to v
  /// What PerLeaf asks of a rule.
  /// @{
  static constexpr const char* name = "scale_by_adabelief";
  [[nodiscard]] Moments fresh(const Array& p) const;
  Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;
  /// @}
};
/// Adam times sqrt((r - 4)(r - 2) R / ((R - 4)(R - 2) r)), R = 2 / (1 - b2) - 1 and r = R - 2 t b2^t / (1 - b2^t); m^ alone while r is below the
/// threshold: Liu et al. 2020, arXiv:1908.03265.
struct RadamRule {
  Named by_name = Named();
  double b1 = 0.9;    ///< how much of m a step leaves
  double b2 = 0.999;  ///< how much of v a step leaves
  double eps = 1e-8;            ///< added to the root
  double eps_root = 0;          ///< added under the root
  double threshold = 5;         ///< for r
  /// What PerLeaf asks of a rule.
  /// @{
  static constexpr const char* name = "scale_by_radam";
  [[nodiscard]] Moments fresh(const Array& p) const;
  Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;
  /// @}
};
/// (m^ + (1 - b2) v^) / (sqrt(n^ + eps_root) + eps) with d = g less the gradient before, v the moment of d, and n that of (g + (1 - b2) d)²: Xie et al.
/// 2022, arXiv:2208.06677.
struct AdanRule {
  Named by_name = Named();
  double b1 = 0.98;  ///< how much of m a step leaves
  double b2 = 0.92;  ///< how much of v a step leaves
  double b3 = 0.99;  ///< how much of n a step leaves
  double eps = 1e-8;                       ///< added to the root
  double eps_root = 1e-8;                  ///< added under the root
  /// What PerLeaf asks of a rule.
  /// @{
  static constexpr const char* name = "scale_by_adan";
  [[nodiscard]] Moments fresh(const Array& p) const;
  Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;
  /// @}
};
/// The sign of b1 m + (1 - b1) g, then m <- b2 m + (1 - b2) g: Chen et al. 2023, arXiv:2302.06675.
struct LionRule {
  Named by_name = Named();
  double b1 = 0.9;   ///< how much of m the sign takes
  double b2 = 0.99;  ///< how much of m a step leaves
  /// What PerLeaf asks of a rule.
  /// @{
  static constexpr const char* name = "scale_by_lion";
  [[nodiscard]] Moments fresh(const Array& p) const;
  Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;
  /// @}
};
/// m <- b1 m + g / (sqrt(v + eps_root) + eps) + weight_decay p, v the moment of |g|² of the whole leaf, which begins with the first: Ginsburg et al.
/// 2019, arXiv:1905.11286.
struct NovogradRule {
  Named by_name = Named();
  double b1 = 0.9;   ///< how much of m a step leaves
  double b2 = 0.25;  ///< how much of v a step leaves
  double eps = 1e-6;           ///< added to the root
  double eps_root = 0;         ///< added under the root
  double weight_decay = 0;     ///< how fast weights decay
  /// What PerLeaf asks of a rule.
  /// @{
  static constexpr const char* name = "scale_by_novograd";
  [[nodiscard]] Moments fresh(const Array& p) const;
  Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;
  /// @}
};

/// The rules as transformations.
/// @{
inline PerLeaf<AdamaxRule> scale_by_adamax(AdamaxRule rule = {}) { return {rule}; }
inline PerLeaf<AmsgradRule> scale_by_amsgrad(AmsgradRule rule = {}) { return {rule}; }
inline PerLeaf<YogiRule> scale_by_yogi(YogiRule rule = {}) { return {rule}; }
inline PerLeaf<AdabeliefRule> scale_by_adabelief(AdabeliefRule rule = {}) { return {rule}; }
inline PerLeaf<RadamRule> scale_by_radam(RadamRule rule = {}) { return {rule}; }
inline PerLeaf<AdanRule> scale_by_adan(AdanRule rule = {}) { return {rule}; }
inline PerLeaf<LionRule> scale_by_lion(LionRule rule = {}) { return {rule}; }
inline PerLeaf<NovogradRule> scale_by_novograd(NovogradRule rule = {}) { return {rule}; }
/// @}

}  // namespace espalier::optim
