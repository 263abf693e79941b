#pragma once
// Momentum: gradients gathered over the steps.
#include <optional>

#include "espalier/stdlib/optim/gradients.h"

namespace espalier::optim {

/// m <- g + decay m; the result is m, with nesterov g + decay m. Without decay it passes gradients on and keeps nothing.
struct [[nodiscard]] Trace {
  std::optional<double> decay = {};
  bool nesterov = false;
  Moments trace = {};

  template <Tree P> Trace init(const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> Trace { return {decay, nesterov, decay ? detail::zero_moments(params) : Moments{}}; });
  }
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

struct TraceOptions {
  Named by_name = Named();
  bool nesterov = false;
};
inline Trace trace(double decay, TraceOptions options = {}) { return {.decay = decay, .nesterov = options.nesterov}; }

}  // namespace espalier::optim
