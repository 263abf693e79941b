#include "espalier/stdlib/metrics/auc.h"

#include "espalier/dsl/ops/segments.h"
#include "espalier/stdlib/metrics/class_counts.h"

namespace espalier::metrics {

AUC AUC::counted(Operand preds, Operand target, const Array& sample_weight) const {
  return espalier::detail::called_at(preds.where, [&] {
    if (thresholds < 2) throw ArgumentError("AUC", "thresholds is " + std::to_string(thresholds), "a curve needs 2 or more: AUC{.thresholds = 200}");
    detail::require_discrete("AUC", target.array);
    detail::require_same_shape("AUC", preds.array, target.array);
    const Array score = detail::floating(preds.array).as(f64), yes = target.array != 0;
    Array weight = ones(score.shape(), f64);
    if (!sample_weight.is_nothing()) weight = weight * detail::aligned_weight("AUC", sample_weight, score.shape());
    const std::int64_t between = thresholds - 1;
    // Bucket i holds the scores above threshold i and not above the next one.
    const Array bucket = ravel(clip(ceil(where(isnan(score), 0, score) * static_cast<double>(between)) - 1, 0, static_cast<double>(between - 1)).as(i32));
    const auto gathered = [&](const Array& which) { return segment_sum(ravel(where(which, weight, 0)), bucket, between); };
    return AUC{thresholds, detail::advanced(positives, gathered(yes)), detail::advanced(negatives, gathered(~yes))};
  });
}

Array AUC::compute(Where where) const {
  return espalier::detail::called_at(where, [&] {
    const Array above = cumsum(positives, {.axis = -1, .reverse = true});  // predicted yes at the lower threshold of each bucket
    return (sum(negatives * (above - positives / 2)) / (sum(positives) * sum(negatives))).as(default_dtype());
  });
}

}  // namespace espalier::metrics
