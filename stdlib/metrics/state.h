#pragma once
// What metrics accumulate: sums, kept in f64, where counting by ones stays exact up to 2^53.
#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/tree.h"
#include "espalier/stdlib/metrics/inputs.h"

namespace espalier::metrics {

/// A metric: see stdlib/metrics.h.
template <class M>
concept Metric = Tree<M> && requires(const M& m) {
  m.compute();
  { m.merge(m) } -> std::same_as<M>;
  { m.aggregate() } -> std::same_as<M>;
  { m.reset() } -> std::same_as<M>;
};

namespace detail {

/// f64 zeros.
MetricState zero_state(Shape shape = {});
/// The state plus what a batch adds, in f64.
MetricState advanced(const MetricState& state, const Array& batch);
/// total / count in f32, the dtype of results: NaN where nothing was counted.
Array ratio(const Array& total, const Array& count, Where where);

/// A metric's update with the inputs it asks for: any aggregate, or `Inputs`; with the user's place if it takes one.
template <class M, class I> M updated(const M& metric, const I& inputs, Where where) {
  if constexpr (requires { { metric.update(inputs, where) } -> std::same_as<M>; }) return metric.update(inputs, where);
  else if constexpr (requires { { metric.update(inputs) } -> std::same_as<M>; }) return metric.update(inputs);
  else {
    static_assert(requires { { metric.update(as_inputs(inputs)) } -> std::same_as<M>; },
                  "a metric has a member `update(inputs) const`, of metrics::Inputs or of any aggregate, that returns the new metric");
    return metric.update(as_inputs(inputs));
  }
}

/// The loss of a batch: any callable of its inputs, or of `Inputs`; with the user's place if it takes one.
template <class L, class I> Array value_of(const L& loss, const I& inputs, Where where) {
  if constexpr (requires { loss(inputs, where); }) return loss(inputs, where);
  else if constexpr (requires { loss(inputs); }) return loss(inputs);
  else {
    static_assert(requires { loss(as_inputs(inputs)); }, "a loss is called with the inputs, metrics::Inputs or any aggregate, and returns a scalar Array");
    return loss(as_inputs(inputs));
  }
}
/// x, after checking that y has its shape. ShapeError with both shapes where they differ: one of them is a stack of states.
Array like_state(const Array& x, const Array& y);
/// x + y. ShapeError as above.
Array sum_of_states(const Array& x, const Array& y);
/// StructureError if the options of two metrics differ, ShapeError if shapes of their states do.
template <class M> void require_mergeable(const M& a, const M& b) { (void)map(like_state, a, b); }
/// State by state the sum: `merge` of every metric whose state is sums. StructureError if the options differ, ShapeError if
/// shapes do.
template <class M> M merged(const M& a, const M& b, Where where) {
  return espalier::detail::called_at(where, [&] { return map(sum_of_states, a, b); });
}
/// State by state the sum over the leading axis.
template <class M> M aggregated(const M& stacked, Where where) {
  return espalier::detail::called_at(where, [&] { return map<MetricState>([](const Array& x) { return sum(x, 0); }, stacked); });
}

}  // namespace detail

/// The rest of a metric whose states add up, for `struct Hits : SumState<Hits> { MetricState n = 0.0; … }`: it writes update and
/// compute, and its members of kind MetricState are summed over time (merge) and devices (aggregate). `reset` makes them 0.
template <class Self> struct SumState {
  /// As in every metric: merge is of the batches of both, aggregate of states stacked along a leading axis, reset of no batch.
  /// @{
  [[nodiscard]] Self merge(const Self& other, Where where = Where::current()) const { return detail::merged(self(), other, where); }
  [[nodiscard]] Self aggregate(Where where = Where::current()) const { return detail::aggregated(self(), where); }
  [[nodiscard]] Self reset(Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&] { return map<MetricState>([](const Array& x) { return zeros_like(x); }, self()); });
  }
  /// @}
  /// Of this batch alone.
  template <class I = Inputs> [[nodiscard]] Self batch_updates(const I& inputs, Where where = Where::current()) const {
    return detail::updated(reset(where), inputs, where);
  }

 private:
  const Self& self() const { return static_cast<const Self&>(*this); }
};

}  // namespace espalier::metrics
