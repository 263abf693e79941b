#include "espalier/stdlib/optim/schedules.h"

#include <numbers>

#include "espalier/dsl/ops/elementwise.h"

namespace espalier::optim::schedules {
namespace {

/// The steps done since `begin`. Integers, as f32 has no odd numbers beyond 2^24, and i64, as `begin` may be beyond the count's.
Array since(const Operand& count, std::int64_t begin) {
  if (ir::is_floating(count.array.dtype())) return count.array.as(default_dtype(), count.where) - static_cast<double>(begin);
  return count.array.as(i64, count.where) - begin;
}
/// How much of `steps` they are, not beyond 0 and 1.
Array share_done(const Operand& count, std::int64_t begin, std::int64_t steps) {
  return clip(since(count, begin), 0, steps).as(default_dtype()) / static_cast<double>(steps);
}

void require_positive(const char* op, const char* what, std::int64_t steps, Where where) {
  if (steps <= 0) throw ArgumentError(op, std::string(what) + " is " + std::to_string(steps), "it is a positive number of steps", where);
}

}  // namespace

Array Constant::operator()(Operand count) const { return Array(value, count.where); }

Array Polynomial::operator()(Operand count) const {
  if (steps <= 0) return Array(init, count.where);  // Optax: without transition it stays
  const Array left = 1 - share_done(count, begin, steps);
  return (init - end) * (power == 1 ? left : pow(left, power)) + end;
}

Array ExponentialDecay::operator()(Operand count) const {
  const Array done = since(count, begin);
  const Array power = staircase ? floor_divide(done, steps).as(default_dtype()) : done.as(default_dtype()) / static_cast<double>(steps);
  const Array decayed = where(done <= 0, init, init * pow(rate, power));
  if (!end) return decayed;
  return rate < 1 ? maximum(decayed, *end) : minimum(decayed, *end);
}

Array CosineDecay::operator()(Operand count) const {
  const Array done = minimum(since(count, 0), steps).as(default_dtype());
  const Array wave = 0.5 * (1 + cos(std::numbers::pi / static_cast<double>(steps) * done));
  return init * ((1 - alpha) * (exponent == 1 ? wave : pow(wave, exponent)) + alpha);
}

Array PiecewiseConstant::operator()(Operand count) const {
  Array value = Array(init, count.where).as(default_dtype());
  for (const auto& [step, scale] : scales) value = where(since(count, step) >= 0, value * scale, value);
  return value;
}

Array PiecewiseInterpolate::operator()(Operand count) const {
  Array value = Array(init, count.where).as(default_dtype());
  double from = init;
  std::int64_t begin = 0;
  for (const auto& [step, scale] : scales) {
    const double to = from * scale;
    const Array share = since(count, begin).as(default_dtype()) / static_cast<double>(step - begin);
    const Array within = cosine ? to + (from - to) / 2 * (cos(std::numbers::pi * share) + 1) : (to - from) * share + from;
    value = where(since(count, begin) < 0, value, where(since(count, step) < 0, within, to));
    from = to, begin = step;
  }
  return value;
}

Array Join::operator()(Operand count) const {
  Array value = schedules.front()(count);
  for (std::size_t i = 0; i < boundaries.size(); ++i) {
    const Array done = since(count, boundaries[i]);
    value = where(done < 0, value, schedules[i + 1](done.as(count.array.dtype())));
  }
  return value;
}

Constant constant(double value) { return {value}; }
Polynomial linear(double init, double end, std::int64_t steps, PolynomialOptions options) {
  return {.init = init, .end = end, .power = 1, .steps = steps, .begin = options.begin};
}
Polynomial polynomial(double init, double end, double power, std::int64_t steps, PolynomialOptions options) {
  return {.init = init, .end = end, .power = power, .steps = steps, .begin = options.begin};
}
ExponentialDecay exponential_decay(double init, std::int64_t transition_steps, double rate, ExponentialDecayOptions o, Where where) {
  require_positive("exponential_decay", "transition_steps", transition_steps, where);
  if (rate == 0) throw ArgumentError("exponential_decay", "the rate is 0", "a rate below 1 decays, above 1 grows", where);
  return {.init = init, .rate = rate, .steps = transition_steps, .begin = o.begin, .staircase = o.staircase, .end = o.end};
}
CosineDecay cosine_decay(double init, std::int64_t steps, double alpha, CosineDecayOptions options, Where where) {
  require_positive("cosine_decay", "steps", steps, where);
  return {.init = init, .steps = steps, .alpha = alpha, .exponent = options.exponent};
}
Join warmup_cosine_decay(double init, double peak, std::int64_t warmup_steps, std::int64_t decay_steps, double end,
                         CosineDecayOptions options, Where where) {
  require_positive("warmup_cosine_decay", "decay_steps less warmup_steps", decay_steps - warmup_steps, where);
  const double alpha = peak == 0 ? 0 : end / peak;
  return join({linear(init, peak, warmup_steps), cosine_decay(peak, decay_steps - warmup_steps, alpha, options)}, {warmup_steps}, where);
}
Join warmup_constant(double init, double peak, std::int64_t warmup_steps) {
  return join({linear(init, peak, warmup_steps), peak}, {warmup_steps});
}
Join warmup_exponential_decay(double init, double peak, std::int64_t warmup_steps, std::int64_t transition_steps,
                              double rate, ExponentialDecayOptions options, Where where) {
  return join({linear(init, peak, warmup_steps), exponential_decay(peak, transition_steps, rate, options, where)}, {warmup_steps}, where);
}
PiecewiseConstant piecewise_constant(double init, std::vector<std::pair<std::int64_t, double>> scales) { return {init, std::move(scales)}; }
PiecewiseInterpolate piecewise_interpolate(double init, std::vector<std::pair<std::int64_t, double>> scales, InterpolateOptions options, Where where) {
  std::int64_t before = 0;
  for (const auto& [step, scale] : scales) {
    if (step <= before) throw ArgumentError("piecewise_interpolate", "step " + std::to_string(step) + " comes after " + std::to_string(before), "give steps that grow, the first above 0", where);
    before = step;
  }
  return {.init = init, .scales = std::move(scales), .cosine = options.cosine};
}
PiecewiseInterpolate cosine_onecycle(std::int64_t transition_steps, double peak, CosineOnecycleOptions o, Where where) {
  require_positive("cosine_onecycle", "transition_steps", transition_steps, where);
  const auto top = static_cast<std::int64_t>(o.pct_start * static_cast<double>(transition_steps));
  return piecewise_interpolate(peak / o.div_factor, {{top, o.div_factor}, {transition_steps, 1 / (o.div_factor * o.final_div_factor)}}, {.cosine = true}, where);
}
PiecewiseInterpolate linear_onecycle(std::int64_t transition_steps, double peak, LinearOnecycleOptions o, Where where) {
  require_positive("linear_onecycle", "transition_steps", transition_steps, where);
  const auto at = [&](double share) { return static_cast<std::int64_t>(share * static_cast<double>(transition_steps)); };
  return piecewise_interpolate(peak / o.div_factor, {{at(o.pct_start), o.div_factor}, {at(o.pct_final), 1 / o.div_factor}, {transition_steps, 1 / o.final_div_factor}}, {}, where);
}
Join sgdr(std::vector<SgdrCycle> cycles, Where where) {
  if (cycles.empty()) throw ArgumentError("sgdr", "there is no cycle", "give one or more", where);
  std::vector<Schedule> schedules;
  std::vector<std::int64_t> boundaries;
  std::int64_t steps = 0;
  for (const SgdrCycle& c : cycles) {
    if (steps != 0) boundaries.push_back(steps);
    schedules.emplace_back(warmup_cosine_decay(c.init, c.peak, c.warmup_steps, c.decay_steps, c.end, {}, where));
    steps += c.decay_steps;
  }
  return join(std::move(schedules), std::move(boundaries), where);
}
Join join(std::vector<Schedule> schedules, std::vector<std::int64_t> boundaries, Where where) {
  if (schedules.size() != boundaries.size() + 1) {
    throw ArgumentError("join", std::to_string(schedules.size()) + " schedules and " + std::to_string(boundaries.size()) + " boundaries",
                        "there is one boundary between each two schedules", where);
  }
  return {std::move(schedules), std::move(boundaries)};
}

}  // namespace espalier::optim::schedules
