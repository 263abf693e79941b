#include "espalier/stdlib/optim/relatives.h"

namespace espalier::optim {
namespace {

template <class Rule> ByRule<Rule> by(Rule rule, Schedule rate) { return chain(PerLeaf<Rule>{rule}, scale_by_learning_rate(std::move(rate))); }
template <class Rule> ByRuleW<Rule> by(Rule rule, Schedule rate, const DecayOptions& decay) {
  return chain(PerLeaf<Rule>{rule}, add_decayed_weights(decay.weight_decay, {.mask = decay.mask}), scale_by_learning_rate(std::move(rate)));
}

}  // namespace

Adamax adamax(Schedule rate, AdamaxRule rule) { return by(rule, std::move(rate)); }
AdamaxW adamaxw(Schedule rate, AdamaxRule rule, DecayOptions decay) { return by(rule, std::move(rate), decay); }
Adam nadam(Schedule rate, AdamOptions options) { return options.nesterov = true, adam(std::move(rate), options); }
AdamW nadamw(Schedule rate, AdamWOptions options) { return options.nesterov = true, adamw(std::move(rate), options); }
Amsgrad amsgrad(Schedule rate, AmsgradRule rule) { return by(rule, std::move(rate)); }
Yogi yogi(Schedule rate, YogiRule rule) { return by(rule, std::move(rate)); }
Adabelief adabelief(Schedule rate, AdabeliefRule rule) { return by(rule, std::move(rate)); }
Radam radam(Schedule rate, RadamRule rule) { return by(rule, std::move(rate)); }
Adan adan(Schedule rate, AdanRule rule, DecayOptions decay) { return by(rule, std::move(rate), decay); }
Lion lion(Schedule rate, LionRule rule, DecayOptions decay) { return by(rule, std::move(rate), decay); }
Novograd novograd(Schedule rate, NovogradRule rule) { return by(rule, std::move(rate)); }
Adagrad adagrad(Schedule rate, AdagradRule rule) { return by(rule, std::move(rate)); }
Adadelta adadelta(Schedule rate, AdadeltaRule rule) { return by(rule, std::move(rate)); }
Sm3 sm3(Schedule rate, Sm3Rule rule) { return by(rule, std::move(rate)); }
SignSgd sign_sgd(Schedule rate) { return by(SignRule{}, std::move(rate)); }
OptimisticGradientDescent optimistic_gradient_descent(Schedule rate, OptimisticRule rule) { return by(rule, std::move(rate)); }
Fromage fromage(double rate) { return chain(PerLeaf<FromageRule>{{.learning_rate = rate}}); }

Rprop rprop(double rate, RpropRule rule) { return rule.learning_rate = rate, chain(scale_by_rprop(rule), scale(-1)); }

Rmsprop rmsprop(Schedule rate, RmsRule rule, SgdOptions momentum) {
  return chain(scale_by_rms(rule), scale_by_learning_rate(std::move(rate)), Trace{.decay = momentum.momentum, .nesterov = momentum.nesterov});
}
Lamb lamb(Schedule rate, AdamWOptions o) {
  return chain(ScaleByAdam{.b1 = o.b1, .b2 = o.b2, .eps = o.eps, .eps_root = o.eps_root, .nesterov = o.nesterov},
               add_decayed_weights(o.weight_decay, {.mask = o.mask}), scale_by_trust_ratio(), scale_by_learning_rate(std::move(rate)));
}
Lars lars(Schedule rate, DecayOptions decay, SgdOptions momentum, TrustRatioRule rule) {
  return chain(add_decayed_weights(decay.weight_decay, {.mask = decay.mask}), scale_by_trust_ratio(rule), scale_by_learning_rate(std::move(rate)),
               Trace{.decay = momentum.momentum, .nesterov = momentum.nesterov});
}

}  // namespace espalier::optim
