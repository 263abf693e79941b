// Activations, losses, optimizers and schedules, as the programs of family nn.
#include "program.h"

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/stdlib/losses.h"
#include "espalier/stdlib/optim.h"

namespace espalier::conformance {
namespace {

using namespace optim;

double number(const Json& attrs, const char* name, double otherwise) { return attrs.contains(name) ? number_at(attrs, name) : otherwise; }
std::int64_t steps(const Json& attrs, const char* name) { return attrs.value(name, std::int64_t{0}); }
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

template <class T> Arrays descend_by(T transformation, const Arrays& x) { return descend(chain(std::move(transformation), scale(-0.1)), x); }

AdamOptions adam_options(const Json& a) {
  return {.b1 = number(a, "b1", 0.9), .b2 = number(a, "b2", 0.999), .eps = number(a, "eps", 1e-8), .eps_root = number(a, "eps_root", 0), .nesterov = a.value("nesterov", false)};
}
AdamWOptions adamw_options(const Json& a) {
  const AdamOptions o = adam_options(a);
  return {.b1 = o.b1, .b2 = o.b2, .eps = o.eps, .eps_root = o.eps_root, .nesterov = o.nesterov, .weight_decay = number(a, "weight_decay", 1e-4)};
}

// The values at a list of counts, in f64 as the cases hold them.
Arrays values(const Schedule& schedule, const Arrays& counts) {
  return {vmap([&](const Array& count) { return schedule(count).as(f64); })(counts[0])};
}

template <Array (*f)(Operand)> Arrays unary(const Json&, const Arrays& x) { return {f(x[0])}; }
template <Array (*f)(Operand, Operand)> Arrays binary(const Json&, const Arrays& x) { return {f(x[0], x[1])}; }

}  // namespace

const Rules& nn_rules() {
  static const Rules rules = {
      {"relu", unary<relu>},
      {"relu6", unary<relu6>},
      {"sigmoid", unary<sigmoid>},
      {"tanh", unary<tanh>},
      {"softplus", unary<softplus>},
      {"softsign", unary<soft_sign>},
      {"silu", unary<silu>},
      {"gelu_tanh", unary<gelu>},
      {"gelu_exact", unary<gelu_exact>},
      {"selu", unary<selu>},
      {"mish", unary<mish>},
      {"hard_tanh", unary<hard_tanh>},
      {"hard_sigmoid", unary<hard_sigmoid>},
      {"hard_swish", unary<hard_silu>},
      {"log_sigmoid", unary<log_sigmoid>},
      {"elu", [](const Json& a, const Arrays& x) { return Arrays{elu(x[0], number(a, "alpha", 1))}; }},
      {"celu", [](const Json& a, const Arrays& x) { return Arrays{celu(x[0], number(a, "alpha", 1))}; }},
      {"leaky_relu", [](const Json& a, const Arrays& x) { return Arrays{leaky_relu(x[0], number(a, "negative_slope", 0.01))}; }},
      {"glu", [](const Json&, const Arrays& x) { return Arrays{glu(x[0])}; }},

      {"squared_error", binary<losses::squared_error>},
      {"l2_loss", binary<losses::l2_loss>},
      {"log_cosh", binary<losses::log_cosh>},
      {"huber_loss", [](const Json& a, const Arrays& x) {  // Optax's is per element: here each is a sample of one
    return Arrays{losses::huber(expand_dims(x[0], -1), expand_dims(x[1], -1), {.delta = number(a, "delta", 1)})};
  }},
      {"cosine_similarity", [](const Json&, const Arrays& x) { return Arrays{losses::cosine_similarity(x[0], x[1])}; }},
      {"cosine_distance", [](const Json&, const Arrays& x) { return Arrays{losses::cosine_distance(x[0], x[1])}; }},
      {"softmax_cross_entropy", binary<losses::softmax_cross_entropy>},
      {"softmax_cross_entropy_integer", binary<losses::softmax_cross_entropy_with_integer_labels>},
      {"sigmoid_binary_cross_entropy", binary<losses::sigmoid_binary_cross_entropy>},
      {"hinge_loss", binary<losses::hinge_loss>},
      {"perceptron_loss", binary<losses::perceptron_loss>},
      {"kl_divergence", binary<losses::kl_divergence>},
      {"convex_kl_divergence", binary<losses::convex_kl_divergence>},
      {"poly_loss_cross_entropy", [](const Json& a, const Arrays& x) { return Arrays{losses::poly_loss_cross_entropy(x[0], x[1], {.epsilon = number(a, "epsilon", 2)})}; }},
      {"sigmoid_focal_loss", [](const Json& a, const Arrays& x) { return Arrays{losses::sigmoid_focal_loss(x[0], x[1], {.alpha = maybe(a, "alpha"), .gamma = number(a, "gamma", 2)})}; }},
      {"smooth_labels", [](const Json& a, const Arrays& x) { return Arrays{losses::smooth_labels(x[0], number_at(a, "alpha"))}; }},

      {"sgd", [](const Json& a, const Arrays& x) { return descend(sgd(number_at(a, "learning_rate"), {.momentum = maybe(a, "momentum"), .nesterov = a.value("nesterov", false)}), x); }},
      {"adam", [](const Json& a, const Arrays& x) { return descend(adam(number_at(a, "learning_rate"), adam_options(a)), x); }},
      {"adamw", [](const Json& a, const Arrays& x) { return descend(adamw(number_at(a, "learning_rate"), adamw_options(a)), x); }},
      {"sgd_schedule", [](const Json& a, const Arrays& x) { return descend(sgd(schedules::cosine_decay(number_at(a, "value"), 5)), x); }},
      {"clip", [](const Json& a, const Arrays& x) { return descend_by(clip(number_at(a, "value")), x); }},
      {"clip_by_global_norm", [](const Json& a, const Arrays& x) { return descend_by(clip_by_global_norm(number_at(a, "value")), x); }},
      {"add_decayed_weights", [](const Json& a, const Arrays& x) { return descend_by(add_decayed_weights(number_at(a, "value")), x); }},
      {"masked", [](const Json& a, const Arrays& x) {
    return descend_by(add_decayed_weights(number_at(a, "value"), {.mask = [](const LeafInfo& leaf) { return leaf.path != "[1]"; }}), x);
  }},
      {"trace", [](const Json& a, const Arrays& x) { return descend_by(trace(number_at(a, "value")), x); }},
      {"lookahead_free_chain", [](const Json& a, const Arrays& x) {
    return descend(chain(clip_by_global_norm(1), scale_by_adam(), add_decayed_weights(0.01),
                         scale_by_schedule(schedules::warmup_cosine_decay(0, number_at(a, "value"), 2, 6)), scale(-1)),
                   x);
  }},
      {"global_norm", [](const Json&, const Arrays& x) { return Arrays{global_norm(x)}; }},

      {"constant_schedule", [](const Json& a, const Arrays& x) { return values(schedules::constant(number_at(a, "value")), x); }},
      {"linear_schedule", [](const Json& a, const Arrays& x) {
    return values(schedules::linear(number_at(a, "init_value"), number_at(a, "end_value"), steps(a, "transition_steps"), {.begin = steps(a, "transition_begin")}), x);
  }},
      {"polynomial_schedule", [](const Json& a, const Arrays& x) {
    return values(schedules::polynomial(number_at(a, "init_value"), number_at(a, "end_value"), number_at(a, "power"), steps(a, "transition_steps"), {.begin = steps(a, "transition_begin")}), x);
  }},
      {"cosine_decay_schedule", [](const Json& a, const Arrays& x) {
    return values(schedules::cosine_decay(number_at(a, "init_value"), steps(a, "decay_steps"), number(a, "alpha", 0), {.exponent = number(a, "exponent", 1)}), x);
  }},
      {"warmup_cosine_decay_schedule", [](const Json& a, const Arrays& x) {
    return values(schedules::warmup_cosine_decay(number_at(a, "init_value"), number_at(a, "peak_value"), steps(a, "warmup_steps"), steps(a, "decay_steps"), number(a, "end_value", 0)), x);
  }},
      {"exponential_decay", [](const Json& a, const Arrays& x) {
    return values(schedules::exponential_decay(number_at(a, "init_value"), steps(a, "transition_steps"), number_at(a, "decay_rate"),
                                               {.begin = steps(a, "transition_begin"), .staircase = a.value("staircase", false), .end = maybe(a, "end_value")}),
                  x);
  }},
      {"warmup_exponential_decay_schedule", [](const Json& a, const Arrays& x) {
    return values(schedules::warmup_exponential_decay(number_at(a, "init_value"), number_at(a, "peak_value"), steps(a, "warmup_steps"), steps(a, "transition_steps"),
                                                      number_at(a, "decay_rate"), {.end = maybe(a, "end_value")}),
                  x);
  }},
      {"piecewise_constant_schedule", [](const Json& a, const Arrays& x) {
    std::vector<std::pair<std::int64_t, double>> scales;
    for (const auto& [step, scale] : a.at("boundaries_and_scales").items()) scales.emplace_back(std::stoll(step), scale.get<double>());
    return values(schedules::piecewise_constant(number_at(a, "init_value"), std::move(scales)), x);
  }},
  };
  return rules;
}

}  // namespace espalier::conformance
