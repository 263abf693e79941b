#pragma once
// The share of predictions that are right.
#include <optional>

#include "espalier/stdlib/metrics/average.h"
#include "espalier/stdlib/metrics/inputs.h"
#include "espalier/stdlib/metrics/state.h"

namespace espalier::metrics {

/// Counts right predictions. By the shapes and dtypes of its inputs:
/// preds [..., classes] floating and target [...] integer: right if the target is among the `top_k` largest (of equal
/// ones the first count; NaN counts as the largest); preds and target integers or bools of one shape: right if equal;
/// preds floating and target integer or bool of one shape: yes or no, right if (preds >= threshold) == target. An average over
/// classes is over those of the target; of several yes and no per sample, whose last axis is num_classes, over these labels, weighted by how
/// often each was counted.
struct [[nodiscard("a metric is a value: keep the one that update, merge and reset return")]] Accuracy {
  int top_k = 1;                      ///< how many of the largest scores count as right
  Average average = Average::micro;  ///< how the results of the classes become one
  int num_classes = 0;  ///< needed by all averages but micro
  double threshold = 0.5;  ///< of yes, for floating preds of the target's shape
  std::optional<std::int64_t> ignore_index = {};  ///< samples with this target do not count
  MetricState correct = initial();  ///< the weight of right predictions, per class or of all
  MetricState total = initial();    ///< the weight of all predictions, per class or of all

  /// With one batch more: preds, target and sample_weight of the inputs. Errors as in `counted`; MissingValue if one is not
  /// given.
  template <class I = Inputs> Accuracy update(const I& inputs, Where where = Where::current()) const {
    return counted(detail::preds_of("Accuracy", inputs, where), detail::target_of("Accuracy", inputs, where), detail::sample_weight_of(inputs));
  }
  /// Of this batch alone.
  template <class I = Inputs> Accuracy batch_updates(const I& inputs, Where where = Where::current()) const { return reset().update(inputs, where); }
  /// The share of right predictions, f32; of shape [num_classes] for Average::none. NaN where nothing was counted.
  Array compute(Where where = Where::current()) const;
  /// As in every metric: reset is of no batch, merge of the batches of both, aggregate of states stacked along a leading axis.
  /// @{
  Accuracy reset() const;
  Accuracy merge(const Accuracy& other, Where where = Where::current()) const { return detail::merged(*this, other, where); }
  Accuracy aggregate(Where where = Where::current()) const { return detail::aggregated(*this, where); }
  /// @}

  /// `update` with its inputs one by one. ShapeError if shapes do not fit, DTypeError for a floating target, ArgumentError if
  /// top_k is not positive, or an average needs num_classes.
  Accuracy counted(Operand preds, Operand target, const Array& sample_weight = {}) const;

 private:
  MetricState initial() const { return detail::zero_state(average == Average::micro ? Shape() : Shape(num_classes)); }
};

}  // namespace espalier::metrics
