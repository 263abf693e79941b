#pragma once
// Optimizer: transformations one after the other, and what applies their result to the parameters.
#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/stdlib/optim/gradients.h"

namespace espalier::optim {

/// p + u for each update, in the dtype of p; leaves whose update is Nothing are kept.
template <Tree P> [[nodiscard("the parameters given are unchanged")]] P apply_updates(const P& params, const P& updates, Where where = Where::current()) {
  return espalier::detail::called_at(where, [&] {
    return map([](const Array& p, const Array& u) { return (p + u).as(p.dtype()); }, params, updates);
  });
}

/// rate * now + (1 - rate) * average, in the dtype of the average; leaves that are Nothing in `now` are kept: averages of parameters over the steps.
template <Tree P> [[nodiscard("the average given is unchanged")]] P incremental_update(const P& now, const P& average, double rate, Where where = Where::current()) {
  return espalier::detail::called_at(where, [&] {
    return map([&](const Array& a, const Array& n) { return (rate * n + (1 - rate) * a).as(a.dtype()); }, average, now);
  });
}

/// What a step of an optimizer gives. `auto [next, after] = opt.update(grads, params)` binds both; it is a tree, and a pair
/// where one is asked for; `std::tie(params, opt) = opt.update(grads, params)` assigns both.
template <class P, class O> struct [[nodiscard("an update changes neither tree: keep the parameters and the optimizer it returns")]] Updated {
  P params;     ///< the parameters after the step
  O optimizer;  ///< the optimizer after the step
  /// {params, optimizer}.
  operator std::pair<P, O>() const { return {params, optimizer}; }
  /// What std::tie assigns from.
  operator std::tuple<P&, O&>() && { return {params, optimizer}; }
};

/// Each transformation takes what the one before it gave. An Optimizer is a transformation itself, so chains nest.
template <class... T> struct [[nodiscard]] Optimizer {
  std::tuple<T...> transforms = {};  ///< in the order in which gradients go through them

  /// With fresh state for parameters like these.
  template <Tree P> Optimizer init(const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> Optimizer {
      return {std::apply([&](const T&... t) { return std::tuple<T...>{t.init(params)...}; }, transforms)};
    });
  }
  /// {updates, the optimizer after this step}.
  template <Tree P> [[nodiscard]] std::pair<P, Optimizer> transform(const P& grads, const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&] {
      std::pair<P, Optimizer> result(tree::clone(grads), *this);
      const auto pass = [&](auto& transformation) {
        auto [updates, next] = std::as_const(transformation).transform(result.first, params);
        result.first = std::move(updates);
        transformation = std::move(next);
      };
      std::apply([&](T&... t) { (pass(t), ...); }, result.second.transforms);
      return result;
    });
  }
  /// {parameters with the updates applied, the optimizer after this step}. Leaves whose gradient is Nothing are kept.
  template <Tree P> Updated<P, Optimizer> update(const P& grads, const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> Updated<P, Optimizer> {
      auto [updates, next] = transform(grads, params);
      return {apply_updates(params, updates), std::move(next)};
    });
  }
};

/// The optimizer that does these one after the other.
template <class... T> Optimizer<T...> chain(T... transforms) { return {std::tuple<T...>(std::move(transforms)...)}; }

}  // namespace espalier::optim
