#pragma once
// Training or evaluating: a static member of the layers that behave differently, set for a whole tree at once.
#include "espalier/dsl/tree.h"

namespace espalier::nn {

/// What a layer is used for: to train, or to evaluate.
enum class Mode {
  train,
  eval
};

namespace detail {
template <class T> void set_mode(T& node, Mode mode) {
  if constexpr (std::is_same_v<T, Mode>) node = mode;
  else if constexpr (requires { typename Static<decltype(node.value)>; requires std::is_same_v<T, Static<decltype(node.value)>>; }) set_mode(node.value, mode);
  else if constexpr (!Leaf<T> && !std::is_const_v<T>) tree::each_child(node, [mode](auto, auto& child) { set_mode(child, mode); });
}
}  // namespace detail

/// The tree with every member of type Mode below it set to train, inside statics too (but not inside an Opaque).
template <class T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T train(const T& tree) {
  T copy = tree::clone(tree);
  detail::set_mode(copy, Mode::train);
  return copy;
}
/// The tree with every member of type Mode below it set to eval, inside statics too (but not inside an Opaque).
template <class T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T eval(const T& tree) {
  T copy = tree::clone(tree);
  detail::set_mode(copy, Mode::eval);
  return copy;
}

}  // namespace espalier::nn
