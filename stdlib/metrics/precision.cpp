#include "espalier/stdlib/metrics/precision.h"

namespace espalier::metrics {

using espalier::detail::called_at;

Precision Precision::counted(Operand preds, Operand target, const Array& sample_weight) const {
  Precision next = *this;
  next.counts = detail::counted(counts, {"Precision", num_classes, average, top_k, threshold, ignore_index}, preds, target, sample_weight);
  return next;
}
Array Precision::compute(Where where) const {
  return called_at(where, [&] { return detail::averaged(counts.right, counts.predicted, counts, average); });
}

Recall Recall::counted(Operand preds, Operand target, const Array& sample_weight) const {
  Recall next = *this;
  next.counts = detail::counted(counts, {"Recall", num_classes, average, top_k, threshold, ignore_index}, preds, target, sample_weight);
  return next;
}
Array Recall::compute(Where where) const {
  return called_at(where, [&] { return detail::averaged(counts.right, counts.actual, counts, average); });
}

F1 F1::counted(Operand preds, Operand target, const Array& sample_weight) const {
  F1 next = *this;
  next.counts = detail::counted(counts, {"F1", num_classes, average, top_k, threshold, ignore_index}, preds, target, sample_weight);
  return next;
}
Array F1::compute(Where where) const {
  return called_at(where, [&] { return detail::averaged(2 * counts.right, counts.predicted + counts.actual, counts, average); });
}

}  // namespace espalier::metrics
