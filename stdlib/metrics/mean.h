#pragma once
// Means and sums of values.
#include "espalier/stdlib/metrics/inputs.h"
#include "espalier/stdlib/metrics/state.h"

namespace espalier::metrics {

namespace detail {
/// What a batch of values adds: sum(w v) and sum(w), each value weighing 1 where there are no weights.
struct Weighed {
  Array total, count;
};
Weighed weighed(const char* name, const Operand& values, const Array& sample_weight);
/// |p - t| and (p - t)² per element. ShapeError with both shapes if they differ.
Operand absolute_errors(const char* name, const Operand& preds, const Operand& target);
Operand squared_errors(const char* name, const Operand& preds, const Operand& target);
}  // namespace detail

/// sum(w v) / sum(w) over all values of all batches, so that a last, smaller batch counts by its size. NaN where nothing was
/// counted: before the first update, and where all weights are 0.
struct [[nodiscard("a metric is a value: keep the one that update, merge and reset return")]] Mean {
  MetricState total = detail::zero_state();  ///< sum(w v)
  MetricState count = detail::zero_state();  ///< sum(w)
  /// With one batch more: values and sample_weight of the inputs. MissingValue if there are no values, ShapeError if the
  /// weights do not align with them.
  template <class I = Inputs> Mean update(const I& inputs, Where where = Where::current()) const {
    return with(detail::weighed("Mean", detail::values_of("Mean", inputs, where), detail::sample_weight_of(inputs)));
  }
  /// Of this batch alone.
  template <class I = Inputs> Mean batch_updates(const I& inputs, Where where = Where::current()) const { return reset().update(inputs, where); }
  /// The mean, f32; NaN where nothing was counted.
  Array compute(Where where = Where::current()) const { return detail::ratio(total, count, where); }
  /// As in every metric: reset is of no batch, merge of the batches of both, aggregate of states stacked along a leading axis.
  /// @{
  Mean reset() const { return {}; }
  Mean merge(const Mean& other, Where where = Where::current()) const { return detail::merged(*this, other, where); }
  Mean aggregate(Where where = Where::current()) const { return detail::aggregated(*this, where); }
  /// @}

  /// With what one batch adds.
  Mean with(const detail::Weighed& batch) const { return {detail::advanced(total, batch.total), detail::advanced(count, batch.count)}; }
};

/// sum(w v) over all values of all batches.
struct [[nodiscard("a metric is a value: keep the one that update, merge and reset return")]] Sum {
  MetricState total = detail::zero_state();  ///< the sum so far
  /// With one batch more: values and sample_weight of the inputs. MissingValue if there are no values, ShapeError if the
  /// weights do not align with them.
  template <class I = Inputs> Sum update(const I& inputs, Where where = Where::current()) const {
    return {detail::advanced(total, detail::weighed("Sum", detail::values_of("Sum", inputs, where), detail::sample_weight_of(inputs)).total)};
  }
  /// Of this batch alone.
  template <class I = Inputs> Sum batch_updates(const I& inputs, Where where = Where::current()) const { return reset().update(inputs, where); }
  /// The sum, f32.
  Array compute(Where where = Where::current()) const { return total.as(default_dtype(), where); }
  /// As in every metric: reset is of no batch, merge of the batches of both, aggregate of states stacked along a leading axis.
  /// @{
  Sum reset() const { return {}; }
  Sum merge(const Sum& other, Where where = Where::current()) const { return detail::merged(*this, other, where); }
  Sum aggregate(Where where = Where::current()) const { return detail::aggregated(*this, where); }
  /// @}
};

/// The mean of |p - t| over all elements of all batches.
struct [[nodiscard("a metric is a value: keep the one that update, merge and reset return")]] MeanAbsoluteError {
  Mean errors = {};  ///< their mean
  /// With one batch more: preds, target and sample_weight of the inputs. MissingValue if one is not given, ShapeError if shapes
  /// do not fit.
  template <class I = Inputs> MeanAbsoluteError update(const I& inputs, Where where = Where::current()) const {
    const Operand off = detail::absolute_errors("MeanAbsoluteError", detail::preds_of("MeanAbsoluteError", inputs, where), detail::target_of("MeanAbsoluteError", inputs, where));
    return {errors.with(detail::weighed("MeanAbsoluteError", off, detail::sample_weight_of(inputs)))};
  }
  /// Of this batch alone.
  template <class I = Inputs>
  MeanAbsoluteError batch_updates(const I& inputs, Where where = Where::current()) const {
    return reset().update(inputs, where);
  }
  /// The mean, f32; NaN where nothing was counted.
  Array compute(Where where = Where::current()) const { return errors.compute(where); }
  /// As in every metric: reset is of no batch, merge of the batches of both, aggregate of states stacked along a leading axis.
  /// @{
  MeanAbsoluteError reset() const { return {}; }
  MeanAbsoluteError merge(const MeanAbsoluteError& other, Where where = Where::current()) const { return detail::merged(*this, other, where); }
  MeanAbsoluteError aggregate(Where where = Where::current()) const { return detail::aggregated(*this, where); }
  /// @}
};

/// The mean of (p - t)² over all elements of all batches.
struct [[nodiscard("a metric is a value: keep the one that update, merge and reset return")]] MeanSquaredError {
  Mean errors = {};  ///< their mean
  /// With one batch more: preds, target and sample_weight of the inputs. MissingValue if one is not given, ShapeError if shapes
  /// do not fit.
  template <class I = Inputs> MeanSquaredError update(const I& inputs, Where where = Where::current()) const {
    const Operand off = detail::squared_errors("MeanSquaredError", detail::preds_of("MeanSquaredError", inputs, where), detail::target_of("MeanSquaredError", inputs, where));
    return {errors.with(detail::weighed("MeanSquaredError", off, detail::sample_weight_of(inputs)))};
  }
  /// Of this batch alone.
  template <class I = Inputs>
  MeanSquaredError batch_updates(const I& inputs, Where where = Where::current()) const {
    return reset().update(inputs, where);
  }
  /// The mean, f32; NaN where nothing was counted.
  Array compute(Where where = Where::current()) const { return errors.compute(where); }
  /// As in every metric: reset is of no batch, merge of the batches of both, aggregate of states stacked along a leading axis.
  /// @{
  MeanSquaredError reset() const { return {}; }
  MeanSquaredError merge(const MeanSquaredError& other, Where where = Where::current()) const { return detail::merged(*this, other, where); }
  MeanSquaredError aggregate(Where where = Where::current()) const { return detail::aggregated(*this, where); }
  /// @}
};

}  // namespace espalier::metrics
