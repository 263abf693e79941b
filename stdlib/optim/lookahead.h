#pragma once
// Optimizers that keep a second set of parameters: lookahead, sam.
#include "espalier/stdlib/optim/clipping.h"
#include "espalier/stdlib/optim/optimizer.h"
#include "espalier/stdlib/optim/selected.h"

namespace espalier::optim {

/// `inner` moves the parameters, and every `steps` steps slow ones follow them by s <- s + rate (p - s), from which it goes on: Zhang et al. 2019,
/// arXiv:1907.08610. `init` is given the parameters where both begin.
template <class T> struct [[nodiscard]] Lookahead {
  T inner = {};              ///< what moves the parameters
  std::int64_t steps = 5;  ///< how many steps lie between
  double rate = 0.5;       ///< how far the slow ones follow
  OptState count = {};     ///< steps done since then, i32
  Moments slow = {};       ///< the slow parameters, s

  /// With fresh state: the slow parameters are these.
  template <Tree P> Lookahead init(const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&] {
      Lookahead next{inner.init(params), steps, rate, detail::first_count(), {}};
      tree::visit_leaves(params, [&](const auto& leaf) { next.slow.emplace_back(espalier::detail::is_differentiated(leaf, Wrt<>{}) ? OptState(tree::array_in(leaf)) : OptState()); });
      return next;
    });
  }
  /// {what the gradients become, this after the step}. Errors as `inner` has them, ArgumentError without init.
  template <Tree P> [[nodiscard]] std::pair<P, Lookahead> transform(const P& grads, const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> std::pair<P, Lookahead> {
      detail::require_initialised("lookahead", slow, params);
      auto [updates, stepped] = inner.transform(grads, params);
      Lookahead next{std::move(stepped), steps, rate, {}, slow};
      const Array follows = count == steps - 1;
      next.count = espalier::where(follows, 0, detail::next_count(count));
      P moved = detail::map_gradients("lookahead", updates, params, [&](std::size_t i, const Array& u, const Array& p) { return next.followed(i, follows, u, p); });
      return {std::move(moved), std::move(next)};
    });
  }

 private:
  Array followed(std::size_t i, const Array& follows, const Array& u, const Array& p) {
    const Array s = slow[i].is_nothing() ? p : Array(slow[i]), after = s + rate * (p + u - s);
    slow[i] = espalier::where(follows, after, s);
    return espalier::where(follows, after - p, u);
  }
};
/// Lookahead of t. ArgumentError unless steps is positive.
template <class T> [[nodiscard]] Optimizer<Lookahead<T>> lookahead(T t, std::int64_t steps, double rate = 0.5, Where where = Where::current()) {
  if (steps < 1) throw ArgumentError("lookahead", "steps is " + std::to_string(steps), "the slow parameters follow every step or less often", where);
  return chain(Lookahead<T>{std::move(t), steps, rate});
}

/// Steps by turns: one climbs by rho g / |g|, with the norm over all leaves, to where the loss is worst nearby; the next takes the gradient there to where `inner`
/// goes with it from the parameters before. So two gradients are one step: Foret et al. 2021, arXiv:2010.01412; gradients of norm 0 do not climb.
template <class T> struct [[nodiscard]] Sam {
  T inner = {};           ///< what descends
  double rho = 0.05;    ///< how far it climbs
  OptState count = {};  ///< 0 before the climb, 1 after it, i32
  Moments before = {};  ///< the parameters before it

  /// With fresh state for parameters like these.
  template <Tree P> Sam init(const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> Sam { return {inner.init(params), rho, detail::first_count(), detail::zero_moments(params)}; });
  }
  /// {what the gradients become, this after the step}. Errors as `inner` has them, ArgumentError without init.
  template <Tree P> [[nodiscard]] std::pair<P, Sam> transform(const P& grads, const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> std::pair<P, Sam> {
      detail::require_initialised("sam", before, params);
      const Array climbs = count == 0, norm = global_norm(grads);
      // From where the climb began: `inner` sees the parameters there, and so do moves that it makes of them.
      const P start = detail::map_gradients("sam", grads, params, [&](std::size_t i, const Array&, const Array& p) { return espalier::where(climbs, p, detail::moment(before[i], p)); });
      auto [updates, stepped] = inner.transform(grads, merge(params, start));
      Sam next{detail::chosen("sam", climbs, inner, stepped), rho, espalier::where(climbs, 1, zeros_like(count)), before};
      const std::vector<const Array*> starts = tree::leaf_pointers(start), gradients = tree::leaf_pointers(grads);
      P moved = detail::map_gradients("sam", updates, params, [&](std::size_t i, const Array& u, const Array& p) {
        next.before[i] = *starts[i];
        const Array up = rho * *gradients[i] / espalier::where(norm == 0, 1, norm).as(p.dtype());
        return espalier::where(climbs, up, u + *starts[i] - p);
      });
      return {std::move(moved), std::move(next)};
    });
  }
};
/// Sam of t: every second update is a step.
template <class T> [[nodiscard]] Optimizer<Sam<T>> sam(T t, double rho = 0.05) { return chain(Sam<T>{std::move(t), rho}); }

}  // namespace espalier::optim
