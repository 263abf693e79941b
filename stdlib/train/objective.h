#pragma once
// What the high level differentiates and reports: the recipe's loss and metrics as one group.
#include "espalier/stdlib/metrics.h"
#include "espalier/stdlib/train/running_logs.h"

namespace espalier::detail {

/// What losses and metrics of the high level are given.
template <class Target, class Preds> struct StepInputs {
  Target target = {};
  Preds preds = {};
  Array sample_weight = {};
  metrics::Logs aux_values = {};
};

template <class X> inline constexpr bool is_whole = false;
template <class L, class X> inline constexpr bool is_whole<metrics::LossesAndMetrics<L, X>> = true;
template <class X> inline constexpr bool is_metrics = false;
template <class... X> inline constexpr bool is_metrics<metrics::Metrics<X...>> = true;

template <class X> auto metrics_of(const X& given) {
  if constexpr (std::is_same_v<X, Nothing>) return metrics::Metrics<>();
  else if constexpr (is_metrics<X>) return given;
  else return metrics::Metrics<X>(given);
}
template <class L> auto losses_of(const L& given) {
  if constexpr (std::is_same_v<L, Nothing>) return metrics::Losses<>();
  else if constexpr (metrics::detail::is_losses<L>) return given;
  else return metrics::Losses<L>(given);
}
/// The recipe's loss and metrics as LossesAndMetrics.
template <class L, class X> auto objective_of(const L& loss, const X& given) {
  if constexpr (is_whole<X>) {
    static_assert(std::is_same_v<L, Nothing>, "the loss stands twice: in Recipe::loss, and in the LossesAndMetrics of Recipe::metrics");
    return given;
  } else return metrics::LossesAndMetrics(losses_of(loss), metrics_of(given));
}
/// Whether there is something to differentiate.
template <class L, class X> inline constexpr bool has_objective = !std::is_same_v<L, Nothing> || is_whole<X>;

/// "loss", each loss by name where there are several, and the metrics.
template <class L, class X, class G> metrics::Logs values_of_objective(const G& group) {
  if constexpr (is_whole<X>) return group.compute();
  else {
    metrics::Logs logs;
    if constexpr (has_objective<L, X>) {
      logs["loss"] = group.total_loss();
      if constexpr (metrics::detail::is_losses<L>) add_values(logs, group.losses.compute());
    }
    add_values(logs, group.metrics.compute());
    return logs;
  }
}

}  // namespace espalier::detail
