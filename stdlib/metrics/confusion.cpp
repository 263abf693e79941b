#include "espalier/stdlib/metrics/confusion.h"

#include "espalier/dsl/ops/segments.h"
#include "espalier/stdlib/metrics/class_counts.h"

namespace espalier::metrics {
namespace {

// The class that each sample is predicted to be of.
Array predicted(const Array& preds, const Array& target, int num_classes, double threshold) {
  if (detail::are_yes_or_no(preds, target)) return detail::said_yes(preds, threshold).as(i32);
  if (preds.shape() == target.shape()) return detail::class_ids(preds);
  detail::require_scores("ConfusionMatrix", preds, target);
  if (preds.shape(-1) != num_classes) {
    ShapeError error("ConfusionMatrix", "preds of shape " + preds.shape().str() + " have " + std::to_string(preds.shape(-1)) + " scores, and num_classes is " + std::to_string(num_classes),
                     "the last axis of the preds is the classes");
    error.shapes = {preds.shape()};
    throw error;
  }
  return argmax(preds, -1);
}

}  // namespace

ConfusionMatrix ConfusionMatrix::counted(Operand preds, Operand target, const Array& sample_weight) const {
  return espalier::detail::called_at(preds.where, [&] {
    if (num_classes <= 0) throw ArgumentError("ConfusionMatrix", "num_classes is " + std::to_string(num_classes), "say how many classes there are: ConfusionMatrix{.num_classes = 10}");
    detail::require_discrete("ConfusionMatrix", target.array);
    const Array row = detail::class_ids(target.array).as(i64), column = predicted(preds.array, target.array, num_classes, threshold).as(i64);
    Array weight = ones(row.shape(), f64);
    if (!sample_weight.is_nothing()) weight = weight * detail::aligned_weight("ConfusionMatrix", sample_weight, row.shape());
    Array counts = (row >= 0) & (row < num_classes) & (column >= 0) & (column < num_classes);
    if (ignore_index) counts = counts & (row != *ignore_index);
    const std::int64_t cells = std::int64_t{num_classes} * num_classes;
    const Array cell = where(counts, row * num_classes + column, -1);  // a negative one is left out
    ConfusionMatrix next = *this;
    next.matrix = detail::advanced(matrix, reshape(segment_sum(ravel(weight), ravel(cell), cells), {num_classes, num_classes}));
    return next;
  });
}

}  // namespace espalier::metrics
