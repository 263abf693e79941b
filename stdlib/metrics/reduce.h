#pragma once
// Values reduced as losses are.
#include "espalier/stdlib/metrics/mean.h"
#include "espalier/stdlib/metrics/reduction.h"

namespace espalier::metrics {

/// sum(w v), sum(w v) / the number of values, or sum(w v) / sum(w), over the values of all batches: as the reduction says.
struct [[nodiscard("a metric is a value: keep the one that update, merge and reset return")]] Reduce {
  Reduction reduction = Reduction::sum_over_batch_size;  ///< all but Reduction::none
  MetricState total = detail::zero_state();              ///< sum(w v)
  MetricState count = detail::zero_state();              ///< what it is divided by
  /// With one batch more: values and sample_weight of the inputs. MissingValue if there are no values, ShapeError if the
  /// weights do not align with them, ArgumentError for Reduction::none.
  template <class I = Inputs> Reduce update(const I& inputs, Where where = Where::current()) const {
    return counted(detail::values_of("Reduce", inputs, where), detail::sample_weight_of(inputs));
  }
  /// Of this batch alone.
  template <class I = Inputs> Reduce batch_updates(const I& inputs, Where where = Where::current()) const { return reset().update(inputs, where); }
  /// The value, f32; NaN where a mean has counted nothing.
  Array compute(Where where = Where::current()) const;
  /// As in every metric: reset is of no batch, merge of the batches of both, aggregate of states stacked along a leading axis.
  /// @{
  Reduce reset() const { return {reduction}; }
  Reduce merge(const Reduce& other, Where where = Where::current()) const { return detail::merged(*this, other, where); }
  Reduce aggregate(Where where = Where::current()) const { return detail::aggregated(*this, where); }
  /// @}

  /// `update` with its inputs one by one.
  Reduce counted(Operand values, const Array& sample_weight = {}) const;
};

}  // namespace espalier::metrics
