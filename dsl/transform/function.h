#pragma once
// A user's function of trees as a closed graph: flatten, run once on traced arrays, read what it returned.
#include <tuple>

#include "espalier/dsl/trace.h"
#include "espalier/dsl/transform/fit.h"
#include "espalier/ir/graph.h"

namespace espalier::detail {

// ---- leaves ---------------------------------------------------------------------------------------------------------

/// Replaces the leaves that are not Nothing, in order; returns how many there were.
template <class T> std::size_t assign_leaves(T& tree, std::span<const Array> arrays) {
  std::size_t i = 0;
  tree::for_each_leaf(tree, [&](Array& leaf) {
    if (!leaf.is_nothing()) leaf = arrays[i++];
  });
  return i;
}
/// A copy whose leaves that are not Nothing are the arrays, in order. There must be as many of them.
template <class T> T with_leaves(const T& like, std::span<const Array> arrays) {
  T result = tree::clone(like);
  assign_leaves(result, arrays);
  return result;
}
/// A derivative with respect to a leaf: one of a weak scalar, which is carried in f64, settles in the dtype it reports.
inline Array settled(const Array& derivative, const Array& leaf) { return leaf.weak() ? derivative.as(leaf.dtype(), leaf.where()) : derivative; }
/// A leaf as an input: its type, and whether it is weak.
struct Input {
  ir::Type type;
  bool weak = false;
  Where where;
};
inline Input input_of(const Array& leaf) { return {leaf.is_nothing() ? ir::Type() : ArrayAccess::type(leaf), leaf.weak(), leaf.where()}; }

// ---- tracing --------------------------------------------------------------------------------------------------------

/// A function as a graph: inputs are the present leaves of the arguments, then the captures; outputs the present leaves
/// of `result`, whose own leaves are spent traced arrays that only mark what is present.
template <class R> struct Traced {
  ir::Graph graph;
  std::vector<Array> captures;
  R result;
};

/// The values of the result's leaves in the trace; weak ones settle to the dtype they report.
std::vector<ir::Value> settle_outputs(Trace& trace, std::span<const Array> leaves, const char* transform);

/// Runs `f` once on traced stand-ins. `inputs` gives the type of each present leaf of the arguments, in order (by
/// default that of the leaf); `at` is where the transform stands, if that is known; a `trial` only asks for types; `axis` is what vmap maps by name. EscapedValue if f has put a traced array
/// where it outlives the trace: into a captured variable, a global, a static of its result.
template <class F, class... A>
auto trace_function(const F& f, const char* transform, const std::tuple<A...>& args, const std::vector<Input>* inputs = nullptr, Where at = {}, bool trial = false, Trace::NamedAxis axis = {}) {
  using R = ResultOf<F, std::tuple<A...>>;
  Trace trace(transform, at);
  trace.trial = trial;
  trace.axis = std::move(axis);
  std::size_t next = 0;
  auto stand_in = [&](Array& leaf) {
    if (leaf.is_nothing()) return;
    const Input input = inputs ? (*inputs)[next] : input_of(leaf);
    if (ArrayAccess::kind(leaf) == ArrayAccess::Kind::donated) (void)materialise(leaf, transform, at.line() != 0 ? at : leaf.where());
    if (leaf.is_traced()) Trace::require_running(leaf, transform, at.line() != 0 ? at : leaf.where());
    ++next;
    ArrayAccess::replace_own(leaf, trace.input(input.type, input.weak, input.where));
  };
  const auto run_function = [&]() -> R {
    std::tuple<A...> stand_ins = std::apply([](const A&... a) { return std::tuple<A...>(tree::clone(a)...); }, args);
    return std::apply([&](A&... a) -> R {
      (tree::for_each_leaf(a, stand_in), ...);
      return call_for_user(f, hand(a)...);
    }, stand_ins);
  };
  R result = run_function();
  const auto outputs = settle_outputs(trace, tree::present_leaves(result), transform);
  tree::for_each_leaf(result, [&](Array& leaf) { if (trace.records(leaf)) ArrayAccess::spend(leaf); });
  trace.require_no_handles();
  Traced<R> traced{trace.finish(outputs), {trace.captures().begin(), trace.captures().end()}, std::move(result)};
  return traced;
}

/// All present leaves of the arguments, then the captures: what the traced graph is run with.
template <class R, class... A> std::vector<Array> inputs_of(const Traced<R>& traced, const std::tuple<A...>& args) {
  std::vector<Array> all = tree::present_leaves(args);
  all.insert(all.end(), traced.captures.begin(), traced.captures.end());
  return all;
}

/// One or many: the value itself for one, a tuple for several.
template <class... T> auto one_or_many(std::tuple<T...> values) {
  if constexpr (sizeof...(T) == 1) return std::get<0>(std::move(values));
  else return values;
}

}  // namespace espalier::detail
