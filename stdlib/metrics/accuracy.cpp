#include "espalier/stdlib/metrics/accuracy.h"

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/stdlib/metrics/class_counts.h"

namespace espalier::metrics {
namespace {

bool is_discrete(DType dtype) { return ir::is_integer(dtype) || ir::is_bool(dtype); }

/// Whether fewer than k scores stand before the target's in descending order: a rank needs no sort.
Array among_the_largest(const Array& scores, const Array& target, int k) {
  const std::int64_t classes = scores.shape(-1);
  const Array ids = iota({classes}, 0), label = expand_dims(target, -1);
  const Array own = sum(where(label == ids, scores, 0), {.axis = -1, .keepdims = true});
  const Array larger = (scores > own) | (isnan(scores) & ~isnan(own));
  const Array equal = (scores == own) | (isnan(scores) & isnan(own));
  const Array before = sum(larger | (equal & (ids < label)), -1);
  return (before < k) & (target >= 0) & (target < classes);
}

Array right(const Array& preds, const Array& target, int top_k, double threshold) {
  const Shape &p = preds.shape(), &t = target.shape();
  detail::require_discrete("Accuracy", target);
  if (p != t) detail::require_scores("Accuracy", preds, target);
  if (p != t) return among_the_largest(preds, detail::class_ids(target), top_k);
  return is_discrete(preds.dtype()) ? preds == target : (preds >= threshold) == (target != 0);
}

}  // namespace

Accuracy Accuracy::counted(Operand preds, Operand target, const Array& sample_weight) const {
  return espalier::detail::called_at(preds.where, [&] {
    if (average != Average::micro && num_classes <= 0) {
      throw ArgumentError("Accuracy", "the average is over classes, and num_classes is " + std::to_string(num_classes),
                          "say how many there are: Accuracy{.average = …, .num_classes = 10}");
    }
    if (top_k <= 0) {
      throw ArgumentError("Accuracy", "top_k is " + std::to_string(top_k) + ": no target is among so few", "it is 1 or more: Accuracy{.top_k = 5}");
    }
    const Array hits = right(preds.array, target.array, top_k, threshold);
    Array weight = ones(hits.shape());
    if (!sample_weight.is_nothing()) weight = weight * detail::aligned_weight("Accuracy", sample_weight, hits.shape());
    const Array ids = detail::class_ids(target.array);
    if (ignore_index) weight = where(ids == *ignore_index, 0, weight);
    Array hit_weight = where(hits, weight, 0);
    const bool of_labels = hits.ndim() > 1 && hits.shape(-1) == num_classes && detail::are_yes_or_no(preds.array, target.array);
    if (average != Average::micro && of_labels) {
      const Shape table{hits.size() / num_classes, num_classes};
      weight = reshape(weight, table);
      hit_weight = reshape(hit_weight, table);
    } else if (average != Average::micro) {
      // One column per class, with the samples whose target it is.
      const Array of_class = expand_dims(ravel(ids), -1) == iota({num_classes}, 0);
      weight = where(of_class, expand_dims(ravel(weight), -1), 0);
      hit_weight = where(of_class, expand_dims(ravel(hit_weight), -1), 0);
    }
    const auto gathered = [&](const Array& weights) { return average == Average::micro ? sum(weights) : sum(weights, 0); };
    Accuracy next = *this;
    next.correct = detail::advanced(correct, gathered(hit_weight));
    next.total = detail::advanced(total, gathered(weight));
    return next;
  });
}

Array Accuracy::compute(Where place) const {
  return espalier::detail::called_at(place, [&] {
    switch (average) {
      case Average::micro:
      case Average::none: return detail::ratio(correct, total, place);
      case Average::macro: return detail::ratio(sum(where(total > 0, correct / total, 0)), sum(where(total > 0, 1.0, 0.0)), place);
      case Average::weighted: return detail::ratio(sum(correct), sum(total), place);
    }
    __builtin_unreachable();
  });
}

Accuracy Accuracy::reset() const {
  Accuracy fresh = *this;
  fresh.correct = fresh.total = initial();
  return fresh;
}

}  // namespace espalier::metrics
