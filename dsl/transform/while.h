#pragma once
// Loops that run until their condition fails: while_loop, and fori_loop with bounds that are arrays.
#include "espalier/dsl/transform/control.h"

namespace espalier {

/// Options of `while_loop`.
struct WhileOptions {
  Named by_name = Named();
  /// The loop runs at most so often, whatever its condition says. Reverse mode needs to know: its memory grows with the square root.
  std::optional<std::int64_t> max_steps = {};
};

namespace detail {

/// A bound of fori_loop: ShapeError or DTypeError unless it is an integer scalar.
Array counter_bound(const Array& bound, const char* name, Where where);
/// Its number, if that is known while the loop is traced.
std::optional<std::int64_t> known_bound(const Array& bound);

/// The sentences about what a while_loop is made of.
enum class WhileMisfit {
  none,
  start,
  other_carry,
  no_predicate
};
template <WhileMisfit misfit, class Returned, class Init> struct While {
  static_assert(misfit != WhileMisfit::start, "while_loop: init must convert to the carry that the body returns");
  static_assert(misfit != WhileMisfit::other_carry, "while_loop: the carry has one type: the body must return the carry that it takes");
  static_assert(misfit != WhileMisfit::no_predicate, "while_loop: keep_going(carry) returns a bool Array");
};
template <class K, class B, class C> constexpr WhileMisfit find_while_misfit() {
  using Carry = ResultOf<B, Arguments<B, AsArray<C>>>;
  if constexpr (!is_given_for<Carry, AsArray<C>>) return WhileMisfit::start;
  else if constexpr (!fits<B, Arguments<B, Carry>, Carry>() || !fits<K, Arguments<K, Carry>, Carry>()) return WhileMisfit::other_carry;
  else if constexpr (!std::is_same_v<Carry, ResultOf<B, Arguments<B, Carry>>>) return WhileMisfit::other_carry;
  else return std::is_same_v<Array, ResultOf<K, Arguments<K, Carry>>> ? WhileMisfit::none : WhileMisfit::no_predicate;
}

template <class K, class B, class Carry> Carry while_with(const K& keep_going, const B& body, Carry init, std::int64_t max_steps, const char* op, Where where) {
  std::vector<Array> leaves = tree::present_leaves(init);
  tree::LoopDraws draws;
  // A weak carry settles in the dtype that the body gives it; then the body is traced again with that.
  for (int attempt = 0;; ++attempt) {
    const std::vector<Input> inputs = inputs_for(leaves);
    const auto step = [&](const Carry& carry) {
      const tree::LoopDraws::Running running(draws);
      return body(hand_copy(carry));
    };
    auto traced = trace_function(step, op, arguments_of<std::tuple<Carry>>(init), &inputs, where, attempt == 0 && any_weak(leaves));
    require_same_carry(tree::first_static_difference(init, traced.result), leaves.size(), tree::present_leaves(traced.result).size(), op, where);
    if (settle_carries(leaves, traced.graph.output_types(), op, where) && attempt == 0) {
      assign_leaves(init, leaves);
      continue;
    }
    const auto asked = trace_function([&](const Carry& carry) { return keep_going(hand_copy(carry)); }, op, arguments_of<std::tuple<Carry>>(init), &inputs, where);
    return with_leaves(traced.result, loop_while({asked.graph, asked.captures}, {traced.graph, traced.captures}, leaves, max_steps, draws, op, where));
  }
}

}  // namespace detail

/// `carry = body(carry)` while `keep_going(carry)`, a bool scalar, holds; the last carry. `init` converts to the carry that the
/// body returns. Under vmap each example stops by itself. Forward derivatives always are there; reverse ones need `.max_steps`, or
/// are a DifferentiationError. StructureError if the carry that the body returns has other statics, shapes or dtypes than the one
/// it took, ShapeError or DTypeError unless the predicate is a bool scalar, ArgumentError if `.max_steps` is negative.
template <class K, class B, class C> [[nodiscard]] auto while_loop(const K& keep_going, const B& body, const C& init, WhileOptions options = {}, Where where = Where::current()) {
  using Args = detail::Arguments<B, detail::AsArray<C>>;
  if constexpr (!detail::fits<B, Args, detail::AsArray<C>>()) return detail::refuse<B, Args, detail::AsArray<C>>();
  else if constexpr (detail::find_while_misfit<K, B, C>() != detail::WhileMisfit::none) {
    return detail::refuse_as<detail::While<detail::find_while_misfit<K, B, C>(), detail::ResultOf<B, Args>, C>>();
  } else {
    using Carry = detail::ResultOf<B, Args>;
    if (options.max_steps && *options.max_steps < 0) throw ArgumentError("while_loop", "max_steps is " + std::to_string(*options.max_steps), "a loop runs 0 times or more", where);
    return detail::while_with(keep_going, body, detail::argument_as<Carry>(init), options.max_steps.value_or(-1), "while_loop", where);
  }
}

/// `body(i, carry)` for i from lower to upper - 1, where a bound is an array; i has the dtype in which the two meet. Where both
/// are numbers it is the loop above; else reverse mode cannot know how often it ran: a DifferentiationError. ShapeError or
/// DTypeError unless bounds are integer scalars; of the carry as in `scan`.
template <class F, class C> [[nodiscard]] auto fori_loop(Operand lower, Operand upper, const F& body, const C& init, Where where = Where::current()) {
  using Args = detail::Arguments<F, Array, detail::AsArray<C>>;
  if constexpr (!detail::fits<F, Args, Array, detail::AsArray<C>>()) return detail::refuse<F, Args, Array, detail::AsArray<C>>();
  else if constexpr (detail::find_fori_misfit<F, C>() != detail::LoopMisfit::none) {
    return detail::refuse_as<detail::Loop<detail::find_fori_misfit<F, C>(), detail::ResultOf<F, Args>, C>>();
  } else {
    using Carry = detail::ResultOf<F, Args>;
    using Counted = std::pair<Carry, Array>;
    const Array from = detail::counter_bound(lower.array, "lower", where), to = detail::counter_bound(upper.array, "upper", where);
    const auto first = detail::known_bound(from), last = detail::known_bound(to);
    if (first && last) return fori_loop(*first, *last, body, init, where);
    const Array bounds[] = {from, to};
    const auto met = detail::promote_operands(bounds, "fori_loop", where);
    const Array start = met.arrays[0].as(met.dtype, where), end = met.arrays[1].as(met.dtype, where);
    const auto goes_on = [&](const Counted& at) { return detail::called_at(where, "fori_loop", [&] { return at.second < end; }); };
    const auto step = [&](const Counted& at) {
      Array next = detail::called_at(where, "fori_loop", [&] { return at.second + 1; });
      return Counted(body(at.second, detail::hand_copy(at.first)), std::move(next));
    };
    return detail::while_with(goes_on, step, Counted(detail::argument_as<Carry>(init), start), -1, "fori_loop", where).first;
  }
}

}  // namespace espalier
