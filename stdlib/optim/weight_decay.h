#pragma once
// Decoupled weight decay: Loshchilov & Hutter 2019, arXiv:1711.05101.
#include "espalier/stdlib/optim/gradients.h"

namespace espalier::optim {

/// g + decay p, for the leaves that the mask chooses.
struct [[nodiscard]] AddDecayedWeights {
  double decay = 0;  ///< the factor of the parameters
  Mask mask = {};    ///< the leaves that decay

  /// Itself: it has no state.
  template <Tree P> AddDecayedWeights init(const P&) const { return *this; }
  /// {what the gradients become, this after the step}. StructureError and ShapeError, naming the leaf, where gradients and
  /// parameters differ.
  template <Tree P> [[nodiscard]] std::pair<P, AddDecayedWeights> transform(const P& grads, const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> std::pair<P, AddDecayedWeights> {
      const std::vector<bool> chosen = mask.flags(params);
      return {detail::map_gradients("add_decayed_weights", grads, params,
                                    [&](std::size_t i, const Array& g, const Array& p) { return chosen[i] ? decayed(g, p) : g; }),
              *this};
    });
  }

 private:
  Array decayed(const Array& gradient, const Array& parameter) const;
};

/// Options of `add_decayed_weights`.
struct WeightDecayOptions {
  Named by_name = Named();
  Mask mask = {};  ///< the leaves that decay
};
/// AddDecayedWeights with this decay.
inline AddDecayedWeights add_decayed_weights(double decay, WeightDecayOptions options = {}) { return {decay, options.mask}; }

}  // namespace espalier::optim
