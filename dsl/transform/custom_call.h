#pragma once
// custom_call: a C function of the user's inside of programs.
#include "espalier/dsl/host_call.h"
#include "espalier/dsl/transform/custom.h"

namespace espalier {

/// The name of a call, and its place.
struct CallName {
  std::string name;  ///< in texts and errors
  Where where;       ///< the user's call
  /// From anything that is text.
  template <std::convertible_to<std::string_view> T> CallName(const T& name, Where where = Where::current()) : name(std::string_view(name)), where(where) {}
};

/// A rule that is not given.
struct NoRule {
  constexpr NoRule() {}  // so that no rule is taken for its members
};
/// The derivative of a `custom_call`, by one of two functions of arrays. `jvp(x…, dx…) -> std::pair{y, dy}`, as in `custom_jvp`, serves
/// forward and reverse mode; `vjp(x…, y_bar) -> x_bar`, one or a tuple of several as in `custom_vjp`, reverse mode alone.
template <class Jvp = NoRule, class Vjp = NoRule> struct custom_rules {
  Jvp jvp = {};  ///< the tangent, or none
  Vjp vjp = {};  ///< the pullback, or none
};

namespace detail {

std::vector<Array> call_c(const CallName& name, ir::CFunction function, std::span<const Array> results, std::span<const Array> args);

template <class T> inline constexpr bool is_rules = false;
template <class Jvp, class Vjp> inline constexpr bool is_rules<custom_rules<Jvp, Vjp>> = true;
template <bool jvp, bool vjp> struct Rules {
  static_assert(jvp || vjp, "custom_rules: give the rule .jvp or the rule .vjp");
  static_assert(!(jvp && vjp), "custom_rules: give one rule; reverse mode transposes .jvp, so .vjp is for functions whose tangent is not known");
};

template <class R> struct CCall {
  CallName name;
  ir::CFunction function;
  R result;  // abstract
  template <class... A> R operator()(const A&... args) const { return called(std::tuple<AsArray<A>...>(argument_as<AsArray<A>>(args)...)); }
  template <class... A> R called(const std::tuple<A...>& args) const {
    return with_leaves(result, call_c(name, function, tree::present_leaves(result), tree::present_leaves(args)));
  }
};

template <class R, class Jvp, class Vjp, class... A> R call_with_rules(const CCall<R>& call, const custom_rules<Jvp, Vjp>& rules, const A&... args) {
  constexpr bool has_jvp = !std::is_same_v<Jvp, NoRule>, has_vjp = !std::is_same_v<Vjp, NoRule>;
  const auto plain = [call](const AsArray<A>&... a) { return call(a...); };
  if constexpr (has_jvp == has_vjp) return refuse_as<Rules<has_jvp, has_vjp>>();
  else if constexpr (has_jvp) return custom_jvp(plain, rules.jvp, call.name.where)(args...);
  else {
    using Residuals = std::tuple<AsArray<A>...>;
    const auto forward = [call](const AsArray<A>&... a) { return std::pair<R, Residuals>(call(a...), Residuals(tree::clone(a)...)); };
    const auto backward = [vjp = rules.vjp](const Residuals& x, const R& y_bar) { return std::apply([&](const auto&... a) { return vjp(a..., y_bar); }, x); };
    return custom_vjp(plain, forward, backward, call.name.where)(args...);
  }
}

}  // namespace detail

/// What a C function makes of the leaves of the arguments, in order: `f(results, operands)` with the memory of each, row-major, which it
/// reads and writes and does not keep; complex numbers lie as C has them, a bool is a byte. `result` is a tree with leaves like those
/// of the result (`abstract` ones do), which is returned with what f has written. Scalars among the arguments are given in the dtype that they
/// report. f is taken to be pure, as all ops: it may be called once for equal calls, or not at all where nothing reads its result; what acts
/// on the host is `debug::callback`. What it throws leaves
/// the call of the program, at its end. In vmap it is called for each example. It has no derivative (DifferentiationError) unless `custom_rules`
/// are the last argument: `custom_call("twice", twice, abstract({3}), x, custom_rules{.jvp = rule})`.
template <class R, class... A> [[nodiscard]] R custom_call(CallName name, ir::CFunction f, const R& result, const A&... args) {
  const detail::CCall<R> call{std::move(name), f, result};
  if constexpr (sizeof...(A) == 0) return call();
  else {
    const auto all = std::tie(args...);
    const auto& last = std::get<sizeof...(A) - 1>(all);
    if constexpr (!detail::is_rules<std::remove_cvref_t<decltype(last)>>) return call(args...);
    else {
      return [&]<std::size_t... i>(std::index_sequence<i...>) { return detail::call_with_rules(call, last, std::get<i>(all)...); }(std::make_index_sequence<sizeof...(A) - 1>());
    }
  }
}

}  // namespace espalier
