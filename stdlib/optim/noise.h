#pragma once
// Noise added to gradients: Neelakantan et al. 2015, arXiv:1511.06807.
#include "espalier/dsl/key.h"
#include "espalier/stdlib/optim/gradients.h"

namespace espalier::optim {

/// Gradients plus normal noise of variance eta / t^gamma in step t = 1, 2, …
struct [[nodiscard]] AddNoise {
  double eta = 0;       ///< the variance of the first step's noise
  double gamma = 0;     ///< how fast it falls
  Key key = {};         ///< of the draws to come
  OptState count = {};  ///< steps done, i32

  /// With fresh state.
  template <Tree P> AddNoise init(const P&) const { return {eta, gamma, key, detail::first_count()}; }
  /// {what the gradients become, this after the step}. StructureError and ShapeError, naming the leaf, where gradients and
  /// parameters differ, ArgumentError without init.
  template <Tree P> [[nodiscard]] std::pair<P, AddNoise> transform(const P& grads, const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> std::pair<P, AddNoise> {
      if (count.is_nothing()) detail::throw_uninitialised("add_noise", 0, tree::leaf_count(params));
      const auto [draws, next] = keys();
      const AddNoise after{eta, gamma, next, detail::next_count(count)};
      return {detail::map_gradients("add_noise", grads, params, [&](std::size_t i, const Array& g, const Array&) { return after.noisy(g, draws, i); }), after};
    });
  }

 private:
  std::pair<Key, Key> keys() const;
  Array noisy(const Array& gradient, const Key& draws, std::size_t leaf) const;
};
/// AddNoise with draws from this key.
inline AddNoise add_noise(double eta, double gamma, Key key) { return {eta, gamma, std::move(key)}; }

}  // namespace espalier::optim
