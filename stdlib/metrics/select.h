#pragma once
// Metrics and losses of a part of their inputs: on, rename, slice.
#include <tuple>

#include "espalier/stdlib/metrics/logs.h"
#include "espalier/stdlib/metrics/seen.h"
#include "espalier/stdlib/metrics/state.h"

namespace espalier::metrics {

/// A metric, or a loss, that sees its inputs as `How` shows them; see `on`, `rename` and `slice`. It is reported under the name of
/// what it holds.
template <class How, class M> struct [[nodiscard("a metric is a value: keep the one that update, merge and reset return")]] Adapted {
  M metric;                                  ///< the metric, or the loss
  static constexpr bool is_adapter = true;  ///< for groups
  /// What the metric sees of the inputs.
  template <class I> [[nodiscard]] static auto seen(const I& inputs, Where where = Where::current()) { return How::seen(inputs, where); }

  /// With one batch more. Errors are those of the metric; IndexError or MissingValue where the path leads to nothing.
  template <class I = Inputs> Adapted update(const I& inputs, Where where = Where::current()) const
    requires Metric<M>
  {
    return {detail::updated(metric, seen(inputs, where), where)};
  }
  /// Of this batch alone.
  template <class I = Inputs> Adapted batch_updates(const I& inputs, Where where = Where::current()) const
    requires Metric<M>
  {
    return reset().update(inputs, where);
  }
  /// The value of the metric.
  [[nodiscard]] auto compute(Where where = Where::current()) const
    requires Metric<M>
  {
    return detail::computed(metric, where);
  }
  /// As in every metric: reset is of no batch, merge of the batches of both, aggregate of states stacked along a leading axis.
  /// @{
  Adapted reset() const
    requires Metric<M>
  {
    return {metric.reset()};
  }
  Adapted merge(const Adapted& other, Where where = Where::current()) const
    requires Metric<M>
  {
    return {detail::merged_with(metric, other.metric, where)};
  }
  Adapted aggregate(Where where = Where::current()) const
    requires Metric<M>
  {
    return {detail::aggregate_of(metric, where)};
  }
  /// @}
  /// The loss of what it sees.
  template <class I = Inputs> [[nodiscard]] Array operator()(const I& inputs, Where where = Where::current()) const
    requires(!Metric<M>)
  {
    return detail::value_of(metric, seen(inputs, where), where);
  }
};

namespace detail {
template <class How, class M> auto adapted(M metric) {
  if constexpr (is_named<M>) return named(metric.name, Adapted<How, decltype(metric.metric)>{std::move(metric.metric)});
  else return Adapted<How, M>{std::move(metric)};
}
}  // namespace detail

/// on<"a", 0>(metric): of the part of target, preds and values that the path leads to: a member, a map's key, an index of a list, a
/// tuple or an array's leading axis. What has a type that the path does not lead into stays as it is, so do the weights.
template <detail::Step... path, class M> [[nodiscard]] auto on(M metric) { return detail::adapted<detail::OnPath<path...>>(std::move(metric)); }
/// rename<"loss", "values">(Mean()): what the metric takes as `values` is the inputs' member `loss`. Nested, several are renamed. It
/// does not compile where the inputs have no member of that name.
template <detail::Step from, detail::Step to, class M> [[nodiscard]] auto rename(M metric) {
  static_assert(detail::is_member(to), "rename: a metric takes target, preds, sample_weight, values or aux_values: that is the second name");
  return detail::adapted<detail::Renamed<from, to>>(std::move(metric));
}
/// slice<"preds", "a", 0>(metric): as `on`, of one member of the inputs alone.
template <detail::Step member, detail::Step... path, class M> [[nodiscard]] auto slice(M metric) {
  static_assert(detail::is_member(member), "slice: a metric takes target, preds, sample_weight, values or aux_values: that is the first name");
  return detail::adapted<detail::Sliced<member, path...>>(std::move(metric));
}

}  // namespace espalier::metrics
