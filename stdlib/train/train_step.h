#pragma once
// One train step of each level, as a pure function of the trainer's state and a batch: what is compiled.
#include "espalier/stdlib/nn/mode.h"
#include "espalier/stdlib/train/lanes.h"
#include "espalier/stdlib/train/objective.h"

namespace espalier::detail {

/// All that a trainer changes, as one tree: a checkpoint of it resumes bit for bit.
template <class M, class O, class G> struct TrainerState {
  M module;
  O optimizer;
  G objective;               // the recipe's losses and metrics, of the epoch so far
  RunningLogs running = {};  // what managed and core steps reported in it
  Key key = {};              // each step folds its number in
  Array step = {};           // i32[]
};

// What a step differentiates gives beside the loss.
template <class M, class G> struct HighPart {
  M module;
  G objective;
};
template <class M> struct ManagedPart {
  M module;
  Logged logged = {};
};

template <class B> auto target_of_batch(const B& batch) {
  if constexpr (requires { batch.target; }) return batch.target;
  else return Array();
}
template <class B> Array weight_of_batch(const B& batch) {
  if constexpr (requires { batch.sample_weight; }) return batch.sample_weight;
  else return {};
}
/// What losses and metrics see of a batch: of all lanes.
template <class B, class P, class M> auto inputs_of_step(int lanes, const B& batch, const P& preds, const M& module) {
  metrics::Logs aux = metrics::logs_of<LossLog>(module);
  aux.merge(metrics::logs_of<MetricLog>(module));
  return StepInputs<decltype(target_of_batch(batch)), P>{of_all_lanes(lanes, target_of_batch(batch)), of_all_lanes(lanes, preds),
                                                         of_all_lanes(lanes, weight_of_batch(batch)), std::move(aux)};
}
/// The gradients of the leaves that the module says it learns.
template <class M> M selected_gradients(const M& gradients) {
  if constexpr (SaysParams<M>) return filter(gradients, [](const LeafInfo& leaf) { return M::params(leaf); });
  else return gradients;
}
template <class S, class M> S with_gradients(S state, const M& gradients, const M& next) {
  if constexpr (std::is_same_v<decltype(state.optimizer), Nothing>) {
    static_assert(sizeof(M) == 0, "training at the managed or the high level needs an optimizer: ep::Recipe{.optimizer = optim::adam(1e-3)}");
  } else {
    auto [module, optimizer] = state.optimizer.update(selected_gradients(gradients), next);
    state.module = std::move(module);
    state.optimizer = std::move(optimizer);
  }
  return state;
}

/// A train step. Functions of one type per type of batch, as jit asks.
template <class S, class M, class G, class B> struct TrainStep {
  int lanes = 1;
  std::shared_ptr<LoggedKinds> kinds;

  S operator()(const S& state, const B& batch) const {
    S next = stepped(state, batch, random::fold_in(state.key, state.step));
    next.step = state.step + 1;
    return next;
  }

 private:
  S stepped(const S& state, const B& batch, const Key& key) const {
    if constexpr (CoreTrains<M, B>) return core(state, batch);
    else if constexpr (ManagedTrains<M, B>) return managed(state, batch, key);
    else {
      static_assert(Called<M, B>, "the module has no train_step(batch) (core level), no managed_train_step(key, batch) (managed level), and no call operator that takes batch.inputs (high level)");
      if constexpr (Called<M, B>) return high(state, batch, key);
      else return state;
    }
  }
  static S core(const S& state, const B& batch) {
    auto result = state.module.train_step(batch);
    require_step_result<M, decltype(result)>();
    S next = state;
    next.module = result.second;
    // A module that is reset for an epoch accumulates its logs itself; else they are of a batch.
    if constexpr (CoreResets<M>) next.running.last = result.first;
    else next.running = with_means(state.running, result.first, samples_of_batch(batch));
    return next;
  }
  S managed(const S& state, const B& batch, const Key& key) const {
    const int parts = lanes_for(lanes, samples_of_batch(batch));
    const auto lane = [&](const M& module, const Key& k, const B& part) {
      const auto loss = [&](const M& m) {
        LogScope scope(kinds);
        auto result = m.managed_train_step(k, part);
        require_step_result<M, decltype(result)>();
        ManagedPart<M> aux{result.second, scope.take()};
        aux.logged.scalars["loss"] = result.first;
        return std::pair{Array(result.first), std::move(aux)};
      };
      auto [value, aux, gradients] = value_and_grad(loss, has_aux)(module);
      return std::pair{std::move(aux), std::move(gradients)};
    };
    auto [aux, gradients] = over_lanes(parts, state.module, key, batch, lane);
    S next = with_gradients(state, mean_of_lanes(parts, gradients), joined_module(parts, aux.module));
    next.running = with_batch(state.running, joined_logs(parts, aux.logged, *kinds), samples_of_batch(batch), *kinds);
    return next;
  }
  S high(const S& state, const B& batch, const Key& key) const {
    const int parts = lanes_for(lanes, samples_of_batch(batch));
    const auto lane = [&](const M& module, const Key& k, const B& part) {
      const auto loss = [&](const M& m) {
        auto [preds, after] = apply(m, k)(part.inputs);
        auto [value, objective] = state.objective.loss_and_update(inputs_of_step(parts, part, preds, after));
        return std::pair{Array(value), HighPart<M, G>{std::move(after), std::move(objective)}};
      };
      auto [value, aux, gradients] = value_and_grad(loss, has_aux)(module);
      return std::pair{std::move(aux), std::move(gradients)};
    };
    auto [aux, gradients] = over_lanes(parts, state.module, key, batch, lane);
    S next = with_gradients(state, mean_of_lanes(parts, gradients), joined_module(parts, aux.module));
    next.objective = first_lane(parts, aux.objective);
    return next;
  }
};

}  // namespace espalier::detail
