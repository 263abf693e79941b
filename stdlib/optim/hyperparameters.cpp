#include "espalier/stdlib/optim/hyperparameters.h"

namespace espalier::optim::detail {

ScaleBySchedule injected(const ScaleBySchedule& s) {
  if (s.schedule.counts()) return s;
  const Array value = s.schedule(0);
  return {Schedule(value.as(value.weak() ? default_dtype() : value.dtype())), s.factor, s.count};
}

bool is_rate(const ScaleBySchedule& s) { return s.factor == -1; }

void throw_no_rate(const char* op) {
  throw ArgumentError(op, "the optimizer has no learning rate", "give one that has a link scale_by_learning_rate, as those by name do");
}

}  // namespace espalier::optim::detail
