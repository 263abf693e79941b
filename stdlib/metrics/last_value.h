#pragma once
// What came last.
#include "espalier/stdlib/metrics/mean.h"

namespace espalier::metrics {

/// The mean of the values of the last batch, sum(w v) / sum(w), as clu's LastValue: over time the newest counts, over devices they
/// are averaged. A batch whose weights are all 0 changes nothing.
struct [[nodiscard("a metric is a value: keep the one that update, merge and reset return")]] LastValue {
  MetricState total = detail::zero_state();  ///< sum(w v) of the last batch
  MetricState count = detail::zero_state();  ///< sum(w) of the last batch
  /// With one batch more: values and sample_weight of the inputs. MissingValue if there are no values, ShapeError if the
  /// weights do not align with them.
  template <class I = Inputs> LastValue update(const I& inputs, Where where = Where::current()) const { return merge(batch_updates(inputs, where), where); }
  /// Of this batch alone.
  template <class I = Inputs> LastValue batch_updates(const I& inputs, Where where = Where::current()) const {
    const detail::Weighed batch = detail::weighed("LastValue", detail::values_of("LastValue", inputs, where), detail::sample_weight_of(inputs));
    return {detail::advanced(detail::zero_state(), batch.total), detail::advanced(detail::zero_state(), batch.count)};
  }
  /// The value, f32; NaN where nothing was counted.
  Array compute(Where where = Where::current()) const { return detail::ratio(total, count, where); }
  /// As in every metric: reset is of no batch, merge with what came later, aggregate of states stacked along a leading axis.
  /// @{
  LastValue reset() const { return {}; }
  LastValue merge(const LastValue& newer, Where where = Where::current()) const;
  LastValue aggregate(Where where = Where::current()) const { return detail::aggregated(*this, where); }
  /// @}
};

}  // namespace espalier::metrics
