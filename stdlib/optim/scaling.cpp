#include "espalier/stdlib/optim/scaling.h"

#include "espalier/dsl/ops/elementwise.h"

namespace espalier::optim {

Array ScaleBySchedule::now() const {
  if (!schedule.counts()) return factor * schedule(0);
  if (count.is_nothing())
    throw ArgumentError("scale_by_schedule", "the schedule counts steps, and the count is Nothing",
                        "call init(parameters) first");
  return factor * schedule(count);
}

ScaleBySchedule ScaleBySchedule::advanced() const {
  return {schedule, factor, count.is_nothing() ? OptState() : detail::next_count(count)};
}

// The gradient keeps its dtype: a rate in f32 does not widen bf16.
Array ScaleBySchedule::scaled(const Array& gradient, const Array& scale) { return scale.as(gradient.dtype()) * gradient; }

}  // namespace espalier::optim
