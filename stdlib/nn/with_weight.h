#pragma once
// What holds a layer and calls it with another weight made from its own.
#include "espalier/stdlib/nn/containers.h"
#include "espalier/stdlib/nn/features.h"

namespace espalier::nn::detail {

/// A layer whose weight can be made from another one: it has one, and calling it changes nothing.
template <class L> concept WeightLayer = ConstLayer<L> && requires(const L& layer) { requires std::same_as<std::remove_cvref_t<decltype(layer.weight)>, Parameter>; };

/// The sentence about a layer that is none.
template <class L> constexpr bool require_weight_layer() {
  static_assert(WeightLayer<L>, "SpectralNorm, WeightNorm and WeightStandardised hold a layer that has a Parameter `weight` and is called on a const object, such as Linear or Conv");
  return true;
}

/// Throws ShapeError unless the weight has two axes or more.
void require_matrix(const char* name, const Array& weight, Where where);
/// The same, and MissingValue if it is Nothing.
template <class L> void require_weight(const char* name, const L& layer, Where where) {
  require_present(name, layer, "weight", layer.weight, where);
  require_matrix(name, layer.weight, where);
}

/// The layer called with this weight. It stands where it stood: its errors name its path.
template <class L> Array call_with_weight(const L& layer, const Array& weight, const Operand& x) {
  L used = tree::clone(layer);
  used.weight = weight;
  const tree::CopiedModule scope(__builtin_addressof(used), &tree::find_in<L>, tree::Streams::running_path(__builtin_addressof(layer), &tree::type_key<L>));
  return call_layer(std::as_const(used), x.array, x.where);
}

}  // namespace espalier::nn::detail
