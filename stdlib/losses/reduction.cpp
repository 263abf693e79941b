#include "espalier/stdlib/losses/reduction.h"

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/shape.h"

namespace espalier::losses::detail {
namespace {

Array reduced(const Array& values, const Array& weights, Reduction reduction) {
  switch (reduction) {
    case Reduction::none: return values;
    case Reduction::sum: return sum(values);
    case Reduction::sum_over_batch_size: return mean(values);
    case Reduction::weighted_mean: return weights.is_nothing() ? mean(values) : sum(values) / sum(broadcast_to(weights, values.shape()));
  }
  __builtin_unreachable();
}

}  // namespace

Array reduced(const char* name, const Array& per_sample, const Array& sample_weight, Reduction reduction, double weight, Where where) {
  return espalier::detail::called_at(where, [&] {
    if (sample_weight.is_nothing()) return weight * reduced(per_sample, {}, reduction);
    const Array weights = metrics::detail::aligned_weight(name, sample_weight, per_sample.shape()).as(per_sample.dtype());
    return weight * reduced(weights * per_sample, weights, reduction);
  });
}

}  // namespace espalier::losses::detail
