#pragma once
// What metrics accumulate: sums, kept in f64, where counting by ones stays exact up to 2^53.
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/tree.h"

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
/// total / count in f32, the dtype of results.
Array ratio(const Array& total, const Array& count);

/// State by state the sum: `merge` of every metric whose state is sums. StructureError if the options differ.
template <class M> M merged(const M& a, const M& b) {
  return map([](const Array& x, const Array& y) { return x + y; }, a, b);
}
/// State by state the sum over the leading axis.
template <class M> M aggregated(const M& stacked) {
  return map<MetricState>([](const Array& x) { return sum(x, 0); }, stacked);
}

}  // namespace detail
}  // namespace espalier::metrics
