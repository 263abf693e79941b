#pragma once
// Precision, recall and their mean. How predictions are read, by the shapes and dtypes of preds and target:
//   preds [..., classes] and target [...] of ids: the largest score, or the top_k largest, is what is predicted
//   preds and target of ids, of one shape: what they say
//   preds floating or bool and target of yes and no (0 is no), of one shape: yes where preds >= threshold. All are of one class, or,
//   with num_classes, the last axis is the classes: a sample may be of several.
// Micro averages of ids count all samples together. Definitions are scikit-learn's with zero_division = 0: 0/0 is 0.
#include "espalier/stdlib/metrics/class_counts.h"

namespace espalier::metrics {

/// The share of what was predicted to be of a class that is: true positives / (true and false positives).
struct [[nodiscard("a metric is a value: keep the one that update, merge and reset return")]] Precision {
  int num_classes = 0;               ///< needed by all averages but micro
  Average average = Average::micro;  ///< how the results of the classes become one
  int top_k = 1;                     ///< how many of the largest scores are predicted
  double threshold = 0.5;            ///< of yes, for floating preds of the target's shape
  std::optional<std::int64_t> ignore_index = {};                          ///< samples with this target do not count
  detail::ClassCounts counts = detail::no_counts(average, num_classes);  ///< of all batches

  /// With one batch more: preds, target and sample_weight of the inputs. MissingValue if one is not given, ShapeError if shapes
  /// do not fit, DTypeError for a floating target, ArgumentError if an average needs num_classes or top_k is not among the scores.
  template <class I = Inputs> Precision update(const I& inputs, Where where = Where::current()) const {
    return counted(detail::preds_of("Precision", inputs, where), detail::target_of("Precision", inputs, where), detail::sample_weight_of(inputs));
  }
  /// Of this batch alone.
  template <class I = Inputs> Precision batch_updates(const I& inputs, Where where = Where::current()) const { return reset().update(inputs, where); }
  /// The result, f32; of shape [num_classes] for Average::none. A 0/0 is 0.
  Array compute(Where where = Where::current()) const;
  /// As in every metric: reset is of no batch, merge of the batches of both, aggregate of states stacked along a leading axis.
  /// @{
  Precision reset() const { return {num_classes, average, top_k, threshold, ignore_index}; }
  Precision merge(const Precision& other, Where where = Where::current()) const { return detail::merged(*this, other, where); }
  Precision aggregate(Where where = Where::current()) const { return detail::aggregated(*this, where); }
  /// @}

  /// `update` with its inputs one by one.
  Precision counted(Operand preds, Operand target, const Array& sample_weight = {}) const;
};

/// The share of what is of a class that was predicted so: true positives / (true positives and false negatives).
struct [[nodiscard("a metric is a value: keep the one that update, merge and reset return")]] Recall {
  int num_classes = 0;               ///< needed by all averages but micro
  Average average = Average::micro;  ///< how the results of the classes become one
  int top_k = 1;                     ///< how many of the largest scores are predicted
  double threshold = 0.5;            ///< of yes, for floating preds of the target's shape
  std::optional<std::int64_t> ignore_index = {};                          ///< samples with this target do not count
  detail::ClassCounts counts = detail::no_counts(average, num_classes);  ///< of all batches

  /// With one batch more: preds, target and sample_weight of the inputs. MissingValue if one is not given, ShapeError if shapes
  /// do not fit, DTypeError for a floating target, ArgumentError if an average needs num_classes or top_k is not among the scores.
  template <class I = Inputs> Recall update(const I& inputs, Where where = Where::current()) const {
    return counted(detail::preds_of("Recall", inputs, where), detail::target_of("Recall", inputs, where), detail::sample_weight_of(inputs));
  }
  /// Of this batch alone.
  template <class I = Inputs> Recall batch_updates(const I& inputs, Where where = Where::current()) const { return reset().update(inputs, where); }
  /// The result, f32; of shape [num_classes] for Average::none. A 0/0 is 0.
  Array compute(Where where = Where::current()) const;
  /// As in every metric: reset is of no batch, merge of the batches of both, aggregate of states stacked along a leading axis.
  /// @{
  Recall reset() const { return {num_classes, average, top_k, threshold, ignore_index}; }
  Recall merge(const Recall& other, Where where = Where::current()) const { return detail::merged(*this, other, where); }
  Recall aggregate(Where where = Where::current()) const { return detail::aggregated(*this, where); }
  /// @}

  /// `update` with its inputs one by one.
  Recall counted(Operand preds, Operand target, const Array& sample_weight = {}) const;
};

/// The harmonic mean of precision and recall, 2 tp / (2 tp + fp + fn); macro averages are of the classes' F1.
struct [[nodiscard("a metric is a value: keep the one that update, merge and reset return")]] F1 {
  int num_classes = 0;               ///< needed by all averages but micro
  Average average = Average::micro;  ///< how the results of the classes become one
  int top_k = 1;                     ///< how many of the largest scores are predicted
  double threshold = 0.5;            ///< of yes, for floating preds of the target's shape
  std::optional<std::int64_t> ignore_index = {};                          ///< samples with this target do not count
  detail::ClassCounts counts = detail::no_counts(average, num_classes);  ///< of all batches

  /// With one batch more: preds, target and sample_weight of the inputs. MissingValue if one is not given, ShapeError if shapes
  /// do not fit, DTypeError for a floating target, ArgumentError if an average needs num_classes or top_k is not among the scores.
  template <class I = Inputs> F1 update(const I& inputs, Where where = Where::current()) const {
    return counted(detail::preds_of("F1", inputs, where), detail::target_of("F1", inputs, where), detail::sample_weight_of(inputs));
  }
  /// Of this batch alone.
  template <class I = Inputs> F1 batch_updates(const I& inputs, Where where = Where::current()) const { return reset().update(inputs, where); }
  /// The result, f32; of shape [num_classes] for Average::none. A 0/0 is 0.
  Array compute(Where where = Where::current()) const;
  /// As in every metric: reset is of no batch, merge of the batches of both, aggregate of states stacked along a leading axis.
  /// @{
  F1 reset() const { return {num_classes, average, top_k, threshold, ignore_index}; }
  F1 merge(const F1& other, Where where = Where::current()) const { return detail::merged(*this, other, where); }
  F1 aggregate(Where where = Where::current()) const { return detail::aggregated(*this, where); }
  /// @}

  /// `update` with its inputs one by one.
  F1 counted(Operand preds, Operand target, const Array& sample_weight = {}) const;
};

}  // namespace espalier::metrics
