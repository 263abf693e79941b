#pragma once
// How far values are spread.
#include "espalier/stdlib/metrics/mean.h"
#include "espalier/stdlib/metrics/moments.h"

namespace espalier::metrics {

/// The standard deviation of all values of all batches, sqrt(sum(w (v - mean)²) / sum(w)), as NumPy's std and clu's Std.
struct [[nodiscard("a metric is a value: keep the one that update, merge and reset return")]] Std {
  detail::Moments moments = detail::no_moments();  ///< of all values
  /// With one batch more: values and sample_weight of the inputs. MissingValue if there are no values, ShapeError if the
  /// weights do not align with them.
  template <class I = Inputs> Std update(const I& inputs, Where where = Where::current()) const { return merge(batch_updates(inputs, where), where); }
  /// Of this batch alone.
  template <class I = Inputs> Std batch_updates(const I& inputs, Where where = Where::current()) const {
    return of(detail::values_of("Std", inputs, where), detail::sample_weight_of(inputs));
  }
  /// The standard deviation, f32; NaN where nothing was counted.
  Array compute(Where where = Where::current()) const;
  /// As in every metric: reset is of no batch, merge of the batches of both, aggregate of states stacked along a leading axis.
  /// @{
  Std reset() const { return {}; }
  Std merge(const Std& other, Where where = Where::current()) const;
  Std aggregate(Where where = Where::current()) const;
  /// @}

 private:
  static Std of(Operand values, const Array& sample_weight);
};

}  // namespace espalier::metrics
