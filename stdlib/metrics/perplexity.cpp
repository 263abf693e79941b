#include "espalier/stdlib/metrics/perplexity.h"

#include "espalier/stdlib/losses/classification.h"
#include "espalier/stdlib/metrics/class_counts.h"

namespace espalier::metrics {

Perplexity Perplexity::counted(Operand preds, Operand target, const Array& sample_weight) const {
  return espalier::detail::called_at(preds.where, "Perplexity", [&] {
    detail::require_discrete("Perplexity", target.array);
    if (preds.array.ndim() == 0 || preds.array.ndim() != target.array.ndim() + 1) detail::require_scores("Perplexity", preds.array, target.array);
    const Array each = losses::cross_entropy(preds, target, {.from_logits = from_logits, .ignore_index = ignore_index});
    Array weight = ones(each.shape(), each.dtype());
    if (!sample_weight.is_nothing()) weight = weight * detail::aligned_weight("Perplexity", sample_weight, each.shape());
    if (ignore_index) weight = where(detail::class_ids(target.array) == *ignore_index, 0, weight);
    return Perplexity{from_logits, ignore_index, entropy.with(detail::weighed("Perplexity", Operand(each, preds.where), weight))};
  });
}

Array Perplexity::compute(Where where) const {
  return espalier::detail::called_at(where, [&] { return exp(entropy.total / entropy.count).as(default_dtype()); });
}

}  // namespace espalier::metrics
