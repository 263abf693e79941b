#include "espalier/stdlib/metrics/state.h"

namespace espalier::metrics::detail {

MetricState zero_state(Shape shape) { return zeros(std::move(shape), f64); }
MetricState advanced(const MetricState& state, const Array& batch) { return state + batch.as(f64); }
Array like_state(const Array& x, const Array& y) {
  if (x.shape() == y.shape()) return x;
  ShapeError error("merge", "states of shapes " + x.shape().str() + " and " + y.shape().str() + " differ", "a stack of states is aggregate()d before it is merged");
  error.shapes = {x.shape(), y.shape()};
  throw error;
}
Array sum_of_states(const Array& x, const Array& y) { return like_state(x, y) + y; }
Array ratio(const Array& total, const Array& count, Where where) {
  return espalier::detail::called_at(where, [&] { return (total / count).as(default_dtype()); });
}

}  // namespace espalier::metrics::detail
