#pragma once
// Control flow inside programs: cond, switch_, scan, fori_loop. Bodies are traced; captured arrays become operands.
#include <optional>

#include "espalier/dsl/transform/function.h"
#include "espalier/dsl/tree/stream.h"

namespace espalier {

/// Options of `scan`.
struct ScanOptions {
  Named by_name = Named();
  std::optional<std::int64_t> length = {};  ///< needed where xs is none
  bool reverse = false;                     ///< from the last slice of xs to the first; ys stand where their x stood
  int unroll = 1;  ///< a hint that changes no result; an iteration of a compiled loop costs nanoseconds, so none is unrolled
};

namespace detail {

/// Runs the branch that `index` (an i32 scalar, clamped) chooses. Branch graphs take the operands, then all branches' captures
/// one after the other.
std::vector<Array> choose(const Array& index, std::vector<ir::Graph> branches, std::span<const Array> operands,
                          std::span<const std::vector<Array>> captures, const char* op);

/// A predicate as a branch index: 0 where it holds. DTypeError or ShapeError unless it is a bool scalar.
Array branch_of(const Array& pred, Where where);
/// The index of switch_ in i32. DTypeError or ShapeError unless it is an integer scalar.
Array branch_number(const Array& index, Where where);

/// A traced program and what it captured.
struct Closed {
  const ir::Graph& graph;
  std::span<const Array> captures;
};
/// A loop that runs while the condition holds, as an op; at most `max_steps` times unless that is -1. Both take the carries, then
/// their captures.
std::vector<Array> loop_while(const Closed& condition, const Closed& body, std::span<const Array> init, std::int64_t max_steps, tree::LoopDraws& draws, const char* op, Where where);
/// StructureError, unless the carry that left a body, of so many leaves, is like the one that entered: `difference` is what differs.
void require_same_carry(const std::string& difference, std::size_t entered, std::size_t left, const char* op, Where where);

/// A loop as an op: consts are the body's captures, but for those of `draws`, which say what the body draws at each iteration. `init` and
/// `xs` are present leaves.
std::vector<Array> loop(const ir::Graph& body, std::span<const Array> captures, std::span<const Array> init, std::span<const Array> xs, std::int64_t length, bool reverse,
                        const tree::LoopDraws& draws, Where where);

/// The extent of the leading axis of all leaves; ShapeError if they differ or there is none.
std::int64_t leading_extent(std::span<const Array> xs, std::optional<std::int64_t> length, const char* op, Where where);
/// Types of one slice along the leading axis.
std::vector<Input> slices_of(std::span<const Array> xs);
/// The dtype that a weak carry settles in: that of the body's result. StructureError if shapes or strong dtypes differ.
bool settle_carries(std::vector<Array>& init, std::span<const ir::Type> results, const char* op, Where where);
/// Whether a carry is a number whose dtype the body will say.
bool any_weak(std::span<const Array> leaves);
/// `input_of` each leaf.
std::vector<Input> inputs_for(std::span<const Array> leaves);

template <class R> void require_same_results(const R& first, const R& other, const char* op, Where where) {
  const std::string difference = tree::first_static_difference(first, other);
  if (difference.empty()) return;
  StructureError error(op, "branches return different structures: " + difference, "make all branches return one structure", where);
  error.path = difference;
  throw error;
}

}  // namespace detail

namespace detail {

template <class... R> inline constexpr bool are_one_type = false;
template <class R, class... Rest> inline constexpr bool are_one_type<R, Rest...> = (std::is_same_v<R, Rest> && ...);
/// The sentences about branches that do not go together.
template <class... R> struct CondBranches {
  static_assert(sizeof...(R) == 0, "cond: both branches must return one type");
};
template <class... R> struct SwitchBranches {
  static_assert(sizeof...(R) > 0, "switch_ needs at least one branch");
  static_assert(sizeof...(R) == 0, "switch_: all branches must return one type");
};

}  // namespace detail

/// `on_true(operands…)` if the bool scalar `pred` holds, else `on_false(operands…)`; only the branch taken runs. Both return
/// one type; StructureError if statics, shapes or dtypes of their results differ. DTypeError or ShapeError unless pred is a
/// bool scalar.
template <class T, class F, class... A> [[nodiscard]] auto cond(Operand pred, const T& on_true, const F& on_false, const A&... operands) {
  using Args = detail::Arguments<T, A...>;
  using Other = detail::Arguments<F, A...>;
  if constexpr (!detail::fits<T, Args, A...>()) return detail::refuse<T, Args, A...>();
  else if constexpr (!detail::fits<F, Other, A...>()) return detail::refuse<F, Other, A...>();
  else if constexpr (!detail::are_one_type<detail::ResultOf<T, Args>, detail::ResultOf<F, Other>>) {
    return detail::refuse_as<detail::CondBranches<detail::ResultOf<T, Args>, detail::ResultOf<F, Other>>>();
  } else {
    const Args args = detail::arguments_of<Args>(operands...);
    const Other other = detail::arguments_of<Other>(operands...);
    auto yes = detail::trace_function(on_true, "cond", args, nullptr, pred.where);
    auto no = detail::trace_function(on_false, "cond", other, nullptr, pred.where);
    detail::require_same_results(yes.result, no.result, "cond", pred.where);
    const std::vector<Array> captures[] = {yes.captures, no.captures};
    const auto results = detail::choose(detail::branch_of(pred.array, pred.where), {yes.graph, no.graph}, tree::present_leaves(args), captures, "cond");
    return detail::with_leaves(yes.result, results);
  }
}

/// The branch number `index` of the operands; an index outside clamps to the first or the last. Branches are a tuple, or a vector
/// of one type. All return one type; errors as in `cond`, DTypeError or ShapeError unless the index is an integer scalar, and
/// ArgumentError for an empty vector.
/// @{
template <class... F, class... A> [[nodiscard]] auto switch_(Operand index, const std::tuple<F...>& branches, const A&... operands) {
  if constexpr (!(detail::fits<F, detail::Arguments<F, A...>, A...>() && ...)) {
    (detail::refuse_unless_fits<F, detail::Arguments<F, A...>, A...>(), ...);
    return detail::Refused();
  } else if constexpr (!detail::are_one_type<detail::ResultOf<F, detail::Arguments<F, A...>>...>) {
    return detail::refuse_as<detail::SwitchBranches<detail::ResultOf<F, detail::Arguments<F, A...>>...>>();
  } else {
    using Args = detail::Arguments<std::tuple_element_t<0, std::tuple<F...>>, A...>;
    const Args args = detail::arguments_of<Args>(operands...);
    const auto trace = [&]<class Branch>(const Branch& f) {
      return detail::trace_function(f, "switch_", detail::arguments_of<detail::Arguments<Branch, A...>>(operands...), nullptr, index.where);
    };
    auto traced = std::apply([&](const F&... f) { return std::tuple{trace(f)...}; }, branches);
    return std::apply([&](const auto& first, const auto&... rest) {
      (detail::require_same_results(first.result, rest.result, "switch_", index.where), ...);
      const std::vector<Array> captures[] = {first.captures, rest.captures...};
      const auto results = detail::choose(detail::branch_number(index.array, index.where), {first.graph, rest.graph...}, tree::present_leaves(args), captures, "switch_");
      return detail::with_leaves(first.result, results);
    }, traced);
  }
}
template <class F, class... A> [[nodiscard]] auto switch_(Operand index, const std::vector<F>& branches, const A&... operands) {
  using Args = detail::Arguments<F, A...>;
  if constexpr (!detail::fits<F, Args, A...>()) return detail::refuse<F, Args, A...>();
  else {
    const Args args = detail::arguments_of<Args>(operands...);
    if (branches.empty()) throw ArgumentError("switch_", "there is no branch", "give at least one", index.where);
    std::vector<ir::Graph> graphs;
    std::vector<std::vector<Array>> captures;
    std::optional<detail::ResultOf<F, Args>> result;
    for (const F& f : branches) {
      auto traced = detail::trace_function(f, "switch_", args, nullptr, index.where);
      graphs.push_back(std::move(traced.graph));
      captures.push_back(std::move(traced.captures));
      if (result) detail::require_same_results(*result, traced.result, "switch_", index.where);
      else result = std::move(traced.result);
    }
    return detail::with_leaves(*result, detail::choose(detail::branch_number(index.array, index.where), std::move(graphs), tree::present_leaves(args), captures, "switch_"));
  }
}
/// @}

namespace detail {

template <class F, class Carry, class X> auto scan_with(const F& f, Carry init, const X& xs, ScanOptions options, const char* op, Where where) {
  const std::vector<Array> x_leaves = tree::present_leaves(xs);
  const std::int64_t length = leading_extent(x_leaves, options.length, op, where);
  std::vector<Array> init_leaves = tree::present_leaves(init);
  const auto x_slices = slices_of(x_leaves);
  tree::LoopDraws draws;
  // A weak carry settles in the dtype that the body gives it; then the body is traced again with that.
  for (int attempt = 0;; ++attempt) {
    std::vector<Input> inputs = inputs_for(init_leaves);
    inputs.insert(inputs.end(), x_slices.begin(), x_slices.end());
    auto call = [&](const Carry& carry, const X& x) {
      const tree::LoopDraws::Running running(draws);
      if constexpr (std::is_same_v<X, Nothing>) return f(hand_copy(carry));
      else return f(hand_copy(carry), hand_copy(x));
    };
    auto traced = trace_function(call, op, arguments_of<std::tuple<Carry, X>>(init, xs), &inputs, where, attempt == 0 && any_weak(init_leaves));
    auto& [carry, y] = traced.result;
    const std::size_t carries = tree::present_leaves(carry).size();
    require_same_carry(tree::first_static_difference(init, carry), init_leaves.size(), carries, op, where);
    const auto types = traced.graph.output_types();
    if (attempt == 0 && settle_carries(init_leaves, std::span<const ir::Type>(types).first(carries), op, where)) {
      assign_leaves(init, init_leaves);
      continue;
    }
    settle_carries(init_leaves, std::span<const ir::Type>(types).first(carries), op, where);
    const auto results = loop(traced.graph, traced.captures, init_leaves, x_leaves, length, options.reverse, draws, where);
    draws.finish(length);
    return with_leaves(traced.result, results);
  }
}

// clang-format off
template <class R> struct CarryIn { using type = void; };
template <class C, class Y> struct CarryIn<std::pair<C, Y>> { using type = C; };
// clang-format on

/// The sentences about a loop's body: what it returns, what its carry starts from, and that it takes what it returns.
enum class LoopMisfit {
  none,
  no_pair,
  scan_start,
  fori_start,
  other_carry
};
template <LoopMisfit misfit, class Returned, class Init> struct Loop {
  static_assert(misfit != LoopMisfit::no_pair, "scan: the body returns std::pair{carry, y}; a y that is not wanted is ep::nothing");
  static_assert(misfit != LoopMisfit::scan_start, "scan: init must convert to the carry that f returns");
  static_assert(misfit != LoopMisfit::fori_start, "fori_loop: init must convert to what the body returns");
  static_assert(misfit != LoopMisfit::other_carry, "a loop's carry has one type: the body must return the carry that it takes");
};

/// A body of scan that fits its arguments against the carry it returns. `X` is the type of the x, if there is one.
template <class F, class C, class... X> constexpr LoopMisfit find_scan_misfit() {
  using Carry = typename CarryIn<ResultOf<F, Arguments<F, AsArray<C>, X...>>>::type;
  if constexpr (std::is_void_v<Carry>) return LoopMisfit::no_pair;
  else if constexpr (!is_given_for<Carry, AsArray<C>>) return LoopMisfit::scan_start;
  else if constexpr (!fits<F, Arguments<F, Carry, X...>, Carry, X...>()) return LoopMisfit::other_carry;
  else return std::is_same_v<Carry, typename CarryIn<ResultOf<F, Arguments<F, Carry, X...>>>::type> ? LoopMisfit::none : LoopMisfit::other_carry;
}
template <class F, class C> constexpr LoopMisfit find_fori_misfit() {
  using Carry = ResultOf<F, Arguments<F, Array, AsArray<C>>>;
  if constexpr (!is_given_for<Carry, AsArray<C>>) return LoopMisfit::fori_start;
  else if constexpr (!fits<F, Arguments<F, Array, Carry>, Array, Carry>()) return LoopMisfit::other_carry;
  else return std::is_same_v<Carry, ResultOf<F, Arguments<F, Array, Carry>>> ? LoopMisfit::none : LoopMisfit::other_carry;
}

template <class F, class C, class Xs, class... X> auto scan_over(const F& f, const C& init, const Xs& xs, const ScanOptions& options, Where where) {
  using Args = Arguments<F, AsArray<C>, X...>;
  if constexpr (!fits<F, Args, AsArray<C>, X...>()) return std::pair{refuse<F, Args, AsArray<C>, X...>(), Refused()};
  else if constexpr (find_scan_misfit<F, C, X...>() != LoopMisfit::none) {
    return std::pair{refuse_as<Loop<find_scan_misfit<F, C, X...>(), ResultOf<F, Args>, C>>(), Refused()};
  } else {
    using Carry = typename CarryIn<ResultOf<F, Args>>::type;
    if constexpr (sizeof...(X) == 0) return scan_with<F, Carry>(f, argument_as<Carry>(init), xs, options, "scan", where);
    else return scan_with<F, Carry>(f, argument_as<Carry>(init), argument_as<std::tuple_element_t<1, Args>>(xs), options, "scan", where);
  }
}

}  // namespace detail

/// Loops over the leading axis of xs: `f(carry, x)` returns std::pair{carry, y}; the result is {carry, ys}, ys stacked
/// along a new leading axis. The carry's type is what f returns; `init` converts to it. A y may be `nothing`. Where xs is `none`,
/// f(carry) is called `.length` times. ShapeError if leading extents differ from each other or from `.length`, StructureError if
/// the carry that f returns has other statics, shapes or dtypes than the one it took, ArgumentError for a negative length.
template <class F, class C, class X> [[nodiscard]] auto scan(const F& f, const C& init, const X& xs, ScanOptions options = {}, Where where = Where::current()) {
  if constexpr (std::is_same_v<X, std::nullopt_t>) return detail::scan_over<F, C, Nothing>(f, init, nothing, options, where);
  else return detail::scan_over<F, C, X, X>(f, init, xs, options, where);
}

/// `body(i, carry)` for i from lower to upper - 1; i is an i32 Array, or i64 where a bound is beyond that. Both bounds are known
/// when the loop is traced.
template <class F, class C> [[nodiscard]] auto fori_loop(std::int64_t lower, std::int64_t upper, const F& body, const C& init, Where where = Where::current()) {
  using Args = detail::Arguments<F, Array, detail::AsArray<C>>;
  if constexpr (!detail::fits<F, Args, Array, detail::AsArray<C>>()) return detail::refuse<F, Args, Array, detail::AsArray<C>>();
  else if constexpr (detail::find_fori_misfit<F, C>() != detail::LoopMisfit::none) {
    return detail::refuse_as<detail::Loop<detail::find_fori_misfit<F, C>(), detail::ResultOf<F, Args>, C>>();
  } else {
    using Carry = detail::ResultOf<F, Args>;
    // The counter is carried after the user's carry: the loop holds one number, not all of them.
    using Counted = std::pair<Carry, Array>;
    auto step = [&](const Counted& at) {
      Array next = detail::called_at(where, "fori_loop", [&] { return at.second + 1; });
      return std::pair<Counted, Nothing>(Counted(body(at.second, detail::hand_copy(at.first)), std::move(next)), Nothing());
    };
    std::int64_t length = 0;
    if (upper > lower && __builtin_sub_overflow(upper, lower, &length)) length = INT64_MAX;
    const DType counter = lower >= INT32_MIN && upper <= INT32_MAX ? i32 : i64;
    Counted start(detail::argument_as<Carry>(init), Array(lower).as(counter, where));
    auto result = detail::scan_with<decltype(step), Counted>(step, std::move(start), nothing, {.length = length}, "fori_loop", where).first;
    return std::move(result.first);
  }
}

namespace detail {
template <class F, class... A> auto abstract_result(Where where, const F& f, const A&... given) {
  using Args = Arguments<F, A...>;
  if constexpr (!fits<F, Args, A...>()) return refuse<F, Args, A...>();
  else {
    const Args args = arguments_of<Args>(given...);
    auto traced = trace_function(f, "eval_shape", args, nullptr, where);
    std::vector<Array> leaves;
    for (ir::Type type : traced.graph.output_types()) leaves.push_back(abstract(type.shape(), type.dtype()));
    return with_leaves(traced.result, leaves);
  }
}
}  // namespace detail

/// The result's type with abstract leaves: f is traced, nothing is computed. Arguments may be abstract.
/// (A pack leaves no room for the place of the call: up to eight arguments have overloads that know it.)
/// @{
template <class F>
[[nodiscard]] auto eval_shape(const F& f, Where where = Where::current()) {
  return detail::abstract_result(where, f);
}
template <class F, class A>
[[nodiscard]] auto eval_shape(const F& f, const A& a, Where where = Where::current()) {
  return detail::abstract_result(where, f, a);
}
template <class F, class A, class B>
[[nodiscard]] auto eval_shape(const F& f, const A& a, const B& b, Where where = Where::current()) {
  return detail::abstract_result(where, f, a, b);
}
template <class F, class A, class B, class C>
[[nodiscard]] auto eval_shape(const F& f, const A& a, const B& b, const C& c, Where where = Where::current()) {
  return detail::abstract_result(where, f, a, b, c);
}
template <class F, class A, class B, class C, class D>
[[nodiscard]] auto eval_shape(const F& f, const A& a, const B& b, const C& c, const D& d, Where where = Where::current()) {
  return detail::abstract_result(where, f, a, b, c, d);
}
template <class F, class A, class B, class C, class D, class E>
[[nodiscard]] auto eval_shape(const F& f, const A& a, const B& b, const C& c, const D& d, const E& e, Where where = Where::current()) {
  return detail::abstract_result(where, f, a, b, c, d, e);
}
template <class F, class A, class B, class C, class D, class E, class G>
[[nodiscard]] auto eval_shape(const F& f, const A& a, const B& b, const C& c, const D& d, const E& e, const G& g, Where where = Where::current()) {
  return detail::abstract_result(where, f, a, b, c, d, e, g);
}
template <class F, class A, class B, class C, class D, class E, class G, class H>
[[nodiscard]] auto eval_shape(const F& f, const A& a, const B& b, const C& c, const D& d, const E& e, const G& g, const H& h, Where where = Where::current()) {
  return detail::abstract_result(where, f, a, b, c, d, e, g, h);
}
template <class F, class A, class B, class C, class D, class E, class G, class H, class I>
[[nodiscard]] auto eval_shape(const F& f, const A& a, const B& b, const C& c, const D& d, const E& e, const G& g, const H& h, const I& i, Where where = Where::current()) {
  return detail::abstract_result(where, f, a, b, c, d, e, g, h, i);
}
template <class F, class... A>
  requires(sizeof...(A) > 8)
[[nodiscard]] auto eval_shape(const F& f, const A&... given) { return detail::abstract_result(Where{}, f, given...); }
/// @}

}  // namespace espalier
