#pragma once
// Adafactor: second moments of a matrix by their means along its two axes. Shazeer & Stern 2018, arXiv:1804.04235.
#include "espalier/stdlib/optim/directions.h"
#include "espalier/stdlib/optim/optimizer.h"
#include "espalier/stdlib/optim/scaling.h"
#include "espalier/stdlib/optim/weight_decay.h"

namespace espalier::optim {

/// u = g / sqrt(v), no larger than `clipping_threshold` in its root mean square, times that of the parameters. v is the moment of s = g² + eps, of which a step t leaves
/// b = 1 - t^-decay_rate. Where the second largest of a leaf's axes has min_dim_size_to_factor or more, v is r c / mean(r), of moments r of the means of s along
/// the largest axis and c of those along the second largest: two vectors in place of a matrix.
struct AdafactorRule {
  Named by_name = Named();
  std::int64_t min_dim_size_to_factor = 128;       ///< from what extent on moments are factored
  double decay_rate = 0.8;                         ///< how fast b comes to 1
  std::int64_t decay_offset = 0;                   ///< steps that do not count, as when training goes on
  bool multiply_by_parameter_scale = true;         ///< times the root mean square of the parameters, at least 1e-3
  std::optional<double> clipping_threshold = 1.0;  ///< the largest root mean square of u; none: any
  double eps = 1e-30;                              ///< added to g²
  bool factored = true;                            ///< false: v is kept whole
  /// What PerLeaf asks of a rule.
  /// @{
  static constexpr const char* name = "scale_by_adafactor";
  [[nodiscard]] Moments fresh(const Array& p) const;
  Array step(Moments& kept, const Array& g, const Array& p, const Array& t) const;
  /// @}
};
/// The rule as a transformation.
inline PerLeaf<AdafactorRule> scale_by_adafactor(AdafactorRule rule = {}) { return {rule}; }

/// What `adafactor` gives.
using Adafactor = Optimizer<PerLeaf<AdafactorRule>, ScaleBySchedule, PerLeaf<EmaRule>, AddDecayedWeights, ScaleBySchedule>;
/// Options of `adafactor` beside those of its rule.
struct AdafactorOptions {
  Named by_name = Named();
  double momentum = 0;           ///< how much of the average of updates a step leaves; 0: nothing is gathered
  double weight_decay_rate = 0;  ///< how fast weights decay, whatever the learning rate
  Mask mask = {};                ///< the leaves that decay
};
/// `AdafactorRule` times the learning rate, which is by default the scale of the parameters alone.
[[nodiscard]] Adafactor adafactor(Schedule learning_rate = 1.0, AdafactorRule rule = {}, AdafactorOptions options = {});

}  // namespace espalier::optim
