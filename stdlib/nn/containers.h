#pragma once
// Layers of layers. What they hold is anything that maps an Array to an Array: a layer, &ep::relu, a captureless lambda. A
// container is called on a const object if all that it holds can be.
#include "espalier/dsl/signature.h"
#include "espalier/dsl/tree.h"
#include "espalier/stdlib/nn/call_notes.h"

namespace espalier::nn {

namespace detail {
template <class L> concept ConstLayer = std::is_invocable_r_v<Array, const L&, Array>;
/// Calls a layer, which learns the place of the user's call if it asks for one.
template <class L> Array call_layer(L& layer, const Array& x, Where where) {
  using First = typename espalier::detail::SignatureOf<L>::first;
  const auto call = [&]() -> Array {
    if constexpr (std::is_same_v<First, Operand>) return layer(Operand(x, where));
    else return layer(x);
  };
  const Array y = call();
  if constexpr (std::is_class_v<L>) CallNotes::note(layer, x, y);
  return y;
}
}  // namespace detail

/// One layer after the other: Sequential(Linear::init(…), &ep::relu, Dropout{0.1}).
template <class... L> struct Sequential {
  std::tuple<L...> layers;  ///< in the order in which they are called

  /// Of layers that are default-constructed, or of these.
  /// @{
  Sequential() = default;
  explicit Sequential(L... layers)
    requires(sizeof...(L) > 0)
      : layers(std::move(layers)...) {}
  /// @}

  using signature = Array (*)(Operand);  ///< that of its call operators
  /// What the last layer gives.
  /// @{
  Array operator()(Operand x) const
    requires(detail::ConstLayer<L> && ...)
  { return run(*this, x); }
  Array operator()(Operand x)
    requires(!(detail::ConstLayer<L> && ...))
  { return run(*this, x); }
  /// @}

 private:
  template <class Self> static Array run(Self& self, const Operand& x) {
    Array y = x.array;
    std::apply([&](auto&... layer) { ((y = detail::call_layer(layer, y, x.where)), ...); }, self.layers);
    detail::CallNotes::note(self, x.array, y);
    return y;
  }

 public:
  static constexpr auto fields = espalier::fields<&Sequential::layers>;  ///< makes it a tree
};

/// x + layer(x).
template <class L> struct Residual {
  L layer;  ///< what is added

  using signature = Array (*)(Operand);  ///< that of its call operators
  /// x + layer(x). ShapeError where the shapes do not broadcast.
  /// @{
  Array operator()(Operand x) const
    requires detail::ConstLayer<L>
  { return run(*this, x); }
  Array operator()(Operand x)
    requires(!detail::ConstLayer<L>)
  { return run(*this, x); }
  /// @}

 private:
  template <class Self> static Array run(Self& self, const Operand& x) {
    const Array y = x + detail::call_layer(self.layer, x.array, x.where);
    detail::CallNotes::note(self, x.array, y);
    return y;
  }
};
/// Residual{layer}.
template <class L> Residual(L) -> Residual<L>;

/// A function as a layer.
template <class F> struct Lambda {
  F f;  ///< from Array to Array

  /// f(x).
  Array operator()(Operand x) const { return detail::call_layer(f, x.array, x.where); }
};
/// Lambda{f}.
template <class F> Lambda(F) -> Lambda<F>;

}  // namespace espalier::nn
