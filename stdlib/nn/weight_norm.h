#pragma once
#include "espalier/stdlib/nn/with_weight.h"

namespace espalier::nn {

/// Options of `WeightNorm::init`.
struct WeightNormOptions {
  Named by_name = Named();
  double epsilon = 1e-12;  ///< added to squared lengths that are divided by
};

namespace detail {
/// `weight` [..., out] with each of its columns divided by its length and multiplied by its factor.
Array with_lengths(const Array& weight, const Array& factors, double epsilon, Where where);
/// The lengths of the columns.
Array lengths(const Array& weight, Where where);
/// `weight` [..., out] with each of its columns brought to mean 0 and variance 1.
Array standardised(const Array& weight, double epsilon, Where where);
}  // namespace detail

/// A layer whose weight is learned as a length and a direction for each feature of its output (Salimans & Kingma 2016, arXiv:1602.07868):
/// its columns, all axes but the last taken together, are divided by their lengths and multiplied by `weight`.
template <class L> struct [[nodiscard]] WeightNorm {
  L layer = {};            ///< whose weight holds the directions: it has a Parameter `weight`
  Parameter weight = {};   ///< [out]: the lengths
  double epsilon = 1e-12;  ///< added to squared lengths that are divided by

  /// Of this layer, with the lengths that its weight has: it computes what the layer does. MissingValue if the layer's weight is Nothing,
  /// ShapeError if it has not two axes or more.
  static WeightNorm init(L layer, WeightNormOptions options = {}, Where where = Where::current()) {
    detail::require_weight_layer<L>();
    detail::require_weight("WeightNorm", layer, where);
    Parameter weight = detail::lengths(layer.weight, where);
    return {std::move(layer), std::move(weight), options.epsilon};
  }
  /// What the layer gives with a weight of these lengths. MissingValue if one of the weights is Nothing.
  Array operator()(Operand x) const {
    detail::require_weight_layer<L>();
    detail::require_present("WeightNorm", *this, "weight", weight, x.where);
    detail::require_weight("WeightNorm", layer, x.where);
    return detail::call_with_weight(layer, detail::with_lengths(layer.weight, weight, epsilon, x.where), x);
  }
};

/// A layer whose weight has mean 0 and variance 1 for each feature of its output, all axes but the last taken together (Qiao et al. 2019,
/// arXiv:1903.10520): WeightStandardised{Conv::init(…)}. It has no parameters of its own.
template <class L> struct [[nodiscard]] WeightStandardised {
  L layer = {};           ///< whose weight is standardised: it has a Parameter `weight`
  double epsilon = 1e-5;  ///< added to the variance

  /// What the layer gives with the weight standardised. MissingValue if it is Nothing, ShapeError if it has not two axes or more.
  Array operator()(Operand x) const {
    detail::require_weight_layer<L>();
    detail::require_weight("WeightStandardised", layer, x.where);
    return detail::call_with_weight(layer, detail::standardised(layer.weight, epsilon, x.where), x);
  }
};
/// WeightStandardised{layer}.
template <class L> WeightStandardised(L) -> WeightStandardised<L>;

}  // namespace espalier::nn
