#pragma once
// Gradients divided by the root of what has gathered of their squares.
#include "espalier/stdlib/optim/per_leaf.h"

namespace espalier::optim {

/// g / sqrt(s + eps) with s <- s + g², 0 where s is: Duchi et al. 2011.
struct AdagradRule {
  Named by_name = Named();
  double initial_accumulator_value = 0.1;  ///< of s
  double eps = 1e-7;                       ///< added under the root
  /// What PerLeaf asks of a rule.
  /// @{
  static constexpr const char* name = "scale_by_rss";
  [[nodiscard]] Moments fresh(const Array& p) const;
  Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;
  /// @}
};
/// d = g sqrt(x + eps) / sqrt(s + eps), with averages s of g² and x of the d² before: Zeiler 2012, arXiv:1212.5701.
struct AdadeltaRule {
  Named by_name = Named();
  double rho = 0.9;   ///< how much of the averages a step leaves
  double eps = 1e-6;  ///< added under the roots
  /// What PerLeaf asks of a rule.
  /// @{
  static constexpr const char* name = "scale_by_adadelta";
  [[nodiscard]] Moments fresh(const Array& p) const;
  Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;
  /// @}
};
/// g / sqrt(v + eps), v the average of g²; centered: less the square of the average of g. Hinton's lecture 6; Graves 2013, arXiv:1308.0850.
struct RmsRule {
  Named by_name = Named();
  double decay = 0.9;     ///< how much of the averages a step leaves
  double eps = 1e-8;      ///< added under the root
  bool centered = false;  ///< by the variance
  /// What PerLeaf asks of a rule.
  /// @{
  static constexpr const char* name = "scale_by_rms";
  [[nodiscard]] Moments fresh(const Array& p) const;
  Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;
  /// @}
};
/// An accumulator for each axis instead of one for each element: a = g² plus the least of those that meet there, d = g / sqrt(a + eps), and each becomes the
/// largest a of the others' axes; m <- momentum m + (1 - momentum) d. Anil et al. 2019, arXiv:1901.11150.
struct Sm3Rule {
  Named by_name = Named();
  double momentum = 0.9;  ///< how much of m a step leaves
  double eps = 1e-8;      ///< added under the root
  /// What PerLeaf asks of a rule.
  /// @{
  static constexpr const char* name = "scale_by_sm3";
  [[nodiscard]] Moments fresh(const Array& p) const;
  Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;
  /// @}
};

/// The rules as transformations.
/// @{
inline PerLeaf<AdagradRule> scale_by_rss(AdagradRule rule = {}) { return {rule}; }
inline PerLeaf<AdadeltaRule> scale_by_adadelta(AdadeltaRule rule = {}) { return {rule}; }
inline PerLeaf<RmsRule> scale_by_rms(RmsRule rule = {}) { return {rule}; }
inline PerLeaf<Sm3Rule> scale_by_sm3(Sm3Rule rule = {}) { return {rule}; }
/// @}

}  // namespace espalier::optim
