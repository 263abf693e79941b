#pragma once
// Rates that may change between steps of a compiled function.
#include "espalier/stdlib/optim/optimizer.h"
#include "espalier/stdlib/optim/scaling.h"

namespace espalier::optim {

namespace detail {
/// The schedule as a leaf if it is a number.
ScaleBySchedule injected(const ScaleBySchedule& scale);
/// Whether it is what `scale_by_learning_rate` makes.
bool is_rate(const ScaleBySchedule& scale);
/// ArgumentError: there is none.
[[noreturn]] void throw_no_rate(const char* op);
}  // namespace detail

/// The transformation with every constant factor and learning rate in it as a leaf, f32: it may change without a new compilation (`with_learning_rate`, `map`),
/// and is saved and loaded with the state. Schedules that count stay as they are.
template <Tree T> [[nodiscard]] T inject_hyperparams(const T& t, Where where = Where::current()) {
  return espalier::detail::called_at(where, [&] { return map_subtrees([](const ScaleBySchedule& s) { return detail::injected(s); }, t); });
}

/// The optimizer with this learning rate in the place of each that it has; an Array is a leaf. ArgumentError if it has none.
template <Tree T> [[nodiscard]] T with_learning_rate(const T& t, Schedule rate, Where where = Where::current()) {
  return espalier::detail::called_at(where, [&] {
    bool found = false;
    T result = map_subtrees([&](const ScaleBySchedule& s) {
      if (!detail::is_rate(s)) return s;
      found = true;
      return ScaleBySchedule{rate, s.factor, rate.counts() && s.count.is_nothing() ? detail::first_count() : s.count};
    }, t);
    if (!found) detail::throw_no_rate("with_learning_rate");
    return result;
  });
}

/// The learning rate that the next step has, that of the first link where there are several. ArgumentError if there is none.
template <Tree T> [[nodiscard]] Array learning_rate(const T& t, Where where = Where::current()) {
  return espalier::detail::called_at(where, [&] {
    Array rate;
    (void)map_subtrees([&](const ScaleBySchedule& s) {
      if (detail::is_rate(s) && rate.is_nothing()) rate = s.schedule(s.count.is_nothing() ? Array(0) : Array(s.count));
      return s;
    }, t);
    if (rate.is_nothing()) detail::throw_no_rate("learning_rate");
    return rate;
  });
}

}  // namespace espalier::optim
