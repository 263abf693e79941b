#pragma once
// What jit does that does not depend on the user's types: signatures, the cache, and the call of machine code.
#include <atomic>
#include <memory>
#include <mutex>

#include "espalier/dsl/settings.h"
#include "espalier/dsl/transform/function.h"
#include "espalier/runtime/calls.h"
#include "espalier/runtime/executable.h"

namespace espalier::codegen { struct CompileOptions; }
namespace espalier {
struct Cost;

/// Options of `jit`.
struct JitOptions {
  Named by_name = Named();
  std::string name = "";              ///< of the files that ESPALIER_DUMP writes
  std::optional<Device> device = {};  ///< where it runs; by default on the CPU
  Check check = Check::none;  ///< CheckError at the first bad value, beside what `settings::set_check` asks for; docs/checks.md
  int threads = 0;        ///< that large kernels are split over at most; 0: all
  int max_compiles = 64;  ///< ArgumentError beyond: a static that changes on every call
  /// Numbers below the normal range (f32: 1.2e-38) count as 0. Processors take a hundred times as long for them, and a
  /// train step meets many: the moments of a unit that gets no gradient decay into them and stay.
  bool flush_subnormals = false;
  /// Its code carries the lines of the user's that it was made of, so that a debugger stops at them and a profiler shows them
  /// (docs/dumps.md): the same results, a slower compile, and more code where the same is computed on several lines.
  bool debug_info = false;
};

namespace detail {

/// Pointers to the leaves of a call. Few take no memory from the heap.
template <class A> class LeafPointers {
 public:
  void add(A& leaf) {
    if (count_ < inline_count) inline_[count_] = &leaf;
    else {
      if (count_ == inline_count) many_.assign(inline_, inline_ + inline_count);
      many_.push_back(&leaf);
    }
    ++count_;
  }
  std::span<A* const> all() const { return {count_ <= inline_count ? inline_ : many_.data(), count_}; }

 private:
  static constexpr std::size_t inline_count = 16;
  A* inline_[inline_count];
  std::vector<A*> many_;
  std::size_t count_ = 0;
};

/// Borrowed leaves of the arguments of a call, Nothing included, and which arguments are given away.
class CallArguments {
 public:
  template <class T> void argument(const T& tree, bool donated) {
    tree::for_each_leaf(tree, [this](const Array& leaf) { leaves_.add(leaf); });
    tree::hash_statics(tree, statics_);
    if (count_ < last_bit) {
      ends_[count_] = static_cast<std::uint32_t>(leaves_.all().size());
      if (donated) donated_ |= std::uint64_t{1} << count_;
    }
    ++count_;
  }
  std::span<const Array* const> arrays() const { return leaves_.all(); }
  /// The named axes around the call are part of it, as what the function does with them was traced; and the checks that are asked for.
  std::uint64_t statics() const { return statics_.value() ^ Trace::named_axes() ^ static_cast<std::uint64_t>(settings::check()) * 0x9e3779b97f4a7c15ULL; }
  static constexpr int last_bit = 63;
  /// One bit per argument: whether the call may take its memory. It may not where another argument is the same object or a
  /// part of it: f(std::move(x), x), f(std::move(net), net.weight). Arguments beyond the last bit share it, and it is never set.
  std::uint64_t donated() const { return donated_ == 0 || count_ == 1 ? donated_ : donated_alone(); }

 private:
  std::uint64_t donated_alone() const;

  LeafPointers<const Array> leaves_;
  ir::Hash statics_;
  std::uint64_t donated_ = 0;
  int count_ = 0;
  std::uint32_t ends_[last_bit];  // of the leaves of each argument
};

/// An argument as the parameter's type: itself if it is of that type, else converted.
template <class T, class Given> class ArgumentHolder {
 public:
  explicit ArgumentHolder(const std::remove_reference_t<Given>& given) : value_(as_parameter(given)) {}
  const T& get() const { return value_; }

 private:
  static constexpr bool same = std::is_same_v<T, std::decay_t<Given>>;
  static decltype(auto) as_parameter(const std::remove_reference_t<Given>& given) {
    if constexpr (same) return (given);
    else return argument_as<T>(given);
  }
  std::conditional_t<same, const T&, T> value_;
};
template <class T, class Given>
inline constexpr bool is_donated = std::is_rvalue_reference_v<Given> && !std::is_const_v<std::remove_reference_t<Given>> &&
                                   std::is_same_v<T, std::decay_t<Given>> && tree::IsTree<T>::value;
template <class T> void mark_donated(T& given, bool donated) {
  if constexpr (tree::IsTree<std::remove_const_t<T>>::value && !std::is_const_v<T>) {
    if (donated) tree::for_each_leaf(given, [&](Array& leaf) { ArrayAccess::donate(leaf); });
  }
}

/// Captured arrays as a trace found them. A handle of the user's lets go of its array before it can hold another, so while none of
/// these arrays has been let go of, every handle that was read is as it was, and a trace would find the same.
class Captures {
 public:
  /// `made_inside`: arrays that the function makes itself, which are always the same.
  Captures(std::vector<Array> arrays, const std::vector<bool>& made_inside);
  ~Captures();
  Captures(const Captures&) = delete;
  Captures& operator=(const Captures&) = delete;

