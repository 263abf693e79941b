#include "espalier/stdlib/metrics/state.h"

#include "espalier/dsl/ops/shape.h"

namespace espalier::metrics::detail {

MetricState zero_state(Shape shape) { return zeros(std::move(shape), f64); }
MetricState advanced(const MetricState& state, const Array& batch) { return state + batch.as(f64); }
Array ratio(const Array& total, const Array& count) { return (total / count).as(default_dtype()); }

}  // namespace espalier::metrics::detail
