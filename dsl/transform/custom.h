#pragma once
// custom_jvp, custom_vjp: functions whose derivatives the user gives.
#include "espalier/dsl/transform/control.h"
#include "espalier/dsl/transform/rule_operands.h"

namespace espalier {
namespace detail {

/// For each floating result (or argument), which output of a rule is its tangent (or cotangent); -1: none, which is zero.
using RuleOutputs = std::vector<int>;

/// The results of a function that is called in a trace. `rule` returns its own results, then tangents as `tangents` says.
std::vector<Array> call_with_jvp(const TracedRule& f, const TracedRule& rule, std::span<const Array> args, const RuleOutputs& tangents, Where where);
/// `forward` returns results, then residuals; `backward` takes the residuals, then a cotangent for each floating result, and returns
/// cotangents as `cotangents` says.
std::vector<Array> call_with_vjp(const TracedRule& f, const TracedRule& forward, const TracedRule& backward, std::span<const Array> args, const RuleOutputs& cotangents, Where where);

/// The tree with abstract leaves of the types that follow in `types`; `next` counts them.
template <class T> T abstract_like(const T& like, std::span<const ir::Type> types, std::size_t& next) {
  T result = tree::clone(like);
  tree::for_each_leaf(result, [&](Array& leaf) { if (!leaf.is_nothing()) leaf = ArrayAccess::abstract(types[next++], false, leaf.where()); });
  return result;
}
/// The tree with Nothing where a leaf has no derivative.
template <class T> T floating_part(const T& x) {
  T result = tree::clone(x);
  tree::for_each_leaf(result, [](Array& leaf) { if (!leaf.is_nothing() && !ir::is_inexact(leaf.dtype())) leaf = Array(); });
  return result;
}
/// Which present leaf of `given`, counted from `first`, stands for each floating leaf of `like`. StructureError if their leaves differ.
template <class T, class G> RuleOutputs outputs_for(const T& like, const G& given, int first, const char* op, const char* what, Where where) {
  const auto wanted = tree::leaf_pointers(like), found = tree::leaf_pointers(given);
  if (wanted.size() != found.size()) {
    throw StructureError(op, std::string("the rule returns ") + std::to_string(found.size()) + " " + what + "s for " + std::to_string(wanted.size()) + " leaves", "return one for each, in the same tree", where);
  }
  RuleOutputs outputs;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const bool present = !found[i]->is_nothing();
    if (!wanted[i]->is_nothing() && ir::is_inexact(wanted[i]->dtype())) outputs.push_back(present ? first : -1);
    if (present) ++first;
  }
  return outputs;
}
template <class T> int present_count(const T& x) { return static_cast<int>(tree::present_leaves(x).size()); }

template <class R> inline constexpr bool is_pair = false;
template <class A, class B> inline constexpr bool is_pair<std::pair<A, B>> = true;
template <bool jvp> struct RuleResult {
  static_assert(!jvp, "the rule of custom_jvp returns std::pair{y, dy}: the value and its tangent; it is called with the arguments, then their tangents");
  static_assert(jvp, "the forward function of custom_vjp returns std::pair{y, residuals}; the backward function is called with the residuals and the cotangent of y");
};

template <class F, class Rule> struct [[nodiscard]] CustomJvp {
  F f;
  Rule rule;
  Where where;
  template <class... Given> auto operator()(const Given&... given) const {
    using Args = Arguments<F, Given...>;
    if constexpr (!fits<F, Args, Given...>()) return refuse<F, Args, Given...>();
    else return located(where, nullptr, [&] { return called(arguments_of<Args>(given...)); });
  }

 private:
  template <class... A> auto called(const std::tuple<A...>& args) const {
    using RuleArgs = std::tuple<A..., A...>;
    if constexpr (!fits<Rule, RuleArgs, A..., A...>()) return refuse<Rule, RuleArgs, A..., A...>();
    else if constexpr (!is_pair<ResultOf<Rule, RuleArgs>>) return refuse_as<RuleResult<true>>();
    else {
      using R = ResultOf<F, std::tuple<A...>>;
      if (Trace::current() == nullptr) {
        std::tuple<A...> own = std::apply([](const A&... a) { return std::tuple<A...>(tree::clone(a)...); }, args);
        return std::apply([&](A&... a) -> R { return call_for_user(f, hand(a)...); }, own);
      }
      auto traced = trace_function(f, "custom_jvp", args, nullptr, where);
      const RuleArgs with_tangents = std::apply([](const A&... a) { return RuleArgs(tree::clone(a)..., floating_part(a)...); }, args);
      auto ruled = trace_function(rule, "custom_jvp", with_tangents, nullptr, where);
      const auto tangents = outputs_for(traced.result, ruled.result.second, present_count(ruled.result.first), "custom_jvp", "tangent", where);
      return with_leaves(traced.result, call_with_jvp({std::move(traced.graph), std::move(traced.captures)}, {std::move(ruled.graph), std::move(ruled.captures)}, tree::present_leaves(args), tangents, where));
    }
  }
};

template <class F, class Forward, class Backward> struct [[nodiscard]] CustomVjp {
  F f;
  Forward forward;
  Backward backward;
  Where where;
  template <class... Given> auto operator()(const Given&... given) const {
    using Args = Arguments<F, Given...>;
    if constexpr (!fits<F, Args, Given...>()) return refuse<F, Args, Given...>();
    else if constexpr (!fits<Forward, Args, Given...>()) return refuse<Forward, Args, Given...>();
    else if constexpr (!is_pair<ResultOf<Forward, Args>>) return refuse_as<RuleResult<false>>();
    else return located(where, nullptr, [&] { return called(arguments_of<Args>(given...)); });
  }

 private:
  template <class... A> auto called(const std::tuple<A...>& args) const {
    using Made = ResultOf<Forward, std::tuple<A...>>;
    using Residuals = typename Made::second_type;
    using Y = typename Made::first_type;
    using BackArgs = std::tuple<Residuals, Y>;
    if constexpr (!fits<Backward, BackArgs, Residuals, Y>()) return refuse<Backward, BackArgs, Residuals, Y>();
    else {
      using R = ResultOf<F, std::tuple<A...>>;
      if (Trace::current() == nullptr) {
        std::tuple<A...> own = std::apply([](const A&... a) { return std::tuple<A...>(tree::clone(a)...); }, args);
        return std::apply([&](A&... a) -> R { return call_for_user(f, hand(a)...); }, own);
      }
      auto traced = trace_function(f, "custom_vjp", args, nullptr, where);
      auto ahead = trace_function(forward, "custom_vjp", args, nullptr, where);
      const std::vector<ir::Type> types = ahead.graph.output_types();
      std::size_t next = 0;
      Y y = abstract_like(ahead.result.first, types, next);
      Residuals residuals = abstract_like(ahead.result.second, types, next);
      auto back = trace_function(backward, "custom_vjp", BackArgs(std::move(residuals), floating_part(y)), nullptr, where);
      const auto cotangents = outputs_for(args, back.result, 0, "custom_vjp", "cotangent", where);
      return with_leaves(traced.result, call_with_vjp({std::move(traced.graph), std::move(traced.captures)}, {std::move(ahead.graph), std::move(ahead.captures)}, {std::move(back.graph), std::move(back.captures)}, tree::present_leaves(args), cotangents, where));
    }
  }
};

}  // namespace detail

