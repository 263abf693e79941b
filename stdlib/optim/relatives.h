#pragma once
// More optimizers by name: chains whose first link is a rule. Each takes the learning rate and the options of its rule, with Optax's defaults; those whose weights
// decay take how fast.
#include "espalier/stdlib/optim/accumulators.h"
#include "espalier/stdlib/optim/adaptive.h"
#include "espalier/stdlib/optim/directions.h"
#include "espalier/stdlib/optim/optimizers.h"

namespace espalier::optim {

/// A rule, then minus the learning rate.
template <class Rule> using ByRule = Optimizer<PerLeaf<Rule>, ScaleBySchedule>;
/// A rule, then decay of weights, then minus the learning rate.
template <class Rule> using ByRuleW = Optimizer<PerLeaf<Rule>, AddDecayedWeights, ScaleBySchedule>;
/// Options of those whose weights decay.
struct DecayOptions {
  Named by_name = Named();
  double weight_decay = 0;  ///< how fast weights decay
  Mask mask = {};           ///< the leaves that decay
};

/// What they give.
/// @{
using Adamax = ByRule<AdamaxRule>;
using AdamaxW = ByRuleW<AdamaxRule>;
using Amsgrad = ByRule<AmsgradRule>;
using Yogi = ByRule<YogiRule>;
using Adabelief = ByRule<AdabeliefRule>;
using Radam = ByRule<RadamRule>;
using Adan = ByRuleW<AdanRule>;
using Lion = ByRuleW<LionRule>;
using Novograd = ByRule<NovogradRule>;
using Adagrad = ByRule<AdagradRule>;
using Adadelta = ByRule<AdadeltaRule>;
using Sm3 = ByRule<Sm3Rule>;
using SignSgd = ByRule<SignRule>;
using OptimisticGradientDescent = ByRule<OptimisticRule>;
using Rprop = Optimizer<PerLeaf<RpropRule>, ScaleBySchedule>;
using Fromage = Optimizer<PerLeaf<FromageRule>>;
using Rmsprop = Optimizer<PerLeaf<RmsRule>, ScaleBySchedule, Trace>;
using Lamb = Optimizer<ScaleByAdam, AddDecayedWeights, PerLeaf<TrustRatioRule>, ScaleBySchedule>;
using Lars = Optimizer<AddDecayedWeights, PerLeaf<TrustRatioRule>, ScaleBySchedule, Trace>;
/// @}

[[nodiscard]] Adamax adamax(Schedule learning_rate, AdamaxRule rule = {});                                                  ///< `AdamaxRule`
[[nodiscard]] AdamaxW adamaxw(Schedule learning_rate, AdamaxRule rule = {}, DecayOptions decay = {.weight_decay = 1e-4});    ///< `AdamaxRule`, and weights that decay
[[nodiscard]] Adam nadam(Schedule learning_rate, AdamOptions options = {});                                                 ///< `adam` that looks ahead: Dozat 2016
[[nodiscard]] AdamW nadamw(Schedule learning_rate, AdamWOptions options = {});                                              ///< `adamw` that looks ahead
[[nodiscard]] Amsgrad amsgrad(Schedule learning_rate, AmsgradRule rule = {});                                               ///< `AmsgradRule`
[[nodiscard]] Yogi yogi(Schedule learning_rate, YogiRule rule = {});                                                        ///< `YogiRule`
[[nodiscard]] Adabelief adabelief(Schedule learning_rate, AdabeliefRule rule = {});                                         ///< `AdabeliefRule`
[[nodiscard]] Radam radam(Schedule learning_rate, RadamRule rule = {});                                                     ///< `RadamRule`
[[nodiscard]] Adan adan(Schedule learning_rate, AdanRule rule = {}, DecayOptions decay = {});                               ///< `AdanRule`, and weights that decay
[[nodiscard]] Lion lion(Schedule learning_rate, LionRule rule = {}, DecayOptions decay = {.weight_decay = 1e-3});           ///< `LionRule`, and weights that decay
[[nodiscard]] Novograd novograd(Schedule learning_rate, NovogradRule rule = {});                                            ///< `NovogradRule`
[[nodiscard]] Adagrad adagrad(Schedule learning_rate, AdagradRule rule = {});                                               ///< `AdagradRule`
[[nodiscard]] Adadelta adadelta(Schedule learning_rate, AdadeltaRule rule = {});                                            ///< `AdadeltaRule`
[[nodiscard]] Sm3 sm3(Schedule learning_rate, Sm3Rule rule = {});                                                           ///< `Sm3Rule`
[[nodiscard]] SignSgd sign_sgd(Schedule learning_rate);                                                                     ///< `SignRule`
[[nodiscard]] OptimisticGradientDescent optimistic_gradient_descent(Schedule learning_rate, OptimisticRule rule = {});      ///< `OptimisticRule`
[[nodiscard]] Fromage fromage(double learning_rate);                                                                        ///< `FromageRule`
[[nodiscard]] Rprop rprop(double learning_rate, RpropRule rule = {});                                                       ///< `RpropRule` that starts with this step
/// `RmsRule`, then momentum of the steps, if there is any.
[[nodiscard]] Rmsprop rmsprop(Schedule learning_rate, RmsRule rule = {}, SgdOptions momentum = {});
/// Adam (eps 1e-6), decay of weights and `TrustRatioRule`: You et al. 2020, arXiv:1904.00962.
[[nodiscard]] Lamb lamb(Schedule learning_rate, AdamWOptions options = {.eps = 1e-6, .weight_decay = 0});
/// Decay of weights and `TrustRatioRule`, then momentum of the steps: You et al. 2017, arXiv:1708.03888.
[[nodiscard]] Lars lars(Schedule learning_rate, DecayOptions decay = {}, SgdOptions momentum = {.momentum = 0.9}, TrustRatioRule rule = {.trust_coefficient = 0.001});

}  // namespace espalier::optim