  std::span<const Array> arrays() const { return arrays_; }
  /// Whether all that is watched has memory: a value of a running trace has not.
  bool can_be_kept() const { return can_be_kept_; }
  bool are_unchanged() const;
  /// The memory that is watched, with how often each piece had been let go of.
  using Watched = std::vector<std::pair<const runtime::Buffer*, std::uint32_t>>;
  const Watched& watched() const { return watched_; }

 private:
  std::vector<Array> arrays_;
  Watched watched_;
  bool can_be_kept_ = true;
};

/// One traced signature and, once compiled, its code.
class CompiledCall {
 public:
  CompiledCall() = default;
  ~CompiledCall();
  std::vector<bool> result_present;  // per leaf of the result

  void add_input(const Array& leaf, int argument);
  void set(ir::Graph graph, std::vector<Array> captures, const JitOptions& options);
  void compile() const;  ///< once; calls may come from several threads

  /// Runs the code, or records the call in a trace, and writes the present leaves of the result. `donated` has a bit per
  /// argument that is given away; `captures` are as the function sees them now.
  void run(std::span<const Array* const> leaves, std::uint64_t donated, std::span<const Array> captures, std::span<Array* const> results) const;
  /// ArgumentError unless the leaves have the types this was traced for.
  void require_types(std::span<const Array* const> leaves) const;
  bool matches(std::span<const Array* const> leaves) const;
  std::string text(std::string_view stage) const;
  runtime::Cost cost() const;
  const std::vector<Input>& inputs() const { return inputs_; }
  const ir::Graph& traced() const { return traced_; }
  /// What its code is checked for.
  Check checks() const { return checks_; }
  std::span<const Array> captures() const { return captures_; }
  /// Captured arrays that live outside the function, in words; "" if there are none. One that was made inside, from a vector
  /// say, is always the same.
  const std::string& outside() const { return outside_; }
  bool reads_outside() const { return !outside_.empty(); }
  /// Whether a later trace is of this program: the same ops on the same values. Constants and attributes may differ: they
  /// come from C++ values that the function captures, which are read once.
  bool is_program(const ir::Graph& traced) const;
  bool captures_like(std::span<const Array> captures) const;
  /// The captured arrays as the last trace found them, or null if some may be others by now.
  std::shared_ptr<const Captures> unchanged() const;
  /// Notes what a trace has captured, with the arrays that the function makes itself as the first trace made them.
  std::shared_ptr<const Captures> note(std::vector<Array> captures) const;
  /// Lets go of captured values of running traces: each trace brings its own.
  void forget_traces();
  [[noreturn]] void throw_changed(Where where) const;

 private:
  codegen::CompileOptions compile_options() const;
  void record(Trace& trace, std::span<const Array* const> leaves, std::span<const Array> captures, std::span<Array* const> results) const;
  void evaluate(std::span<void* const> inputs, std::span<Array* const> results) const;
  [[noreturn]] void fail_arena() const;
  void execute(std::span<const Array* const> leaves, std::uint64_t donated, std::span<const Array> captures, std::span<Array* const> results) const;

  // What the code computes, and the result that takes it; results that are copies of an input (an argument or a
  // capture) or of something computed.
  struct Output {
    std::uint32_t result;
    ir::Type type;
    ir::Loc made;
  };
  struct Copied {
    std::uint32_t result;
    bool from_input;
    std::uint32_t index;
  };

