#pragma once
// Sophia: steps scaled by an estimate of the curvature that is renewed now and then. Liu et al. 2023, arXiv:2305.14342.
#include "espalier/dsl/transform/grad.h"
#include "espalier/stdlib/optim/optimizer.h"
#include "espalier/stdlib/optim/scaling.h"
#include "espalier/stdlib/optim/weight_decay.h"

namespace espalier::optim {

/// m^ / max(gamma h, eps) within the threshold: m <- b1 m + (1 - b1) g without its bias, h the moment of the curvatures that `with_curvature` was given. Where h is 0, as
/// before the first, steps are those of the sign, as long as the threshold.
struct [[nodiscard]] ScaleBySophia {
  double b1 = 0.965;          ///< how much of m a step leaves
  double b2 = 0.99;           ///< how much of h an estimate leaves
  double eps = 1e-8;          ///< what gamma h is at least
  double gamma = 0.01;        ///< the factor of h
  double clip_threshold = 1;  ///< the largest magnitude of a result
  OptState count = {};        ///< steps done, i32
  Moments mu = {};            ///< first moments, m
  Moments nu = {};            ///< moments of the curvature, h

  /// With fresh state for parameters like these.
  template <Tree P> ScaleBySophia init(const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&] {
      ScaleBySophia fresh = *this;
      fresh.count = detail::first_count();
      fresh.mu = fresh.nu = detail::zero_moments(params);
      return fresh;
    });
  }
  /// {what the gradients become, this after the step}. StructureError and ShapeError, naming the leaf, where gradients and
  /// parameters differ, ArgumentError if there is no state for the parameters.
  template <Tree P> [[nodiscard]] std::pair<P, ScaleBySophia> transform(const P& grads, const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> std::pair<P, ScaleBySophia> {
      detail::require_initialised("scale_by_sophia", mu, params);
      ScaleBySophia next = *this;
      next.count = detail::next_count(count);
      P updates = detail::map_gradients("scale_by_sophia", grads, params, [&](std::size_t i, const Array& g, const Array&) { return next.step(i, g); });
      return {std::move(updates), std::move(next)};
    });
  }
  /// With an estimate of the curvature taken in: the diagonal of the Hessian, as `hessian_diagonal` gives it. Errors as in `transform`.
  template <Tree P> ScaleBySophia with_curvature(const P& diagonal, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&] {
      detail::require_initialised("scale_by_sophia", nu, diagonal);
      ScaleBySophia next = *this;
      (void)detail::map_gradients("scale_by_sophia", diagonal, diagonal, [&](std::size_t i, const Array& h, const Array&) { return next.curved(i, h); });
      return next;
    });
  }

 private:
  Array step(std::size_t leaf, const Array& gradient);
  Array curved(std::size_t leaf, const Array& diagonal);
};

/// What `sophia` gives.
using Sophia = Optimizer<ScaleBySophia, AddDecayedWeights, ScaleBySchedule>;
/// Options of `sophia`.
struct SophiaOptions {
  Named by_name = Named();
  double b1 = 0.965;           ///< how much of the first moment a step leaves
  double b2 = 0.99;            ///< how much of the curvature's moment an estimate leaves
  double eps = 1e-8;           ///< what gamma h is at least
  double gamma = 0.01;         ///< the factor of the curvature
  double clip_threshold = 1;   ///< the largest step, before the learning rate
  double weight_decay = 1e-4;  ///< how fast weights decay
  Mask mask = {};              ///< the leaves that decay
};
/// Sophia, whose weights also decay. Every ten steps or so, give it the curvature: opt = with_curvature(opt, hessian_diagonal(loss, params, key)).
[[nodiscard]] Sophia sophia(Schedule learning_rate, SophiaOptions options = {});

/// The optimizer with the curvature taken in by each ScaleBySophia that it has.
template <Tree T, Tree P> [[nodiscard]] T with_curvature(const T& optimizer, const P& diagonal, Where where = Where::current()) {
  return espalier::detail::called_at(where, [&] { return map_subtrees([&](const ScaleBySophia& s) { return s.with_curvature(diagonal); }, optimizer); });
}

namespace detail {
/// Signs for one leaf.
Array signs_like(const Array& leaf, const Key& key, std::size_t i);
}  // namespace detail
/// An estimate of the diagonal of the Hessian of f at params: u (H u) with random signs u, whose mean it is (Hutchinson 1990). f maps the parameters to a scalar.
/// Leaves without a derivative are Nothing.
template <class F, Tree P> [[nodiscard]] P hessian_diagonal(const F& f, const P& params, const Key& key, Where where = Where::current()) {
  return espalier::detail::called_at(where, [&] {
    P signs = tree::clone(params);
    std::size_t i = 0;
    tree::visit_leaves(signs, [&](auto& leaf) {
      tree::store(leaf, espalier::detail::is_differentiated(leaf, Wrt<>{}) ? detail::signs_like(tree::array_in(leaf), key, i) : Array());
      ++i;
    });
    return map([](const Array& h, const Array& u) { return h * u; }, hvp(f, params, signs), signs);
  });
}

}  // namespace espalier::optim
