#pragma once
// Schedules, as Optax 0.2.8 has them: values of a number over the count of steps done. Each is a plain struct, so two of
// equal numbers are equal, and a Schedule by conversion.
#include <optional>
#include <vector>

#include "espalier/stdlib/optim/schedule.h"

namespace espalier::optim::schedules {

struct [[nodiscard]] Constant {
  double value = 0;
  Array operator()(Operand count) const;
};
/// From init to end over `steps`, after `begin` steps: (init - end) (1 - t / steps)^power + end.
struct [[nodiscard]] Polynomial {
  double init = 0, end = 0, power = 1;
  std::int64_t steps = 0, begin = 0;
  Array operator()(Operand count) const;
};
/// init rate^(t / steps), t counted from `begin`; staircase: in whole powers. Never beyond `end`.
struct [[nodiscard]] ExponentialDecay {
  double init = 0, rate = 1;
  std::int64_t steps = 1, begin = 0;
  bool staircase = false;
  std::optional<double> end = {};
  Array operator()(Operand count) const;
};
/// init ((1 - alpha) (½ (1 + cos(π t / steps)))^exponent + alpha) up to `steps`, then init alpha: Loshchilov & Hutter
/// 2017, arXiv:1608.03983.
struct [[nodiscard]] CosineDecay {
  double init = 0;
  std::int64_t steps = 1;
  double alpha = 0, exponent = 1;
  Array operator()(Operand count) const;
};
/// init times the scale of every step reached.
struct [[nodiscard]] PiecewiseConstant {
  double init = 0;
  std::vector<std::pair<std::int64_t, double>> scales = {};
  Array operator()(Operand count) const;
};
/// The i-th schedule between the boundaries i - 1 and i, its own count starting at 0 there.
struct [[nodiscard]] Join {
  std::vector<Schedule> schedules = {};
  std::vector<std::int64_t> boundaries = {};
  Array operator()(Operand count) const;
};

struct ExponentialDecayOptions {
  Named by_name = Named();
  std::int64_t begin = 0;
  bool staircase = false;
  std::optional<double> end = {};
};
struct PolynomialOptions {
  Named by_name = Named();
  std::int64_t begin = 0;  ///< steps before it starts
};
struct CosineDecayOptions {
  Named by_name = Named();
  double exponent = 1;
};

Constant constant(double value);
Polynomial linear(double init, double end, std::int64_t steps, PolynomialOptions options = {});
Polynomial polynomial(double init, double end, double power, std::int64_t steps, PolynomialOptions options = {});
/// ArgumentError if transition_steps is not positive or the rate is 0.
ExponentialDecay exponential_decay(double init, std::int64_t transition_steps, double rate,
                                   ExponentialDecayOptions options = {}, Where where = Where::current());
/// ArgumentError if steps is not positive.
CosineDecay cosine_decay(double init, std::int64_t steps, double alpha = 0, CosineDecayOptions options = {},
                         Where where = Where::current());
/// From init to peak over warmup_steps, then by cosine_decay to `end` at decay_steps, the warmup included.
Join warmup_cosine_decay(double init, double peak, std::int64_t warmup_steps, std::int64_t decay_steps, double end = 0,
                         CosineDecayOptions options = {}, Where where = Where::current());
/// From init to peak over warmup_steps, then constant.
Join warmup_constant(double init, double peak, std::int64_t warmup_steps);
/// From init to peak over warmup_steps, then by exponential_decay.
Join warmup_exponential_decay(double init, double peak, std::int64_t warmup_steps, std::int64_t transition_steps,
                              double rate, ExponentialDecayOptions options = {}, Where where = Where::current());
PiecewiseConstant piecewise_constant(double init, std::vector<std::pair<std::int64_t, double>> scales);
/// ArgumentError unless there is one boundary less than schedules.
Join join(std::vector<Schedule> schedules, std::vector<std::int64_t> boundaries, Where where = Where::current());

}  // namespace espalier::optim::schedules
