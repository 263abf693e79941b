#pragma once
// Which classes are taken for which.
#include <optional>

#include "espalier/stdlib/metrics/state.h"

namespace espalier::metrics {

/// Counts samples by target (row) and prediction (column), as scikit-learn's confusion_matrix. Preds are scores [..., classes] of a
/// target [...], of which the largest counts, or class ids of the target's shape, or yes and no (floating or bool) of it, which are
/// classes 1 and 0. Ids outside [0, num_classes) are not counted.
struct [[nodiscard("a metric is a value: keep the one that update, merge and reset return")]] ConfusionMatrix {
  int num_classes = 0;                            ///< has to be given
  double threshold = 0.5;                         ///< of yes, for floating preds of the target's shape
  std::optional<std::int64_t> ignore_index = {};  ///< samples with this target do not count
  MetricState matrix = initial();                 ///< [num_classes, num_classes]: the weight of samples
  /// With one batch more: preds, target and sample_weight of the inputs. MissingValue if one is not given, ShapeError if shapes
  /// do not fit, DTypeError for a floating target, ArgumentError without num_classes.
  template <class I = Inputs> ConfusionMatrix update(const I& inputs, Where where = Where::current()) const {
    return counted(detail::preds_of("ConfusionMatrix", inputs, where), detail::target_of("ConfusionMatrix", inputs, where), detail::sample_weight_of(inputs));
  }
  /// Of this batch alone.
  template <class I = Inputs>
  ConfusionMatrix batch_updates(const I& inputs, Where where = Where::current()) const {
    return reset().update(inputs, where);
  }
  /// The matrix, f32.
  Array compute(Where where = Where::current()) const { return matrix.as(default_dtype(), where); }
  /// As in every metric: reset is of no batch, merge of the batches of both, aggregate of states stacked along a leading axis.
  /// @{
  ConfusionMatrix reset() const { return {num_classes, threshold, ignore_index}; }
  ConfusionMatrix merge(const ConfusionMatrix& other, Where where = Where::current()) const { return detail::merged(*this, other, where); }
  ConfusionMatrix aggregate(Where where = Where::current()) const { return detail::aggregated(*this, where); }
  /// @}

  /// `update` with its inputs one by one.
  ConfusionMatrix counted(Operand preds, Operand target, const Array& sample_weight = {}) const;

 private:
  MetricState initial() const { return detail::zero_state({num_classes, num_classes}); }
};

}  // namespace espalier::metrics
