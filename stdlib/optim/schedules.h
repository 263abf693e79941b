#pragma once
// Schedules, as Optax 0.2.8 has them: values of a number over the count of steps done. Each is a plain struct, so two of
// equal numbers are equal, and a Schedule by conversion.
#include <optional>
#include <vector>

#include "espalier/stdlib/optim/schedule.h"

namespace espalier::optim::schedules {

/// The same at every step.
struct [[nodiscard]] Constant {
  double value = 0;                       ///< the value
  Array operator()(Operand count) const;  ///< the value, a weak scalar
};
/// From init to end over `steps`, after `begin` steps: (init - end) (1 - t / steps)^power + end. Without steps it stays at init.
struct [[nodiscard]] Polynomial {
  double init = 0;         ///< where it starts
  double end = 0;          ///< where it ends
  double power = 1;        ///< 1: a line
  std::int64_t steps = 0;  ///< how long it takes
  std::int64_t begin = 0;  ///< steps before it starts
  Array operator()(Operand count) const;  ///< the value after `count` steps, f32
};
/// init rate^(t / steps), t counted from `begin`; staircase: in whole powers. Never beyond `end`.
struct [[nodiscard]] ExponentialDecay {
  double init = 0;                 ///< where it starts
  double rate = 1;                 ///< the factor of `steps` steps
  std::int64_t steps = 1;          ///< how long one factor takes
  std::int64_t begin = 0;          ///< steps before it starts
  bool staircase = false;          ///< in whole powers
  std::optional<double> end = {};  ///< the last value, if there is one
  Array operator()(Operand count) const;  ///< the value after `count` steps, f32
};
/// init ((1 - alpha) (½ (1 + cos(π t / steps)))^exponent + alpha) up to `steps`, then init alpha: Loshchilov & Hutter
/// 2017, arXiv:1608.03983.
struct [[nodiscard]] CosineDecay {
  double init = 0;         ///< where it starts
  std::int64_t steps = 1;  ///< how long it takes
  double alpha = 0;        ///< the share of init at the end
  double exponent = 1;     ///< of the wave
  Array operator()(Operand count) const;  ///< the value after `count` steps, f32
};
/// init times the scale of every step reached.
struct [[nodiscard]] PiecewiseConstant {
  double init = 0;  ///< where it starts
  /// {step, factor from then on}, …
  std::vector<std::pair<std::int64_t, double>> scales = {};
  Array operator()(Operand count) const;  ///< the value after `count` steps, f32
};
/// Between nodes: from (0, init) to (step, value) of each boundary, each value the one before times its factor; then the last.
struct [[nodiscard]] PiecewiseInterpolate {
  double init = 0;  ///< where it starts
  /// {step, factor of the value there}, …
  std::vector<std::pair<std::int64_t, double>> scales = {};
  bool cosine = false;                    ///< along half a wave; otherwise along a line
  Array operator()(Operand count) const;  ///< the value after `count` steps, f32
};
/// The i-th schedule between the boundaries i - 1 and i, its own count starting at 0 there.
struct [[nodiscard]] Join {
  std::vector<Schedule> schedules = {};       ///< one after the other
  std::vector<std::int64_t> boundaries = {};  ///< the steps at which the next one begins
  Array operator()(Operand count) const;  ///< the value after `count` steps, f32
};

/// Options of `exponential_decay`.
struct ExponentialDecayOptions {
  Named by_name = Named();
  std::int64_t begin = 0;          ///< steps before it starts
  bool staircase = false;          ///< in whole powers
  std::optional<double> end = {};  ///< the last value, if there is one
};
/// Options of `linear` and `polynomial`.
struct PolynomialOptions {
  Named by_name = Named();
  std::int64_t begin = 0;  ///< steps before it starts
};
/// Options of `cosine_decay`.
struct CosineDecayOptions {
  Named by_name = Named();
  double exponent = 1;  ///< of the wave
};

/// Constant{value}.
Constant constant(double value);
/// A line from init to end over `steps`, then end.
Polynomial linear(double init, double end, std::int64_t steps, PolynomialOptions options = {});
/// `Polynomial` of this power.
Polynomial polynomial(double init, double end, double power, std::int64_t steps, PolynomialOptions options = {});
/// `ExponentialDecay`. ArgumentError if transition_steps is not positive or the rate is 0.
ExponentialDecay exponential_decay(double init, std::int64_t transition_steps, double rate,
                                   ExponentialDecayOptions options = {}, Where where = Where::current());
/// `CosineDecay`. ArgumentError if steps is not positive.
CosineDecay cosine_decay(double init, std::int64_t steps, double alpha = 0, CosineDecayOptions options = {},
                         Where where = Where::current());
/// From init to peak over warmup_steps, then by cosine_decay to `end` at decay_steps, the warmup included. ArgumentError unless
/// decay_steps is more than warmup_steps.
Join warmup_cosine_decay(double init, double peak, std::int64_t warmup_steps, std::int64_t decay_steps, double end = 0,
                         CosineDecayOptions options = {}, Where where = Where::current());
/// From init to peak over warmup_steps, then constant.
Join warmup_constant(double init, double peak, std::int64_t warmup_steps);
/// From init to peak over warmup_steps, then by exponential_decay, with its errors.
Join warmup_exponential_decay(double init, double peak, std::int64_t warmup_steps, std::int64_t transition_steps,
                              double rate, ExponentialDecayOptions options = {}, Where where = Where::current());
/// `PiecewiseConstant` with {step, factor} pairs.
PiecewiseConstant piecewise_constant(double init, std::vector<std::pair<std::int64_t, double>> scales);
/// Options of `piecewise_interpolate`.
struct InterpolateOptions {
  Named by_name = Named();
  bool cosine = false;  ///< along half a wave; otherwise along a line
};
/// `PiecewiseInterpolate` with {step, factor} pairs. ArgumentError unless the steps grow from above 0.
PiecewiseInterpolate piecewise_interpolate(double init, std::vector<std::pair<std::int64_t, double>> scales, InterpolateOptions options = {}, Where where = Where::current());

/// Options of `cosine_onecycle`.
struct CosineOnecycleOptions {
  Named by_name = Named();
  double pct_start = 0.3;        ///< the share of the steps until the peak
  double div_factor = 25;        ///< peak over the first value
  double final_div_factor = 1e4; ///< first value over the last
};
/// From peak / div_factor to the peak, and down to the first value over final_div_factor, along waves: Smith & Topin 2018, arXiv:1708.07120.
/// ArgumentError if transition_steps is not positive, or has no step before the peak.
PiecewiseInterpolate cosine_onecycle(std::int64_t transition_steps, double peak, CosineOnecycleOptions options = {}, Where where = Where::current());
/// Options of `linear_onecycle`.
struct LinearOnecycleOptions {
  Named by_name = Named();
  double pct_start = 0.3;        ///< the share of the steps until the peak
  double pct_final = 0.85;       ///< the share of the steps until the first value is there again
  double div_factor = 25;        ///< peak over the first value
  double final_div_factor = 1e4; ///< first value over the last
};
/// From peak / div_factor to the peak, back, and down to that over final_div_factor, along lines. Errors as in `cosine_onecycle`.
PiecewiseInterpolate linear_onecycle(std::int64_t transition_steps, double peak, LinearOnecycleOptions options = {}, Where where = Where::current());

/// A cycle of `sgdr`: what `warmup_cosine_decay` takes.
struct SgdrCycle {
  double init = 0;                ///< where it starts
  double peak = 0;                ///< where the warmup ends
  std::int64_t warmup_steps = 0;  ///< how long that takes
  std::int64_t decay_steps = 1;   ///< the length of the cycle, the warmup included
  double end = 0;                 ///< where the cycle ends
};
/// Warm restarts: one cycle after the other, each its own `warmup_cosine_decay`, with its errors. ArgumentError for none. Loshchilov & Hutter 2017,
/// arXiv:1608.03983.
Join sgdr(std::vector<SgdrCycle> cycles, Where where = Where::current());

/// `Join`. ArgumentError unless there is one boundary less than schedules.
Join join(std::vector<Schedule> schedules, std::vector<std::int64_t> boundaries, Where where = Where::current());

}  // namespace espalier::optim::schedules
