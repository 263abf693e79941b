#pragma once
// Several metrics as one, each under its name.
#include <tuple>

#include "espalier/stdlib/metrics/logs.h"
#include "espalier/stdlib/metrics/state.h"

namespace espalier::metrics {

/// Metrics(Accuracy(), named("loss", Mean())): each takes what it needs of the inputs, and compute() gives Logs. The name is
/// by default that of the type in lower_snake_case, numbered when it is taken: "accuracy", "accuracy2".
template <class... M> class [[nodiscard("a metric is a value: keep the one that update, merge and reset return")]] Metrics {
 public:
  std::tuple<M...> metrics;                                            ///< the metrics, as they were given
  static constexpr auto fields = espalier::fields<&Metrics::metrics>;  ///< makes it a tree

  /// Of these metrics; groups nest.
  explicit Metrics(M... metrics) : metrics(std::move(metrics)...) {}

  /// With one batch more. Errors are those of the metrics.
  template <class I = Inputs> Metrics update(const I& inputs, Where where = Where::current()) const {
    return each([&](const auto& metric) { return detail::updated(metric, inputs, where); });
  }
  /// Of this batch alone.
  template <class I = Inputs> Metrics batch_updates(const I& inputs, Where where = Where::current()) const { return reset().update(inputs, where); }
  /// As in every metric: reset is of no batch, merge of the batches of both, aggregate of states stacked along a leading axis.
  /// @{
  Metrics reset() const {
    return each([](const auto& metric) { return metric.reset(); });
  }
  Metrics aggregate(Where where = Where::current()) const {
    return each([&](const auto& metric) { return detail::aggregate_of(metric, where); });
  }
  Metrics merge(const Metrics& other, Where where = Where::current()) const { return merge(other, where, std::index_sequence_for<M...>{}); }
  /// @}
  /// The values by name.
  [[nodiscard]] Logs compute(Where where = Where::current()) const {
    Logs logs;
    std::apply([&](const M&... part) { (detail::report(logs, part, where), ...); }, metrics);
    return logs;
  }

 private:
  template <class F> Metrics each(const F& f) const {
    return std::apply([&](const M&... part) { return Metrics(detail::with_metric(part, f(detail::metric_in(part)))...); }, metrics);
  }
  template <std::size_t... i> Metrics merge(const Metrics& other, [[maybe_unused]] Where where, std::index_sequence<i...>) const {
    return Metrics(detail::with_metric(std::get<i>(metrics), detail::merged_with(detail::metric_in(std::get<i>(metrics)), detail::metric_in(std::get<i>(other.metrics)), where))...);
  }
};

}  // namespace espalier::metrics
