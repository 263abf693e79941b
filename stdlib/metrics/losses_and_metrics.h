#pragma once
// All that a training step reports, as one tree: losses, metrics, and values that the model makes beside its output.
#include "espalier/stdlib/metrics/aux_values.h"
#include "espalier/stdlib/metrics/group.h"

namespace espalier::metrics {

/// LossesAndMetrics(Losses(CrossEntropy()), Metrics(Accuracy())): what a step calls once per batch,
///   auto [loss, next] = group.loss_and_update(inputs);
/// where `loss` is that of this batch, to be differentiated, and `next.compute()` is of all batches: "loss", the sum of the running
/// means of all losses, then each loss, aux loss, metric and aux metric by its name, numbered when taken. Every group may be empty.
template <class L, class M> class [[nodiscard("a metric is a value: keep the one that update, merge and reset return")]] LossesAndMetrics {
  static_assert(detail::is_losses<L>, "LossesAndMetrics takes its losses first, as Losses(…)");

 public:
  L losses;                ///< the losses
  M metrics;               ///< the metrics
  AuxLosses aux_losses;    ///< losses that are values of the inputs' `aux_values`
  AuxMetrics aux_metrics;  ///< metrics that are
  static constexpr auto fields = espalier::fields<&LossesAndMetrics::losses, &LossesAndMetrics::metrics, &LossesAndMetrics::aux_losses,
                                                  &LossesAndMetrics::aux_metrics>;  ///< makes it a tree

  /// Of these groups.
  explicit LossesAndMetrics(L losses, M metrics, AuxLosses aux_losses = {}, AuxMetrics aux_metrics = {})
      : losses(std::move(losses)), metrics(std::move(metrics)), aux_losses(std::move(aux_losses)), aux_metrics(std::move(aux_metrics)) {}

  /// The loss of this batch, the sum of all losses (0 if there are none), and the group with one batch more. Errors are those of the
  /// losses and metrics; MissingValue for an aux value that is not given.
  template <class I = Inputs> [[nodiscard("keep the loss of the batch, and the group with it")]] std::pair<Array, LossesAndMetrics> loss_and_update(const I& inputs, Where where = Where::current()) const {
    auto [loss, next_losses] = losses.loss_and_update(inputs, where);
    auto [aux_loss, next_aux_losses] = detail::aux_part(aux_losses, inputs, where);
    const Array total = aux_losses.names.empty() ? loss : espalier::detail::called_at(where, [&] { return loss + aux_loss; });
    return {total, LossesAndMetrics(std::move(next_losses), detail::updated(metrics, inputs, where), std::move(next_aux_losses),
                                    detail::aux_part(aux_metrics, inputs, where).second)};
  }
  /// With one batch more.
  template <class I = Inputs> LossesAndMetrics update(const I& inputs, Where where = Where::current()) const { return loss_and_update(inputs, where).second; }
  /// Of this batch alone.
  template <class I = Inputs>
  LossesAndMetrics batch_updates(const I& inputs, Where where = Where::current()) const {
    return reset().update(inputs, where);
  }
  /// As in every metric: reset is of no batch, merge of the batches of both, aggregate of states stacked along a leading axis.
  /// @{
  LossesAndMetrics reset() const { return LossesAndMetrics(losses.reset(), metrics.reset(), aux_losses.reset(), aux_metrics.reset()); }
  LossesAndMetrics merge(const LossesAndMetrics& other, Where where = Where::current()) const {
    return LossesAndMetrics(losses.merge(other.losses, where), detail::merged_with(metrics, other.metrics, where), aux_losses.merge(other.aux_losses, where),
                            aux_metrics.merge(other.aux_metrics, where));
  }
  LossesAndMetrics aggregate(Where where = Where::current()) const {
    return LossesAndMetrics(losses.aggregate(where), detail::aggregate_of(metrics, where), aux_losses.aggregate(where), aux_metrics.aggregate(where));
  }
  /// @}
  /// The sum of the running means of all losses, f32: 0 without losses, NaN before the first batch.
  [[nodiscard]] Array total_loss(Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&] { return losses.total_loss() + aux_losses.total_loss(); });
  }
  /// "loss", and every loss and metric by name.
  [[nodiscard]] Logs compute(Where where = Where::current()) const {
    Logs logs{{"loss", total_loss(where)}};
    detail::report_group(logs, losses, losses.compute(where));
    detail::report_group(logs, aux_losses, aux_losses.compute(where));
    detail::report(logs, metrics, where);
    detail::report_group(logs, aux_metrics, aux_metrics.compute(where));
    return logs;
  }
};

}  // namespace espalier::metrics
