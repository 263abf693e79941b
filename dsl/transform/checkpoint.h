#pragma once
// checkpoint: what reverse mode saves of a function, and what it computes again.
#include "espalier/dsl/transform/custom.h"

namespace espalier {

/// What `checkpoint` saves of a function beside its arguments: see `policies`.
struct CheckpointPolicy {
  ir::Saved saved = ir::Saved::nothing;  ///< which values
  std::vector<std::string> names = {};   ///< those saved by name
};
/// The policies of `checkpoint`, as in JAX.
namespace policies {
/// All that the derivative needs: as without `checkpoint`.
inline const CheckpointPolicy everything_saveable{ir::Saved::everything};
/// Nothing: all is computed again.
inline const CheckpointPolicy nothing_saveable{ir::Saved::nothing};
/// Results of matmul, dot and their kin.
inline const CheckpointPolicy dots_saveable{ir::Saved::dots};
/// Of these the results of products without batch axes: of layers, not of attention.
inline const CheckpointPolicy dots_with_no_batch_dims_saveable{ir::Saved::dots_without_batch};
/// Values that `checkpoint_name` has given one of the names.
[[nodiscard]] inline CheckpointPolicy save_names(std::vector<std::string> names) { return {ir::Saved::names, std::move(names)}; }
}  // namespace policies

/// Options of `checkpoint`.
struct CheckpointOptions {
  Named by_name = Named();
  CheckpointPolicy policy = policies::nothing_saveable;  ///< what is saved
};

namespace detail {

std::vector<Array> checkpoint_op(const TracedRule& body, const CheckpointPolicy& policy, std::span<const Array> args, Where where);

template <class F> struct [[nodiscard]] Checkpoint {
  F f;
  CheckpointPolicy policy;
  Where where;
  template <class... Given> auto operator()(const Given&... given) const {
    using Args = Arguments<F, Given...>;
    if constexpr (!fits<F, Args, Given...>()) return refuse<F, Args, Given...>();
    else return located(where, nullptr, [&] { return called(arguments_of<Args>(given...)); });
  }

 private:
  template <class... A> ResultOf<F, std::tuple<A...>> called(const std::tuple<A...>& args) const {
    if (Trace::current() == nullptr) {
      std::tuple<A...> own = std::apply([](const A&... a) { return std::tuple<A...>(tree::clone(a)...); }, args);
      return std::apply([&](A&... a) -> ResultOf<F, std::tuple<A...>> { return call_for_user(f, hand(a)...); }, own);
    }
    auto traced = trace_function(f, "checkpoint", args, nullptr, where);
    return with_leaves(traced.result, checkpoint_op({std::move(traced.graph), std::move(traced.captures)}, policy, tree::present_leaves(args), where));
  }
};

}  // namespace detail

/// f, of which reverse mode keeps little: its arguments and captured arrays, and what `.policy` says. Everything else that the derivative
/// needs is computed again when it is needed, so that less memory is held meanwhile. Values and derivatives are those of f; nests in
/// all transforms, in bodies of loops too. Of a `scan` in f, each iteration saves what the policy says.
template <class F> [[nodiscard]] auto checkpoint(F f, CheckpointOptions options = {}, Where where = Where::current()) {
  return detail::Checkpoint<F>{std::move(f), std::move(options.policy), where};
}

/// x, by a name for `policies::save_names`. ArgumentError where the name is empty.
Array checkpoint_name(Operand x, std::string_view name);

}  // namespace espalier