/// f, but its derivative is `rule(x…, dx…) -> std::pair{y, dy}`, in which dx are tangents of the arguments (Nothing for leaves without a
/// derivative) and dy the tangent of y, linear in them; a Nothing in dy is zero. Reverse mode transposes it. Nests in all transforms;
/// the rule may be differentiated again. DifferentiationError where f or the rule captures an array that is being differentiated: pass it
/// as an argument. StructureError, ShapeError or DTypeError where the rule's results are not like f's.
template <class F, class Rule> [[nodiscard]] auto custom_jvp(F f, Rule rule, Where where = Where::current()) { return detail::CustomJvp<F, Rule>{std::move(f), std::move(rule), where}; }

/// f, but in reverse mode `forward(x…) -> std::pair{y, residuals}` takes its place and `backward(residuals, y_bar) -> x_bar` is its
/// pullback: the cotangent of the argument, or a tuple of those of several; a Nothing is zero. Forward mode (jvp, jacfwd) is a
/// DifferentiationError. The rest as in `custom_jvp`.
template <class F, class Forward, class Backward> [[nodiscard]] auto custom_vjp(F f, Forward forward, Backward backward, Where where = Where::current()) {
  return detail::CustomVjp<F, Forward, Backward>{std::move(f), std::move(forward), std::move(backward), where};
}

}  // namespace espalier
