#pragma once
// Gradients times a number: a constant, or a schedule such as the learning rate.
#include "espalier/stdlib/optim/gradients.h"
#include "espalier/stdlib/optim/schedule.h"

namespace espalier::optim {

/// factor times the schedule's value after `count` steps, times the gradient.
struct [[nodiscard]] ScaleBySchedule {
  Schedule schedule = 1.0;  ///< a number, or a function of the count
  double factor = 1;        ///< times the schedule
  OptState count = {};  ///< steps done, i32; Nothing where the schedule does not count

  /// With fresh state for parameters like these.
  template <Tree P>
  ScaleBySchedule init(const P&) const {
    return {schedule, factor, schedule.counts() ? detail::first_count() : OptState()};
  }
  /// {what the gradients become, this after the step}. StructureError and ShapeError, naming the leaf, where gradients and
  /// parameters differ.
  template <Tree P> [[nodiscard]] std::pair<P, ScaleBySchedule> transform(const P& grads, const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> std::pair<P, ScaleBySchedule> {
      const Array scale = now();
      P updates = detail::map_gradients("scale_by_schedule", grads, params,
                                        [&](std::size_t, const Array& g, const Array&) { return scaled(g, scale); });
      return {std::move(updates), advanced()};
    });
  }

 private:
  Array now() const;
  ScaleBySchedule advanced() const;
  static Array scaled(const Array& gradient, const Array& scale);
};

/// Gradients times x.
inline ScaleBySchedule scale(double x) { return {.schedule = x}; }
/// Gradients times the schedule's value.
inline ScaleBySchedule scale_by_schedule(Schedule schedule) { return {.schedule = std::move(schedule)}; }
/// Gradients times minus the learning rate: the last link of a chain that descends.
inline ScaleBySchedule scale_by_learning_rate(Schedule rate) { return {.schedule = std::move(rate), .factor = -1}; }

}  // namespace espalier::optim
