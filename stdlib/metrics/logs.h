#pragma once
// Values by name: what groups of metrics and losses report, and how the names are made.
#include <map>
#include <string>

#include "espalier/dsl/tree.h"

namespace espalier::metrics {

/// Values by name: "accuracy", or "test/accuracy" for a metric in a named group.
using Logs = std::map<std::string, Array>;

/// A metric or a loss with a name of its own; see `named`.
template <class M> struct [[nodiscard]] NamedMetric {
  std::string name;  ///< under which a group reports it
  M metric;          ///< the metric, or the loss
};
/// named("top_5", Accuracy{.top_k = 5}): the name under which a group reports a metric or a loss.
template <class M> NamedMetric<M> named(std::string name, M metric) { return {std::move(name), std::move(metric)}; }

namespace detail {

/// "MeanSquaredError" -> "mean_squared_error".
std::string lower_snake_case(std::string_view type);
/// The name, or the first of name2, name3, … that is free.
std::string free_name(const Logs& logs, const std::string& name);
/// The key of a leaf that lies in a map, else the member's name.
std::string log_name(const LeafInfo& info);

template <class M> const M& metric_in(const M& metric) { return metric; }
template <class M> const M& metric_in(const NamedMetric<M>& named) { return named.metric; }
template <class M> M with_metric(const M&, M metric) { return metric; }
template <class M> NamedMetric<M> with_metric(const NamedMetric<M>& named, M metric) { return {named.name, std::move(metric)}; }
template <class M> inline constexpr bool is_named = false;
template <class M> inline constexpr bool is_named<NamedMetric<M>> = true;
template <class M> constexpr bool has_name() {
  constexpr std::string_view name = tree::type_name<M>;
  return !name.empty() && tree::name_detail::in_identifier(name[0]);
}
template <class M> std::string name_of(const M& metric) {
  if constexpr (requires { M::is_adapter; }) return name_of(metric.metric);
  else {
    static_assert(has_name<M>(), "a lambda has no name to be reported under: give it one, named(\"distance\", [](…) { … })");
    return lower_snake_case(tree::type_name<M>);
  }
}
template <class M> std::string name_of(const NamedMetric<M>& named) { return named.name; }

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

/// Adds the values of a group to the logs, those of a group with a name as "name/…".
template <class P> void report_group(Logs& logs, const P& part, const Logs& values) {
  for (const auto& [name, array] : values) logs[free_name(logs, is_named<P> ? name_of(part) + "/" + name : name)] = array;
}
template <class P> void report(Logs& logs, const P& part, Where where) {
  const auto value = computed(metric_in(part), where);
  if constexpr (std::is_same_v<std::remove_const_t<decltype(value)>, Logs>) report_group(logs, part, value);  // a group in a group
  else logs[free_name(logs, name_of(part))] = value;
}

}  // namespace detail

/// The leaves of kind K in a tree by the names of their members, or by their key in a map, numbered when taken: logs_of<LossLog>(module)
/// is what an AuxLosses takes as `aux_values`.
template <class K, Tree T> [[nodiscard]] Logs logs_of(const T& tree) {
  Logs logs;
  for (const auto& [info, value] : leaves_with_info(filter<K>(tree))) logs[detail::free_name(logs, detail::log_name(info))] = value;
  return logs;
}

}  // namespace espalier::metrics
