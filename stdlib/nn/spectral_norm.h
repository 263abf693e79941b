#pragma once
#include "espalier/stdlib/nn/mode.h"
#include "espalier/stdlib/nn/with_weight.h"

namespace espalier::nn {

/// Options of `SpectralNorm::init`.
struct SpectralNormOptions {
  Named by_name = Named();
  std::int64_t steps = 1;  ///< of the power iteration in each call
  double epsilon = 1e-12;  ///< added to squared lengths that are divided by
};

namespace detail {
/// A weight divided by its largest singular value, and what the iteration has found of that.
struct Spectral {
  Array weight, u, sigma;
};
/// `weight` [..., out] counts as a matrix of `out` columns. ArgumentError for fewer than one step.
Spectral spectral(const Array& weight, const Array& u, std::int64_t steps, double epsilon, Where where);
/// A vector of as many normal draws as the weight has columns.
Array spectral_start(const Key& key, const Array& weight, Where where);
}  // namespace detail

/// A layer whose weight is divided by its largest singular value, as Flax's SpectralNorm (Miyato et al. 2018, arXiv:1802.05957). All axes
/// of the weight but the last count as rows of a matrix. The value is found by power iteration, which goes on from call to call: training,
/// a call moves u and sigma; evaluating, it iterates from u and keeps nothing. Derivatives take the singular vectors for constants.
template <class L> struct [[nodiscard]] SpectralNorm {
  L layer = {};             ///< whose weight is divided: it has a Parameter `weight`
  BatchStat u = {};         ///< [out]: the right singular vector so far
  BatchStat sigma = {};     ///< []: the singular value of the last call in training
  Mode mode = Mode::train;  ///< whether a call moves them
  std::int64_t steps = 1;   ///< of the iteration in each call
  double epsilon = 1e-12;   ///< added to squared lengths that are divided by

  /// Of this layer, with a random u. MissingValue if the layer's weight is Nothing, ShapeError if it has not two axes or more.
  static SpectralNorm init(const Key& key, L layer, SpectralNormOptions options = {}, Where where = Where::current()) {
    detail::require_weight_layer<L>();
    detail::require_weight("SpectralNorm", layer, where);
    BatchStat u = detail::spectral_start(key, layer.weight, where);
    BatchStat sigma = Array(1.0, u.dtype());
    return {std::move(layer), std::move(u), std::move(sigma), Mode::train, options.steps, options.epsilon};
  }
  /// What the layer gives with its weight divided. MissingValue if u is Nothing, ArgumentError for fewer than one step.
  Array operator()(Operand x) {
    detail::require_weight_layer<L>();
    detail::require_present("SpectralNorm", *this, "u", u, x.where);
    detail::require_weight("SpectralNorm", layer, x.where);
    const detail::Spectral found = detail::spectral(layer.weight, u, steps, epsilon, x.where);
    if (mode == Mode::train) u = found.u, sigma = found.sigma;
    return detail::call_with_weight(layer, found.weight, x);
  }
};

}  // namespace espalier::nn
