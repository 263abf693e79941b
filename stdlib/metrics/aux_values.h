#pragma once
// Running means of values that a model makes beside its output: losses and metrics that are no function of preds and target.
#include <utility>

#include "espalier/stdlib/metrics/losses.h"

namespace espalier::metrics {

namespace detail {

/// One mean per name.
std::vector<Mean> no_means(std::size_t count);
/// The means with the values of these names, and the sum of their means in this batch. MissingValue for a name without a value.
std::pair<Array, std::vector<Mean>> aux_updated(const char* who, const std::vector<std::string>& names, const std::vector<Mean>& means, const Logs& values,
                                                double samples, Where where);
Logs aux_logs(const std::vector<std::string>& names, const std::vector<Mean>& means, Where where);

/// The inputs' `aux_values`. Inputs without that member do not compile.
template <class I> const Logs& aux_values_of(const I& inputs) {
  static_assert(requires { inputs.aux_values; }, "this group needs a member `metrics::Logs aux_values` in its inputs");
  return inputs.aux_values;
}
/// In a group of several an aux group without names asks for nothing.
template <class A, class I> std::pair<Array, A> aux_part(const A& group, const I& inputs, Where where) {
  if constexpr (requires { inputs.aux_values; }) return group.loss_and_update(inputs, where);
  else return {aux_updated("LossesAndMetrics", group.names, {}, {}, 1, where).first, group};
}

}  // namespace detail

/// AuxMetrics{{"accuracy_of_heads", "depth"}}: the running means of values by name, which the inputs have in a member
/// `Logs aux_values`; values under other names are not read. A scalar counts for the samples of its batch, as in `Losses`; of an
/// array each element counts.
struct [[nodiscard("a metric is a value: keep the one that update, merge and reset return")]] AuxMetrics {
  std::vector<std::string> names = {};                        ///< of the values
  std::vector<Mean> means = detail::no_means(names.size());  ///< of each
  /// With one batch more. MissingValue for a name without a value.
  template <class I> AuxMetrics update(const I& inputs, Where where = Where::current()) const { return loss_and_update(inputs, where).second; }
  /// Of this batch alone.
  template <class I> AuxMetrics batch_updates(const I& inputs, Where where = Where::current()) const { return reset().update(inputs, where); }
  /// The sum of the values' means in this batch, and the group with one batch more.
  template <class I> [[nodiscard("keep the loss of the batch, and the group with it")]] std::pair<Array, AuxMetrics> loss_and_update(const I& inputs, Where where = Where::current()) const {
    auto [total, next] = detail::aux_updated("AuxMetrics", names, means, detail::aux_values_of(inputs), detail::samples_of(inputs), where);
    return {total, {names, std::move(next)}};
  }
  /// The means by name.
  [[nodiscard]] Logs compute(Where where = Where::current()) const { return detail::aux_logs(names, means, where); }
  /// As in every metric: reset is of no batch, merge of the batches of both, aggregate of states stacked along a leading axis.
  /// @{
  AuxMetrics reset() const { return {names}; }
  AuxMetrics merge(const AuxMetrics& other, Where where = Where::current()) const { return detail::merged(*this, other, where); }
  AuxMetrics aggregate(Where where = Where::current()) const { return detail::aggregated(*this, where); }
  /// @}
};

/// AuxLosses{{"kl"}}: as AuxMetrics, of values that are part of the loss.
struct [[nodiscard("a metric is a value: keep the one that update, merge and reset return")]] AuxLosses {
  std::vector<std::string> names = {};                        ///< of the values
  std::vector<Mean> means = detail::no_means(names.size());  ///< of each
  /// With one batch more. MissingValue for a name without a value.
  template <class I> AuxLosses update(const I& inputs, Where where = Where::current()) const { return loss_and_update(inputs, where).second; }
  /// Of this batch alone.
  template <class I> AuxLosses batch_updates(const I& inputs, Where where = Where::current()) const { return reset().update(inputs, where); }
  /// The sum of the values' means in this batch, and the group with one batch more.
  template <class I> [[nodiscard("keep the loss of the batch, and the group with it")]] std::pair<Array, AuxLosses> loss_and_update(const I& inputs, Where where = Where::current()) const {
    auto [total, next] = detail::aux_updated("AuxLosses", names, means, detail::aux_values_of(inputs), detail::samples_of(inputs), where);
    return {total, {names, std::move(next)}};
  }
  /// The sum of the running means, f32: 0 without names.
  [[nodiscard]] Array total_loss(Where where = Where::current()) const;
  /// The means by name.
  [[nodiscard]] Logs compute(Where where = Where::current()) const { return detail::aux_logs(names, means, where); }
  /// As in every metric: reset is of no batch, merge of the batches of both, aggregate of states stacked along a leading axis.
  /// @{
  AuxLosses reset() const { return {names}; }
  AuxLosses merge(const AuxLosses& other, Where where = Where::current()) const { return detail::merged(*this, other, where); }
  AuxLosses aggregate(Where where = Where::current()) const { return detail::aggregated(*this, where); }
  /// @}
};

}  // namespace espalier::metrics
