#include "espalier/stdlib/losses/reduction.h"

#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/shape.h"

namespace espalier::losses::detail {
namespace {

Array reduced(const Array& values, const Array& weights, const Array& counted, Reduction reduction) {
  switch (reduction) {
    case Reduction::none: return values;
    case Reduction::sum: return sum(values);
    case Reduction::sum_over_batch_size: return counted.is_nothing() ? mean(values) : sum(values) / maximum(sum(counted), 1);
    case Reduction::weighted_mean: {
      if (weights.is_nothing()) return mean(values);
      const Array total = sum(broadcast_to(weights, values.shape()));
      return sum(values) / where(total == 0, 1, total);
    }
  }
  __builtin_unreachable();
}

}  // namespace

Array reduced(const char* name, const Array& per_sample, const Array& sample_weight, const Array& counted, Reduction reduction, double weight, Where where) {
  return espalier::detail::called_at(where, [&] {
    if (sample_weight.is_nothing()) return weight * reduced(per_sample, {}, counted, reduction);
    const Array weights = metrics::detail::aligned_weight(name, sample_weight, per_sample.shape()).as(per_sample.dtype());
    return weight * reduced(metrics::detail::weighted(weights, per_sample), weights, counted, reduction);
  });
}

}  // namespace espalier::losses::detail