  std::vector<Input> inputs_;        // per leaf, Nothing included
  std::vector<int> argument_;        // per leaf: the argument it belongs to
  std::vector<std::uint32_t> present_;  // leaves that are inputs of the graph
  ir::Graph traced_, graph_;         // as recorded; without what is passed through
  std::vector<Array> captures_;
  std::string outside_;
  std::vector<bool> made_inside_;    // per capture: by the function itself
  std::vector<Output> computed_;
  std::vector<Copied> copied_;
  JitOptions options_;
  Check checks_ = Check::none;
  mutable runtime::Executable code_;
  mutable std::mutex compiling_;
  mutable std::atomic<bool> compiled_{false};
  mutable std::mutex noting_;
  /// What the last trace captured. It is kept where the trace before, if there was one, captured the same: what changes at every
  /// call is not held on to, for its memory may be given away meanwhile.
  mutable std::shared_ptr<const Captures> kept_;
  mutable Captures::Watched seen_;  // by the last trace; only compared
  mutable bool traced_before_ = false;
};

/// Trees kept with a compiled signature, of types that only the front knows: a generic function may be called with trees that differ in
/// nothing but their type.
struct KeptTrees {
  explicit KeptTrees(const void* type) : type(type) {}
  virtual ~KeptTrees() = default;
  /// The trees, if they are of this type; else null.
  template <class T> const T* as() const { return type == &identity<T> ? static_cast<const T*>(this) : nullptr; }
  template <class T> static constexpr char identity = 0;  ///< its address tells T from other types
  const void* const type;
};

struct JitEntry {
  std::shared_ptr<CompiledCall> call;
  std::unique_ptr<KeptTrees> kept;
  std::vector<std::string> paths;    // of the leaves, for explain
  std::string reason;                // why it was compiled
  std::uint64_t statics = 0;
};

/// The compiled signatures of one jit. The entry that was used last is tried first, without a lock; entries stay valid for
/// calls that were in progress (a CallMark lived) when they were cleared.
class JitCache {
 public:
  /// The entry for these arguments that `same` accepts, or null.
  template <class Same> const JitEntry* find(const CallArguments& args, const Same& same) const {
    const JitEntry* last = last_.load(std::memory_order_acquire);
    if (last != nullptr && fits(*last, args) && same(*last)) return used(last);
    const std::lock_guard guard(lock_);
    return find_locked(args, same);
  }
  /// Compiles a new entry and keeps it, unless another thread was faster: then that thread's.
  template <class Same> const JitEntry* add(std::shared_ptr<JitEntry> entry, const CallArguments& args, const std::string& static_difference, int max_compiles, const Same& same) {
    prepare(*entry, args, static_difference, max_compiles);
    const std::lock_guard guard(lock_);
    const auto same_program = [&](const JitEntry& other) { return same(other) && other.call->traced() == entry->call->traced(); };
    if (const JitEntry* faster = find_locked(args, same_program)) return faster;
    return keep(std::move(entry));
  }
  std::shared_ptr<JitEntry> last_added() const;
  std::size_t size() const;
  /// Counts a trace of the function.
  void count_trace() const { traces_.fetch_add(1, std::memory_order_relaxed); }
  std::size_t traces() const { return traces_.load(std::memory_order_relaxed); }
  /// The call goes on with an entry that was found by tracing the function again.
  void note_traced_again() const { last_call_.store(LastCall::traced, std::memory_order_relaxed); }
  /// Lets go of all entries: at once, or if calls in progress may run them, when later signatures are compiled or cleared.
  void clear();
  std::string explain() const;

 private:
  template <class Same> const JitEntry* find_locked(const CallArguments& args, const Same& same) const {
    for (const auto& entry : entries_) {
      if (!fits(*entry, args) || !same(*entry)) continue;
      last_.store(entry.get(), std::memory_order_release);
      return used(entry.get());
    }
    return nullptr;
  }
  void prepare(JitEntry& entry, const CallArguments& args, const std::string& static_difference, int max_compiles) const;
  const JitEntry* keep(std::shared_ptr<JitEntry> entry);
  static bool fits(const JitEntry& entry, const CallArguments& args) {
    return entry.statics == args.statics() && entry.call->matches(args.arrays());
  }
  const JitEntry* used(const JitEntry* entry) const {
    if (last_call_.load(std::memory_order_relaxed) != LastCall::ran) last_call_.store(LastCall::ran, std::memory_order_relaxed);
    return entry;
  }
  enum class LastCall : std::uint8_t {
    ran,
    traced,
    compiled
  };  ///< what the last call did before it ran
  mutable std::mutex lock_;
  mutable std::atomic<const JitEntry*> last_{nullptr};
  mutable std::atomic<LastCall> last_call_{LastCall::ran};
  mutable std::atomic<std::size_t> traces_{0};
  std::vector<std::shared_ptr<JitEntry>> entries_;

  struct Cleared {
    std::vector<std::shared_ptr<JitEntry>> entries;
    runtime::CallsInProgress users;
  };
  /// Moves out what no call uses any more, to be destroyed without the lock.
  std::vector<Cleared> unused() const;
  mutable std::vector<Cleared> cleared_;
};

/// Runs the call; its results are the leaves of `tree` that it computes.
template <class R> void run_into(R& tree, const CompiledCall& call, std::span<const Array* const> leaves, std::uint64_t donated, std::span<const Array> captures) {
  LeafPointers<Array> results;
  std::size_t leaf = 0;
  tree::for_each_leaf(tree, [&](Array& result) {
    if (call.result_present[leaf++]) results.add(result);
  });
  call.run(leaves, donated, captures, results.all());
}

/// The paths of all leaves: "argument 0: .weight".
template <class... A> std::vector<std::string> argument_paths(const std::tuple<A...>& args) {
  std::vector<std::string> paths;
  std::size_t index = 0;
  auto one = [&](const auto& arg) {
    const std::string prefix = "argument " + std::to_string(index++) + ": ";
    using T = std::decay_t<decltype(arg)>;
    if constexpr (tree::is_leaf<T>) paths.push_back(prefix);
    else if constexpr (tree::IsTree<T>::value) {
      tree::for_each_leaf_with_info(arg, [&](const LeafInfo& info, const Array&) { paths.push_back(prefix + info.path + ": "); });
    }
  };
  std::apply([&](const A&... a) { (one(a), ...); }, args);
  return paths;
}
inline void note_difference(std::string& out, std::size_t argument, const std::string& difference) {
  if (out.empty() && !difference.empty()) out = "argument " + std::to_string(argument) + ": " + difference;
}

Cost cost_of(const CompiledCall& call);

}  // namespace detail
}  // namespace espalier
