#pragma once
// jit: a function traced once per signature and compiled; called by its arguments' types.
#include "espalier/dsl/transform/jit_core.h"

namespace espalier {

/// What a compiled function costs, by its plan. Prints as one line.
struct [[nodiscard]] Cost {
  double flops = 0;                    ///< floating operations
  double bytes = 0;                    ///< that its kernels read and write
  std::int64_t arena_bytes = 0;        ///< memory for values between kernels
  std::int64_t kernels = 0;            ///< calls of kernels, those in loops counted each time
  std::int64_t arena_lower_bound = 0;  ///< the least that any arena could have
  std::int64_t distinct_kernels = 0;   ///< pieces of code
  /// One line.
  std::string str() const;
};
/// cost.str().
std::ostream& operator<<(std::ostream& out, const Cost& cost);

/// A compiled signature: the same call, without looking up.
template <class R, class Args> class [[nodiscard]] Compiled {
 public:
  /// What `Lowered::compile` makes.
  Compiled(std::shared_ptr<const detail::CompiledCall> call, R result, Where where) : call_(std::move(call)), result_(std::move(result)), where_(where) {}
  /// Runs the code. ShapeError, DTypeError or StructureError where the arguments are not those that it was compiled for.
  template <class... Given> R operator()(const Given&... given) const {
    R result = tree::clone(result_);
    if constexpr (detail::find_argument_misfit<Args, Given...>() != detail::Misfit::none) detail::refuse_arguments<Args, Given...>();
    else {
      const Args args = detail::arguments_of<Args>(given...);
      detail::LeafPointers<const Array> leaves;
      std::apply([&](const auto&... a) { (tree::for_each_leaf(a, [&](const Array& leaf) { leaves.add(leaf); }), ...); }, args);
      detail::located(where_, nullptr, [&] {
        call_->require_types(leaves.all());
        detail::run_into(result, *call_, leaves.all(), 0, call_->captures());
      });
    }
    return result;
  }
  /// A stage as text: those of `Lowered`.
  std::string text(std::string_view stage, Where where = Where::current()) const {
    return detail::located(where, nullptr, [&] { return call_->text(stage); });
  }
  /// What a call costs, by the plan.
  Cost cost() const { return detail::cost_of(*call_); }

 private:
  std::shared_ptr<const detail::CompiledCall> call_;
  R result_;
  Where where_;  // of the call of `jit`
};

/// A traced signature that can be read at every stage: "trace", "graph", "schedule", "mlir", "llvm", "asm"; and
/// for NVIDIA's GPUs "gpu", "ptx". "graph" is exactly what is scheduled.
template <class R, class Args> class [[nodiscard]] Lowered {
 public:
  /// What `Jit::lower` makes.
  Lowered(std::shared_ptr<detail::CompiledCall> call, R result, Where where) : call_(std::move(call)), result_(std::move(result)), where_(where) {}
  /// A stage as text (docs/dumps.md reads them). ArgumentError for another name.
  std::string text(std::string_view stage = "graph", Where where = Where::current()) const {
    return detail::located(where, nullptr, [&] { return call_->text(stage); });
  }
  /// What a call costs, by the plan.
  Cost cost() const { return detail::cost_of(*call_); }
  /// Makes the code. CompileError if it cannot be made, naming the op and the user's place.
  Compiled<R, Args> compile() const {
    detail::located(where_, nullptr, [&] { call_->compile(); });
    return {call_, tree::clone(result_), where_};
  }

 private:
  std::shared_ptr<detail::CompiledCall> call_;
  R result_;
  Where where_;  // of the call of `jit`
};

/// A function compiled on demand. Copies share the cache; calls may come from several threads.
template <class F> class [[nodiscard]] Jit {
 public:
  /// What `jit` makes.
  Jit(F f, JitOptions options, Where where = {}) : state_(std::make_shared<State>(std::move(f), std::move(options), where)) {
    detail::require_reads<F>();
  }

  /// Calls the code for the signature of the arguments, compiling it first if it is new. An rvalue tree is donated: its
  /// leaves are DonatedValue afterwards and results may take over its memory. In a trace the call is recorded.
  template <class... Given> auto operator()(Given&&... given) const {
    using Args = detail::Arguments<F, std::decay_t<Given>...>;
    if constexpr (!detail::fits<F, Args, std::decay_t<Given>...>()) return detail::refuse<F, Args, std::decay_t<Given>...>();
    else {
      return detail::located(state_->where, nullptr, [&] {
        return call(static_cast<Args*>(nullptr), std::index_sequence_for<Given...>{}, std::forward<Given>(given)...);
      });
    }
  }

  /// The function traced for these arguments (they may be abstract), to be read or compiled.
  template <class... Given> [[nodiscard]] auto lower(const Given&... given) const {
    using Args = detail::Arguments<F, Given...>;
    if constexpr (!detail::fits<F, Args, Given...>()) return detail::refuse<F, Args, Given...>();
    else {
      using R = detail::ResultOf<F, Args>;
      const runtime::OwnReferences own;
      const Args args = detail::arguments_of<Args>(given...);
      auto [call, result] = as_call(args, trace(args));
      return Lowered<R, Args>(std::move(call), std::move(result), state_->where);
    }
  }

  /// How many signatures are compiled.
  std::size_t cache_size() const { return state_->cache.size(); }
  /// Forgets all signatures and gives back their memory; calls in progress finish.
  void clear_cache() const { state_->cache.clear(); }
  /// How often the function was traced: once per signature, and again where arrays that it reads from outside may be others by now.
  std::size_t trace_count() const { return state_->cache.traces(); }
  /// Why the last call compiled: "argument 0: .layers[1].weight: f32[3,4] -> f32[3,5]"; or, if it ran code that existed, why
  /// it traced the function before: "traced again, to read what it captures: f32[2] made at net.cpp:7"; "" if it only ran.
  std::string explain() const { return state_->cache.explain(); }

 private:
  struct State {
    State(F f, JitOptions options, Where where) : f(std::move(f)), options(std::move(options)), where(where) {}
    const F f;
    const JitOptions options;
    const Where where;  // of the call of `jit`
    detail::JitCache cache;
  };

  // What one compiled signature keeps beside its code: the statics of its arguments and the shape of its result.
  template <class Args, class R> struct Kept final : detail::KeptTrees {
    Kept(Args args, R result) : KeptTrees(&identity<Kept>), args(std::move(args)), result(std::move(result)) {}
    Args args;
    R result;
  };

  template <class Args> auto trace(const Args& args) const { return detail::trace_function(state_->f, "jit", args, nullptr, state_->where); }

  // A traced function as a call of these arguments, and its result without leaves.
  template <class Args, class R> std::pair<std::shared_ptr<detail::CompiledCall>, R> as_call(const Args& args, detail::Traced<R> traced) const {
    auto call = std::make_shared<detail::CompiledCall>();
    int argument = 0;
    std::apply([&](const auto&... a) {
      (([&] {
        tree::for_each_leaf(a, [&](const Array& leaf) { call->add_input(leaf, argument); });
        ++argument;
      }()),
       ...);
    }, args);
    tree::for_each_leaf(traced.result, [&](const Array& leaf) { call->result_present.push_back(!leaf.is_nothing()); });
    // The result's leaves have done their work: what is kept only marks its structure.
    tree::for_each_leaf(traced.result, [](Array& leaf) { detail::ArrayAccess::replace_own(leaf, Array()); });
    call->set(std::move(traced.graph), std::move(traced.captures), state_->options);
    return std::pair{std::move(call), std::move(traced.result)};
  }

  template <class Args, std::size_t... i, class... Given>
  auto call(Args*, std::index_sequence<i...>, Given&&... given) const {
    using R = detail::ResultOf<F, Args>;
    const runtime::CallMark in_progress;  // entries that are cleared meanwhile stay
    // Arguments of the very type of the parameter are read where they are; others are converted first.
    auto refs = std::tuple<detail::ArgumentHolder<std::tuple_element_t<i, Args>, Given>...>(given...);
    detail::CallArguments leaves;
    (leaves.argument(std::get<i>(refs).get(), detail::is_donated<std::tuple_element_t<i, Args>, Given&&>), ...);
    const auto same_statics = [&](const detail::JitEntry& entry) {
      const auto* kept = entry.kept->template as<Kept<Args, R>>();
      return kept != nullptr && (tree::equal_statics(std::get<i>(kept->args), std::get<i>(refs).get()) && ...);
    };
    const detail::JitEntry* entry = state_->cache.find(leaves, same_statics);
    const auto is_known = [&] { return entry != nullptr && !entry->call->reads_outside(); };  // it captures nothing that may change
    std::shared_ptr<const detail::Captures> captures = entry == nullptr || is_known() ? nullptr : entry->call->unchanged();
    if (!is_known() && captures == nullptr) {
      // A new signature, or captured arrays that may have been assigned to since: the function is asked again.
      const runtime::OwnReferences own;
      std::vector<Array> captured;
      const Args args(tree::clone(std::get<i>(refs).get())...);
      state_->cache.count_trace();
      detail::Traced<R> traced = trace(args);
      entry = state_->cache.find(leaves, [&](const detail::JitEntry& other) { return same_statics(other) && other.call->is_program(traced.graph); });
      if (entry != nullptr) {
        captured = std::move(traced.captures);
        state_->cache.note_traced_again();
      } else {
        const auto is_changed = [&](const detail::JitEntry& other) {
          return same_statics(other) && other.call->captures_like(traced.captures) && !other.call->is_program(traced.graph);
        };
        if (const detail::JitEntry* before = state_->cache.find(leaves, is_changed)) before->call->throw_changed(state_->where);
        auto [call, result] = as_call(args, std::move(traced));
        captured.assign(call->captures().begin(), call->captures().end());
        call->forget_traces();
        Args kept_args(tree::clone(std::get<i>(args))...);
        (tree::for_each_leaf(std::get<i>(kept_args), [](Array& leaf) { detail::ArrayAccess::replace_own(leaf, Array()); }), ...);
        std::string difference;
        if (const std::shared_ptr<detail::JitEntry> last = state_->cache.last_added()) {
          if (const auto* kept = last->kept->template as<Kept<Args, R>>()) {
            (detail::note_difference(difference, i, tree::first_static_difference(std::get<i>(kept->args), std::get<i>(kept_args))), ...);
          } else {
            difference = "arguments of other types";
          }
        }
        auto made = std::make_shared<detail::JitEntry>();
        made->call = std::move(call);
        made->paths = detail::argument_paths(args);
        made->kept = std::make_unique<Kept<Args, R>>(std::move(kept_args), std::move(result));
        entry = state_->cache.add(std::move(made), leaves, difference, state_->options.max_compiles, same_statics);
      }
      captures = entry->call->note(std::move(captured));
    }
    R result = tree::clone(entry->kept->template as<Kept<Args, R>>()->result);
    detail::run_into(result, *entry->call, leaves.arrays(), leaves.donated(), captures ? captures->arrays() : entry->call->captures());
    (detail::mark_donated(given, detail::is_donated<std::tuple_element_t<i, Args>, Given&&>), ...);
    return result;
  }

  std::shared_ptr<State> state_;
};

/// `jit(f)`: f traced once per signature (types of leaves, statics) and compiled. Arrays that f captures are hidden
/// arguments: a call traces f again to read them (about 100 ns per op) where a handle of one has been assigned to, moved from or
/// destroyed since, and compiles only what is new. Everything else that f captures (a C++ number, a
/// pointer, a flag, a string, a global) is read when a signature is traced for the first time and is part of the program from then
/// on, whether arrays are captured too or not: what shall change is an argument or an Array. DeviceError if there is no such device.
/// Calls throw EscapedValue if f assigns to an array that it captures, and ArgumentError if a trace finds that what f captures beside
/// arrays has changed the ops of its program since it was compiled, or if f calls itself endlessly (which is seen where it records
/// an op or hands an array on by value).
template <class F> Jit<F> jit(F f, JitOptions options = {}, Where where = Where::current()) {
  if (options.device) (void)Array().to(*options.device, where);
  return Jit<F>(std::move(f), std::move(options), where);
}

}  // namespace espalier
