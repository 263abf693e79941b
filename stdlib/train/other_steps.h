#pragma once
// Test and prediction steps of each level, as pure functions: what is compiled.
#include "espalier/stdlib/train/train_step.h"

namespace espalier::detail {

/// What a test has so far. The module is threaded through its steps, and not kept.
template <class M, class G> struct TestState {
  M module;
  G objective;
  RunningLogs running = {};
};

/// A test step, on the whole batch.
template <class S, class M, class B> struct TestStep {
  std::shared_ptr<LoggedKinds> kinds;

  S operator()(const S& state, const Key& key, const B& batch) const {
    S next = state;
    if constexpr (CoreTests<M, B>) {
      auto result = state.module.test_step(batch);
      require_step_result<M, decltype(result)>();
      next.module = result.second;
      if constexpr (CoreResets<M>) next.running.last = result.first;
      else next.running = with_means(state.running, result.first, samples_of_batch(batch));
    } else if constexpr (ManagedTests<M, B>) {
      LogScope scope(kinds);
      auto result = state.module.managed_test_step(key, batch);
      require_step_result<M, decltype(result)>();
      next.module = result.second;
      Logged logged = scope.take();
      logged.scalars["loss"] = result.first;
      next.running = with_batch(state.running, logged, samples_of_batch(batch), *kinds);
    } else {
      static_assert(Called<M, B>, "the module has no test_step(batch) (core level), no managed_test_step(key, batch) (managed level), and no call operator that takes batch.inputs (high level)");
      if constexpr (Called<M, B>) {
        auto [preds, after] = apply(nn::eval(state.module), key)(batch.inputs);
        next.objective = state.objective.update(inputs_of_step(1, batch, preds, after));
      }
    }
    return next;
  }
};

/// What a prediction gives.
template <class M, class I> auto predicted(const M& module, const Key& key, const I& inputs) {
  if constexpr (CorePredicts<M, I>) {
    auto result = module.pred_step(inputs);
    require_step_result<M, decltype(result)>();
    return result;
  } else if constexpr (ManagedPredicts<M, I>) {
    auto result = module.managed_pred_step(key, inputs);
    require_step_result<M, decltype(result)>();
    return result;
  } else {
    constexpr bool called = std::is_invocable_v<M&, const I&>;
    static_assert(called, "the module has no pred_step(inputs) (core level), no managed_pred_step(key, inputs) (managed level), and no call operator that takes the inputs (high level)");
    if constexpr (called) {
      auto [output, after] = apply(nn::eval(module), key)(inputs);
      return std::pair{std::move(output), module};
    } else return std::pair{Array(), module};
  }
}
template <class M, class I> struct PredictStep {
  auto operator()(const M& module, const Key& key, const I& inputs) const { return predicted(module, key, inputs); }
};

}  // namespace espalier::detail
