#pragma once
// Moments of the gradients, by which they are scaled: Kingma & Ba 2015, arXiv:1412.6980.
#include "espalier/stdlib/optim/gradients.h"

namespace espalier::optim {

/// m <- b1 m + (1 - b1) g, v <- b2 v + (1 - b2) g²; the result is m̂ / (sqrt(v̂ + eps_root) + eps), m̂ = m / (1 - b1^t) and
/// v̂ = v / (1 - b2^t) after t steps. nesterov: m̂ = b1 m / (1 - b1^(t+1)) + (1 - b1) g / (1 - b1^t), Dozat 2016.
struct [[nodiscard]] ScaleByAdam {
  double b1 = 0.9;        ///< how much of the first moment a step leaves
  double b2 = 0.999;      ///< how much of the second moment a step leaves
  double eps = 1e-8;      ///< added to the root
  double eps_root = 0;    ///< added under the root
  bool nesterov = false;  ///< look ahead by one step
  OptState count = {};    ///< steps done, i32
  Moments mu = {};        ///< first moments, m
  Moments nu = {};        ///< second moments, v

  /// With fresh state for parameters like these.
  template <Tree P> ScaleByAdam init(const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&] {
      ScaleByAdam fresh = *this;
      fresh.count = detail::first_count();
      fresh.mu = fresh.nu = detail::zero_moments(params);
      return fresh;
    });
  }
  /// {what the gradients become, this after the step}. StructureError and ShapeError, naming the leaf, where gradients and
  /// parameters differ, ArgumentError if there is no state for the parameters.
  template <Tree P> [[nodiscard]] std::pair<P, ScaleByAdam> transform(const P& grads, const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> std::pair<P, ScaleByAdam> {
      detail::require_initialised("scale_by_adam", mu, params);
      ScaleByAdam next = *this;
      next.count = detail::next_count(count);
      P updates = detail::map_gradients("scale_by_adam", grads, params,
                                        [&](std::size_t i, const Array& g, const Array&) { return next.step(i, g); });
      return {std::move(updates), std::move(next)};
    });
  }
  /// Renews the moments of leaf i with its gradient and gives its update. The count already counts this step.
  Array step(std::size_t i, const Array& gradient);
};

/// Options of `scale_by_adam` and `adam`.
struct AdamOptions {
  Named by_name = Named();
  double b1 = 0.9;        ///< how much of the first moment a step leaves
  double b2 = 0.999;      ///< how much of the second moment a step leaves
  double eps = 1e-8;      ///< added to the root
  double eps_root = 0;    ///< added under the root
  bool nesterov = false;  ///< look ahead by one step
};
/// ScaleByAdam with these options.
inline ScaleByAdam scale_by_adam(AdamOptions o = {}) {
  return {.b1 = o.b1, .b2 = o.b2, .eps = o.eps, .eps_root = o.eps_root, .nesterov = o.nesterov};
}

}  // namespace espalier::optim
