#include "espalier/stdlib/metrics/reduce.h"

namespace espalier::metrics {

Reduce Reduce::counted(Operand values, const Array& sample_weight) const {
  return espalier::detail::called_at(values.where, [&] {
    if (reduction == Reduction::none) throw ArgumentError("Reduce", "the reduction is Reduction::none: there is one result", "name sum, sum_over_batch_size or weighted_mean");
    const detail::Weighed batch = detail::weighed("Reduce", values, sample_weight);
    const Array divisor = reduction == Reduction::weighted_mean ? batch.count : Array(static_cast<double>(values.array.size()));
    return Reduce{reduction, detail::advanced(total, batch.total), detail::advanced(count, divisor)};
  });
}

Array Reduce::compute(Where where) const { return reduction == Reduction::sum ? total.as(default_dtype(), where) : detail::ratio(total, count, where); }

}  // namespace espalier::metrics
