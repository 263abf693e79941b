#pragma once
// The three levels of control over a step, told apart by the members that the module has.
#include <utility>

#include "espalier/dsl/mutate.h"
#include "espalier/dsl/key.h"
#include "espalier/stdlib/metrics/logs.h"

namespace espalier::detail {

/// The core level: the module says all that a step does.
template <class M, class B> concept CoreTrains = requires(const M& m, const B& batch) { m.train_step(batch); };
template <class M, class B> concept CoreTests = requires(const M& m, const B& batch) { m.test_step(batch); };
template <class M, class I> concept CorePredicts = requires(const M& m, const I& inputs) { m.pred_step(inputs); };
template <class M, class B> concept CoreInits = requires(const M& m, const Key& key, const B& batch) { { m.init_step(key, batch) } -> std::same_as<M>; };
template <class M> concept CoreResets = requires(const M& m) { { m.reset_step() } -> std::same_as<M>; };
/// The managed level: the module says what the loss is; the Trainer does the rest.
template <class M, class B> concept ManagedTrains = requires(const M& m, const Key& key, const B& batch) { m.managed_train_step(key, batch); };
template <class M, class B> concept ManagedTests = requires(const M& m, const Key& key, const B& batch) { m.managed_test_step(key, batch); };
template <class M, class I> concept ManagedPredicts = requires(const M& m, const Key& key, const I& inputs) { m.managed_pred_step(key, inputs); };
template <class M, class B> concept ManagedInits = requires(const M& m, const Key& key, const B& batch) { { m.managed_init_step(key, batch) } -> std::same_as<M>; };
/// The high level: the module is called with inputs.
template <class M, class B> concept Called = requires(M& m, const B& batch) { m(batch.inputs); };
template <class M, class I> concept HighInits = requires(const M& m, const Key& key, const I& inputs) { { m.init(key, inputs) } -> std::same_as<M>; };

/// Whether some level can test it.
template <class M, class B> inline constexpr bool can_test = CoreTests<M, B> || ManagedTests<M, B> || Called<M, B>;

/// Which leaves a managed module says that it learns, and which are averaged over lanes.
template <class M> concept SaysParams = requires(const LeafInfo& leaf) { { M::params(leaf) } -> std::convertible_to<bool>; };
template <class M> concept SaysBatchStats = requires(const LeafInfo& leaf) { { M::batch_stats(leaf) } -> std::convertible_to<bool>; };

/// The sentence about a step that returns something else.
template <class Pair, class M> struct StepResult {
  static_assert(sizeof(Pair) == 0, "a step returns std::pair{logs, loss or output; the module after the step}, the module of the same type");
};
template <class Output, class M> struct StepResult<std::pair<Output, M>, M> {
  static constexpr bool fits = true;
};
template <class M, class R> constexpr void require_step_result() { static_assert(StepResult<R, M>::fits); }

/// The extent of the leading axis that all leaves of a batch share. ShapeError with the leaf's path where they do not.
std::int64_t extent_of(const std::vector<std::pair<LeafInfo, Array>>& leaves, Where where);
template <class B> std::int64_t samples_of_batch(const B& batch, Where where = {}) { return extent_of(leaves_with_info(batch), where); }

}  // namespace espalier::detail
