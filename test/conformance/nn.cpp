// Activations, losses and schedules, as the programs of family nn.
#include "program.h"

#include <algorithm>

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

std::vector<std::pair<std::int64_t, double>> scales_at(const Json& a) {
  std::vector<std::pair<std::int64_t, double>> scales;
  for (const auto& [step, scale] : a.at("boundaries_and_scales").items()) scales.emplace_back(std::stoll(step), scale.get<double>());
  std::sort(scales.begin(), scales.end());  // keys are strings there
  return scales;
}

// The values at a list of counts, in f64 as the cases hold them.
Arrays values(const Schedule& schedule, const Arrays& counts) {
  return {vmap([&](const Array& count) { return schedule(count).as(f64); })(counts[0])};
}

template <Array (*f)(Operand)> Arrays unary(const Json&, const Arrays& x) { return {f(x[0])}; }
template <Array (*f)(Operand, Operand)> Arrays binary(const Json&, const Arrays& x) { return {f(x[0], x[1])}; }
// Optax takes labels to one-hot vectors first, which are f64 there.
template <Array (*f)(Operand, Operand)> Arrays of_labels(const Json&, const Arrays& x) { return {f(x[0], x[1]).as(f64)}; }

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
      {"squareplus", [](const Json& a, const Arrays& x) { return Arrays{squareplus(x[0], number(a, "b", 4))}; }},
      {"sparse_plus", unary<sparse_plus>},
      {"sparse_sigmoid", unary<sparse_sigmoid>},
      {"tanh_shrink", unary<tanh_shrink>},
      {"log1mexp", [](const Json&, const Arrays& x) { return Arrays{log1mexp(abs(x[0]) + 0.1)}; }},
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
      {"safe_softmax_cross_entropy", binary<losses::safe_softmax_cross_entropy>},
      {"ranking_softmax_loss", binary<losses::ranking_softmax_loss>},
      {"multiclass_hinge_loss", of_labels<losses::multiclass_hinge_loss>},
      {"multiclass_perceptron_loss", of_labels<losses::multiclass_perceptron_loss>},
      {"sparsemax_loss", binary<losses::sparsemax_loss>},
      {"kl_divergence_with_log_targets", binary<losses::kl_divergence_with_log_targets>},
      {"triplet_margin_loss", [](const Json&, const Arrays& x) { return Arrays{losses::triplet_margin_loss(x[0], x[1], x[2])}; }},
      {"ntxent", [](const Json& a, const Arrays& x) { return Arrays{losses::ntxent(x[0], x[1], {.temperature = number_at(a, "temperature")})}; }},
      {"ctc_loss", [](const Json&, const Arrays& x) { return Arrays{losses::ctc_loss(x[0], x[1]).as(f64)}; }},  // which is f64 there
      {"smooth_labels", [](const Json& a, const Arrays& x) { return Arrays{losses::smooth_labels(x[0], number_at(a, "alpha"))}; }},

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
      {"piecewise_constant_schedule", [](const Json& a, const Arrays& x) { return values(schedules::piecewise_constant(number_at(a, "init_value"), scales_at(a)), x); }},
      {"piecewise_interpolate_schedule", [](const Json& a, const Arrays& x) {
    return values(schedules::piecewise_interpolate(number_at(a, "init_value"), scales_at(a), {.cosine = a.at("interpolate_type") == "cosine"}), x);
  }},
      {"cosine_onecycle_schedule", [](const Json& a, const Arrays& x) {
    return values(schedules::cosine_onecycle(steps(a, "transition_steps"), number_at(a, "peak_value"),
                                             {.pct_start = number(a, "pct_start", 0.3), .div_factor = number(a, "div_factor", 25), .final_div_factor = number(a, "final_div_factor", 1e4)}),
                  x);
  }},
      {"linear_onecycle_schedule", [](const Json& a, const Arrays& x) {
    return values(schedules::linear_onecycle(steps(a, "transition_steps"), number_at(a, "peak_value"),
                                             {.pct_start = number(a, "pct_start", 0.3), .pct_final = number(a, "pct_final", 0.85), .div_factor = number(a, "div_factor", 25), .final_div_factor = number(a, "final_div_factor", 1e4)}),
                  x);
  }},
      {"sgdr_schedule", [](const Json& a, const Arrays& x) {
    std::vector<schedules::SgdrCycle> cycles;
    for (const Json& c : a.at("cosine_kwargs")) {
      cycles.push_back({number_at(c, "init_value"), number_at(c, "peak_value"), steps(c, "warmup_steps"), steps(c, "decay_steps"), number_at(c, "end_value")});
    }
    return values(schedules::sgdr(std::move(cycles)), x);
  }},
  };
  return rules;
}

}  // namespace espalier::conformance
