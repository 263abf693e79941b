#pragma once
// How much of what varies is explained.
#include "espalier/stdlib/metrics/moments.h"

namespace espalier::metrics {

/// The coefficient of determination, 1 - sum(w (t - p)²) / sum(w (t - mean t)²). A target that does not vary gives 1 if it was met, else
/// 0, as scikit-learn's r2_score.
struct [[nodiscard("a metric is a value: keep the one that update, merge and reset return")]] R2 {
  int num_outputs = 0;  ///< 0: all elements are of one output; else the last axis is the outputs, and the result is their mean
  detail::Moments target = detail::no_moments(shape());      ///< of the targets
  MetricState residual = detail::zero_state(shape());        ///< sum(w (t - p)²)
  /// With one batch more: preds, target and sample_weight of the inputs. MissingValue if one is not given, ShapeError if shapes
  /// do not fit.
  template <class I = Inputs> R2 update(const I& inputs, Where where = Where::current()) const { return merge(batch_updates(inputs, where), where); }
  /// Of this batch alone.
  template <class I = Inputs> R2 batch_updates(const I& inputs, Where where = Where::current()) const {
    return of(detail::preds_of("R2", inputs, where), detail::target_of("R2", inputs, where), detail::sample_weight_of(inputs));
  }
  /// The coefficient, f32; NaN where nothing was counted.
  Array compute(Where where = Where::current()) const;
  /// As in every metric: reset is of no batch, merge of the batches of both, aggregate of states stacked along a leading axis.
  /// @{
  R2 reset() const { return {num_outputs}; }
  R2 merge(const R2& other, Where where = Where::current()) const;
  R2 aggregate(Where where = Where::current()) const;
  /// @}

 private:
  Shape shape() const { return num_outputs == 0 ? Shape() : Shape(num_outputs); }
  R2 of(Operand preds, Operand target, const Array& sample_weight) const;
};

}  // namespace espalier::metrics
