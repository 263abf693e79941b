// Optimizers, as the programs of family nn.
#include "program.h"

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/stdlib/optim.h"

namespace espalier::conformance {
namespace {

using namespace optim;

double number(const Json& attrs, const char* name, double otherwise) { return attrs.contains(name) ? number_at(attrs, name) : otherwise; }
double rate(const Json& attrs) { return number_at(attrs, "learning_rate"); }
std::optional<double> maybe(const Json& attrs, const char* name) {
  return attrs.contains(name) && !attrs.at(name).is_null() ? std::optional(number_at(attrs, name)) : std::nullopt;
}

// Three parameters, then their gradients of each step; out come the updates of each step, then the parameters after it.
template <class T> Arrays descend(const T& optimizer, const Arrays& x) {
  const Arrays params{x[0], x[1], x[2]}, grads{x[3], x[4], x[5]};
  const auto step = [](const std::pair<Arrays, T>& state, const Arrays& gradients) {
    const auto& [before, opt] = state;
    auto [updates, next] = opt.transform(gradients, before);
    Arrays after = apply_updates(before, updates);
    return std::pair{std::pair{after, next}, std::pair{updates, after}};
  };
  auto [updates, after] = scan(step, std::pair{params, optimizer.init(params)}, grads).second;
  updates.insert(updates.end(), after.begin(), after.end());
  return updates;
}

// The same, but out come parameters after each step, then the slow ones.
template <class T> Arrays follow(const T& optimizer, const Arrays& x) {
  const Arrays params{x[0], x[1], x[2]}, grads{x[3], x[4], x[5]};
  const auto step = [](const std::pair<Arrays, T>& state, const Arrays& gradients) {
    auto [after, next] = state.second.update(gradients, state.first);
    const Moments& slow = std::get<0>(next.transforms).slow;
    return std::pair{std::pair{after, next}, std::pair{after, Arrays(slow.begin(), slow.end())}};
  };
  auto [fast, slow] = scan(step, std::pair{params, optimizer.init(params)}, grads).second;
  fast.insert(fast.end(), slow.begin(), slow.end());
  return fast;
}

template <class T> Arrays descend_by(T transformation, const Arrays& x) { return descend(chain(std::move(transformation), scale(-0.1)), x); }

AdamOptions adam_options(const Json& a) {
  return {.b1 = number(a, "b1", 0.9), .b2 = number(a, "b2", 0.999), .eps = number(a, "eps", 1e-8), .eps_root = number(a, "eps_root", 0), .nesterov = a.value("nesterov", false)};
}
AdamWOptions adamw_options(const Json& a) {
  const AdamOptions o = adam_options(a);
  return {.b1 = o.b1, .b2 = o.b2, .eps = o.eps, .eps_root = o.eps_root, .nesterov = o.nesterov, .weight_decay = number(a, "weight_decay", 1e-4)};
}
template <class Rule> Rule with_betas(const Json& a, Rule rule) {
  rule.b1 = number(a, "b1", rule.b1);
  rule.b2 = number(a, "b2", rule.b2);
  rule.eps = number(a, "eps", rule.eps);
  return rule;
}
SgdOptions momentum(const Json& a, std::optional<double> otherwise = {}) { return {.momentum = a.contains("momentum") ? maybe(a, "momentum") : otherwise, .nesterov = a.value("nesterov", false)}; }
DecayOptions decay(const Json& a, double otherwise) { return {.weight_decay = number(a, "weight_decay", otherwise)}; }

}  // namespace

const Rules& optimizer_rules() {
  static const Rules rules = {
      {"sgd", [](const Json& a, const Arrays& x) { return descend(sgd(number_at(a, "learning_rate"), {.momentum = maybe(a, "momentum"), .nesterov = a.value("nesterov", false)}), x); }},
      {"adam", [](const Json& a, const Arrays& x) { return descend(adam(number_at(a, "learning_rate"), adam_options(a)), x); }},
      {"adamw", [](const Json& a, const Arrays& x) { return descend(adamw(number_at(a, "learning_rate"), adamw_options(a)), x); }},
      {"sgd_schedule", [](const Json& a, const Arrays& x) { return descend(sgd(schedules::cosine_decay(number_at(a, "value"), 5)), x); }},
      {"clip", [](const Json& a, const Arrays& x) { return descend_by(clip(number_at(a, "value")), x); }},
      {"clip_by_global_norm", [](const Json& a, const Arrays& x) { return descend_by(clip_by_global_norm(number_at(a, "value")), x); }},
      {"add_decayed_weights", [](const Json& a, const Arrays& x) { return descend_by(add_decayed_weights(number_at(a, "value")), x); }},
      {"masked", [](const Json& a, const Arrays& x) {
    return descend_by(masked(add_decayed_weights(number_at(a, "value")), [](const LeafInfo& leaf) { return leaf.path != "[1]"; }), x);
  }},
      {"trace", [](const Json& a, const Arrays& x) { return descend_by(trace(number_at(a, "value")), x); }},
      {"lookahead_free_chain", [](const Json& a, const Arrays& x) {
    return descend(chain(clip_by_global_norm(1), scale_by_adam(), add_decayed_weights(0.01),
                         scale_by_schedule(schedules::warmup_cosine_decay(0, number_at(a, "value"), 2, 6)), scale(-1)),
                   x);
  }},
      {"global_norm", [](const Json&, const Arrays& x) { return Arrays{global_norm(x)}; }},

      {"adamax", [](const Json& a, const Arrays& x) { return descend(adamax(rate(a), with_betas(a, AdamaxRule{})), x); }},
      {"adamaxw", [](const Json& a, const Arrays& x) { return descend(adamaxw(rate(a), with_betas(a, AdamaxRule{}), decay(a, 1e-4)), x); }},
      {"nadam", [](const Json& a, const Arrays& x) { return descend(nadam(rate(a), adam_options(a)), x); }},
      {"nadamw", [](const Json& a, const Arrays& x) { return descend(nadamw(rate(a), adamw_options(a)), x); }},
      {"amsgrad", [](const Json& a, const Arrays& x) { return descend(amsgrad(rate(a), with_betas(a, AmsgradRule{})), x); }},
      {"yogi", [](const Json& a, const Arrays& x) { return descend(yogi(rate(a), with_betas(a, YogiRule{})), x); }},
      {"adabelief", [](const Json& a, const Arrays& x) { return descend(adabelief(rate(a), with_betas(a, AdabeliefRule{})), x); }},
      {"radam", [](const Json& a, const Arrays& x) {
    RadamRule rule = with_betas(a, RadamRule{});
    rule.threshold = number(a, "threshold", rule.threshold);
    return descend(radam(rate(a), rule), x);
  }},
      {"adan", [](const Json& a, const Arrays& x) { return descend(adan(rate(a), with_betas(a, AdanRule{}), decay(a, 0)), x); }},
      {"lion", [](const Json& a, const Arrays& x) { return descend(lion(rate(a), {.b1 = number(a, "b1", 0.9), .b2 = number(a, "b2", 0.99)}, decay(a, 1e-3)), x); }},
      {"novograd", [](const Json& a, const Arrays& x) {
    NovogradRule rule = with_betas(a, NovogradRule{});
    rule.weight_decay = number(a, "weight_decay", 0);
    return descend(novograd(rate(a), rule), x);
  }},
      {"adagrad", [](const Json& a, const Arrays& x) {
    return descend(adagrad(rate(a), {.initial_accumulator_value = number(a, "initial_accumulator_value", 0.1), .eps = number(a, "eps", 1e-7)}), x);
  }},
      {"adadelta", [](const Json& a, const Arrays& x) { return descend(adadelta(rate(a), {.rho = number(a, "rho", 0.9), .eps = number(a, "eps", 1e-6)}), x); }},
      {"rmsprop", [](const Json& a, const Arrays& x) {
    return descend(rmsprop(rate(a), {.decay = number(a, "decay", 0.9), .eps = number(a, "eps", 1e-8), .centered = a.value("centered", false)}, momentum(a)), x);
  }},
      {"sm3", [](const Json& a, const Arrays& x) { return descend(sm3(rate(a), {.momentum = number(a, "momentum", 0.9)}), x); }},
      {"sign_sgd", [](const Json& a, const Arrays& x) { return descend(sign_sgd(rate(a)), x); }},
      {"optimistic_gradient_descent", [](const Json& a, const Arrays& x) { return descend(optimistic_gradient_descent(rate(a)), x); }},
      {"fromage", [](const Json& a, const Arrays& x) { return descend(fromage(rate(a)), x); }},
      {"lamb", [](const Json& a, const Arrays& x) { return descend(lamb(rate(a), {.eps = 1e-6, .weight_decay = number(a, "weight_decay", 0)}), x); }},
      {"lars", [](const Json& a, const Arrays& x) { return descend(lars(rate(a), decay(a, 0), momentum(a, 0.9)), x); }},
      {"adaptive_grad_clip", [](const Json& a, const Arrays& x) { return descend_by(adaptive_grad_clip(number_at(a, "value")), x); }},
      {"ema_updates", [](const Json& a, const Arrays& x) { return descend_by(ema(number_at(a, "value")), x); }},
      {"centralize", [](const Json& a, const Arrays& x) { return descend(chain(centralize(), sgd(number_at(a, "value"))), x); }},
      {"apply_every", [](const Json& a, const Arrays& x) { return descend_by(apply_every(a.at("value").get<std::int64_t>()), x); }},
      {"scale_by_trust_ratio", [](const Json& a, const Arrays& x) { return descend_by(scale_by_trust_ratio({.min_norm = number_at(a, "value")}), x); }},
      {"adafactor", [](const Json& a, const Arrays& x) {
    const AdafactorRule rule{.min_dim_size_to_factor = a.value("min_dim_size_to_factor", std::int64_t{128}), .multiply_by_parameter_scale = a.value("multiply_by_parameter_scale", true)};
    return descend(adafactor(number(a, "learning_rate", 1), rule, {.momentum = number(a, "momentum", 0), .weight_decay_rate = number(a, "weight_decay_rate", 0)}), x);
  }},
      {"rprop", [](const Json& a, const Arrays& x) { return descend(rprop(rate(a)), x); }},
      {"normalize_by_update_norm", [](const Json& a, const Arrays& x) { return descend(chain(normalize_by_update_norm({.scale = number_at(a, "value")}), scale(-1)), x); }},
      {"multi_steps", [](const Json& a, const Arrays& x) { return descend(accumulate(adam(0.1), a.at("value").get<std::int64_t>(), {.dtype = f32}), x); }},
      {"multi_transform", [](const Json& a, const Arrays& x) {
    const double step = number_at(a, "value");
    return descend(multi_transform([](const LeafInfo& leaf) { return std::string(leaf.path == "[1]" ? "adam" : "sgd"); }, branch("adam", adam(step)), branch("sgd", sgd(step))), x);
  }},
      {"apply_if_finite", [](const Json& a, const Arrays& x) {
    return descend(apply_if_finite(sgd(rate(a), momentum(a)), a.at("max_consecutive_errors").get<std::int64_t>()), x);
  }},
      {"lookahead", [](const Json& a, const Arrays& x) { return follow(lookahead(sgd(0.1), a.at("sync_period").get<std::int64_t>(), number_at(a, "slow_step_size")), x); }},
      {"params_ema", [](const Json& a, const Arrays& x) {
    const auto follow = [by = number_at(a, "step_size")](const Array& average, const Array& now) { Array next = incremental_update(now, average, by); return std::pair{next, next}; };
    return Arrays{scan(follow, x[0][0], x[0]).second};
  }},
      {"zero_nans", [](const Json& a, const Arrays& x) { return descend(chain(zero_nans(), sgd(number_at(a, "value"))), x); }},
  };
  return rules;
}

}  // namespace espalier::conformance
