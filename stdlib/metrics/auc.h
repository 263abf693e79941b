#pragma once
// How well scores tell yes from no, over all thresholds.
#include "espalier/stdlib/metrics/state.h"

namespace espalier::metrics {

/// The area under the ROC curve, true positive rate over false positive rate, by the trapezoids between thresholds, as Keras' AUC: the
/// thresholds are i / (thresholds - 1), the first a little below 0 and the last a little above 1, and a score above a threshold is
/// predicted yes. Scores are probabilities; those outside [0, 1] count as its ends, NaN as 0. Target and scores have one shape, of one
/// class or of several together. The error against the area of all scores is that of scores that lie between the same two thresholds.
struct [[nodiscard("a metric is a value: keep the one that update, merge and reset return")]] AUC {
  int thresholds = 200;                ///< at least 2
  MetricState positives = initial();  ///< [thresholds - 1]: the weight of those with target yes between each two thresholds
  MetricState negatives = initial();  ///< the same for no
  /// With one batch more: preds, target (0 or false is no) and sample_weight of the inputs. MissingValue if one is not given,
  /// ShapeError if shapes do not fit, DTypeError for a floating target, ArgumentError for fewer than 2 thresholds.
  template <class I = Inputs> AUC update(const I& inputs, Where where = Where::current()) const {
    return counted(detail::preds_of("AUC", inputs, where), detail::target_of("AUC", inputs, where), detail::sample_weight_of(inputs));
  }
  /// Of this batch alone.
  template <class I = Inputs> AUC batch_updates(const I& inputs, Where where = Where::current()) const { return reset().update(inputs, where); }
  /// The area, f32; NaN unless both yes and no occurred, without which there is no curve.
  Array compute(Where where = Where::current()) const;
  /// As in every metric: reset is of no batch, merge of the batches of both, aggregate of states stacked along a leading axis.
  /// @{
  AUC reset() const { return {thresholds}; }
  AUC merge(const AUC& other, Where where = Where::current()) const { return detail::merged(*this, other, where); }
  AUC aggregate(Where where = Where::current()) const { return detail::aggregated(*this, where); }
  /// @}

  /// `update` with its inputs one by one.
  AUC counted(Operand preds, Operand target, const Array& sample_weight = {}) const;

 private:
  MetricState initial() const { return detail::zero_state(Shape(thresholds < 2 ? 0 : thresholds - 1)); }
};

}  // namespace espalier::metrics
