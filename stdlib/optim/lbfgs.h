#pragma once
// L-BFGS: Liu & Nocedal 1989, in the two loops of Nocedal & Wright, "Numerical Optimization", algorithm 7.4.
#include "espalier/dsl/transform/grad.h"
#include "espalier/dsl/transform/while.h"
#include "espalier/stdlib/optim/optimizer.h"
#include "espalier/stdlib/optim/scaling.h"

namespace espalier::optim {

/// The gradients times an approximation of the inverse Hessian, made of the last `memory_size` pairs of a change s of the parameters and the change y of the gradients
/// with it. Pairs with <s, y> <= 0, which a function curved upwards never has, count as none.
struct [[nodiscard]] ScaleByLbfgs {
  Named by_name = Named();
  std::int64_t memory_size = 10;   ///< how many pairs are kept
  bool scale_init_precond = true;  ///< the approximation starts from <s, y> / |y|² of the last pair, at the first step from min(1, 1 / |g|); otherwise from 1
  OptState count = {};             ///< steps done, i32
  Moments params = {};             ///< of the step before
  Moments gradients = {};          ///< of the step before
  Moments steps = {};              ///< the s, a new leading axis in front
  Moments changes = {};            ///< the y, a new leading axis in front
  OptState weights = {};           ///< 1 / <s, y>; 0 for pairs that do not count

  /// With fresh state for parameters like these.
  template <Tree P> ScaleByLbfgs init(const P& like, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&] { return fresh(detail::zero_moments(like)); });
  }
  /// {what the gradients become, this after the step}. StructureError and ShapeError, naming the leaf, where gradients and
  /// parameters differ, ArgumentError if there is no state for the parameters.
  template <Tree P> [[nodiscard]] std::pair<P, ScaleByLbfgs> transform(const P& grads, const P& at, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> std::pair<P, ScaleByLbfgs> {
      detail::require_initialised("scale_by_lbfgs", params, at);
      ScaleByLbfgs next = *this;
      std::vector<Array> g(params.size()), p(params.size());
      (void)detail::map_gradients("scale_by_lbfgs", grads, at, [&](std::size_t i, const Array& gradient, const Array& parameter) { return g[i] = gradient, p[i] = parameter, gradient; });
      const std::vector<Array> directions = next.directed(g, p);
      P updates = detail::map_gradients("scale_by_lbfgs", grads, at, [&](std::size_t i, const Array&, const Array&) { return directions[i]; });
      return {std::move(updates), std::move(next)};
    });
  }

 private:
  ScaleByLbfgs fresh(Moments zeros) const;
  std::vector<Array> directed(const std::vector<Array>& g, const std::vector<Array>& p);
};
/// ScaleByLbfgs with these options.
inline ScaleByLbfgs scale_by_lbfgs(ScaleByLbfgs options = {}) { return options; }

/// Options of a search along a line by backtracking: the step is shortened until f(p + a d) <= f(p) + slope_rtol a <f'(p), d>, Armijo 1966.
struct BacktrackingOptions {
  Named by_name = Named();
  std::int64_t max_steps = 30;   ///< how often it is shortened at most; then it is done as it is
  double slope_rtol = 1e-4;      ///< the share of the descent that the slope promises
  double decrease_factor = 0.5;  ///< by what it is shortened
};

/// What a step with a search gives. `auto [next, after, value] = opt.update(f, params)` binds it.
template <class P, class O> struct [[nodiscard("an update changes neither tree: keep the parameters and the optimizer it returns")]] Searched {
  P params;     ///< the parameters after the step
  O optimizer;  ///< the optimizer after the step
  Array value;  ///< f before the step
};

namespace detail {
/// The sum of products over all leaves.
Array inner_product(std::span<const Array> a, std::span<const Array> b);
}  // namespace detail

/// L-BFGS as an optimizer: with gradients alone it steps by `learning_rate`; with the function itself it looks for a step that descends.
struct [[nodiscard]] Lbfgs {
  Optimizer<ScaleByLbfgs, ScaleBySchedule> direction = {};  ///< down the slope
  BacktrackingOptions search = {};                          ///< how the step is found

  /// With fresh state for parameters like these.
  template <Tree P> Lbfgs init(const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> Lbfgs { return {direction.init(params), search}; });
  }
  /// {updates, the optimizer after this step}, without a search. Errors as in ScaleByLbfgs.
  template <Tree P> [[nodiscard]] std::pair<P, Lbfgs> transform(const P& grads, const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> std::pair<P, Lbfgs> {
      auto [updates, next] = direction.transform(grads, params);
      return {std::move(updates), Lbfgs{std::move(next), search}};
    });
  }
  /// {parameters with the updates applied, the optimizer after this step}, without a search.
  template <Tree P>
    requires(!std::is_invocable_v<const P&, const P&>)
  Updated<P, Lbfgs> update(const P& grads, const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> Updated<P, Lbfgs> {
      auto [updates, next] = transform(grads, params);
      return {apply_updates(params, updates), std::move(next)};
    });
  }
  /// A step of f, a function of the parameters to a scalar, with a search for its length: {parameters, optimizer, f before the step}.
  template <class F, Tree P>
    requires(std::is_invocable_v<const F&, const P&>)
  Searched<P, Lbfgs> update(const F& f, const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> Searched<P, Lbfgs> {
      const auto [value, grads] = value_and_grad(f)(params);
      auto [updates, next] = transform(grads, params);
      const auto moved = [&](const Array& a) { return map([&](const Array& p, const Array& u) { return (p + a.as(p.dtype()) * u).as(p.dtype()); }, params, updates); };
      const std::vector<Array> g = leaves(grads), u = leaves(updates);
      const Array slope = detail::inner_product(g, u), start = value;
      const auto too_long = [&](const Array& a) { return espalier::logical_not(Array(f(moved(a))) <= start + search.slope_rtol * a * slope); };
      const auto shorter = [&](const Array& a) { return search.decrease_factor * a; };
      const Array rate = while_loop(too_long, shorter, ones_like(start), {.max_steps = search.max_steps});
      return {moved(rate), std::move(next), value};
    });
  }
};
/// Options of `lbfgs`.
struct LbfgsOptions {
  Named by_name = Named();
  std::int64_t memory_size = 10;    ///< how many pairs are kept
  bool scale_init_precond = true;   ///< as in ScaleByLbfgs
  BacktrackingOptions search = {};  ///< how the step is found where the function is given
};
/// L-BFGS: opt.update(grads, params) steps by the learning rate, opt.update(f, params) with backtracking from there.
[[nodiscard]] Lbfgs lbfgs(Schedule learning_rate = 1.0, LbfgsOptions options = {});

}  // namespace espalier::optim
