#pragma once
// Momentum: gradients gathered over the steps.
#include <optional>

#include "espalier/stdlib/optim/gradients.h"

namespace espalier::optim {

/// m <- g + decay m; the result is m, with nesterov g + decay m. Without decay it passes gradients on and keeps nothing.
struct [[nodiscard]] Trace {
  std::optional<double> decay = {};  ///< how much of the momentum a step leaves; none: it keeps nothing
  bool nesterov = false;             ///< look ahead by one step
  Moments trace = {};                ///< the momentum, m

  /// With fresh state for parameters like these.
  template <Tree P> Trace init(const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> Trace { return {decay, nesterov, decay ? detail::zero_moments(params) : Moments{}}; });
  }
  /// {what the gradients become, this after the step}. StructureError and ShapeError, naming the leaf, where gradients and
  /// parameters differ, ArgumentError if there is no state for the parameters.
  template <Tree P> [[nodiscard]] std::pair<P, Trace> transform(const P& grads, const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> std::pair<P, Trace> {
      if (!decay) return {tree::clone(grads), *this};
      detail::require_initialised("trace", trace, params);
      Trace next = *this;
      P updates = detail::map_gradients("trace", grads, params, [&](std::size_t i, const Array& g, const Array&) { return next.step(i, g); });
      return {std::move(updates), std::move(next)};
    });
  }
  /// Renews the momentum of leaf i with its gradient and gives its update.
  Array step(std::size_t i, const Array& gradient);
};

/// Options of `trace`.
struct TraceOptions {
  Named by_name = Named();
  bool nesterov = false;  ///< look ahead by one step
};
/// Trace with this decay.
inline Trace trace(double decay, TraceOptions options = {}) { return {.decay = decay, .nesterov = options.nesterov}; }

}  // namespace espalier::optim
