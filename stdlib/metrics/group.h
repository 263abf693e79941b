#pragma once
// Several metrics as one, each under its name.
#include <map>
#include <string>
#include <tuple>

#include "espalier/stdlib/metrics/inputs.h"
#include "espalier/stdlib/metrics/state.h"

namespace espalier::metrics {

/// Values by name: "accuracy", or "test/accuracy" for a metric in a named group.
using Logs = std::map<std::string, Array>;

/// A metric with a name of its own; see `named`.
template <class M> struct [[nodiscard]] NamedMetric {
  std::string name;  ///< under which a group reports it
  M metric;          ///< the metric
};
/// named("top_5", Accuracy{.top_k = 5}): the name under which a group reports it.
template <Metric M> NamedMetric<M> named(std::string name, M metric) { return {std::move(name), std::move(metric)}; }

namespace detail {

/// "MeanSquaredError" -> "mean_squared_error".
std::string lower_snake_case(std::string_view type);
/// The name, or the first of name2, name3, … that is free.
std::string free_name(const Logs& logs, const std::string& name);

template <class M> const M& metric_in(const M& metric) { return metric; }
template <class M> const M& metric_in(const NamedMetric<M>& named) { return named.metric; }
template <class M> M with_metric(const M&, M metric) { return metric; }
template <class M> NamedMetric<M> with_metric(const NamedMetric<M>& named, M metric) { return {named.name, std::move(metric)}; }
template <class M> std::string name_of(const M&) { return lower_snake_case(tree::type_name<M>); }
template <class M> std::string name_of(const NamedMetric<M>& named) { return named.name; }
template <class M> inline constexpr bool is_named = false;
template <class M> inline constexpr bool is_named<NamedMetric<M>> = true;

// What a metric of the user's may not ask for: the place of the call.
template <class M> auto computed(const M& metric, Where where) {
  if constexpr (requires { metric.compute(where); }) return metric.compute(where);
  else return metric.compute();
}
template <class M> M merged_with(const M& metric, const M& other, Where where) {
  if constexpr (requires { metric.merge(other, where); }) return metric.merge(other, where);
  else return metric.merge(other);
}
template <class M> M aggregate_of(const M& metric, Where where) {
  if constexpr (requires { metric.aggregate(where); }) return metric.aggregate(where);
  else return metric.aggregate();
}

template <class M> void report(Logs& logs, const M& part, Where where) {
  const auto value = computed(metric_in(part), where);
  if constexpr (std::is_same_v<std::remove_const_t<decltype(value)>, Logs>) {  // a group in a group
    for (const auto& [name, array] : value) logs[free_name(logs, is_named<M> ? name_of(part) + "/" + name : name)] = array;
  } else {
    logs[free_name(logs, name_of(part))] = value;
  }
}

}  // namespace detail

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
  template <std::size_t... i> Metrics merge(const Metrics& other, Where where, std::index_sequence<i...>) const {
    return Metrics(detail::with_metric(std::get<i>(metrics), detail::merged_with(detail::metric_in(std::get<i>(metrics)), detail::metric_in(std::get<i>(other.metrics)), where))...);
  }
};

}  // namespace espalier::metrics
