#pragma once
// Walking the leaves of a tree, in one fixed order: what every transform flattens with. No allocation, no virtual call.
#include "espalier/dsl/tree/clone.h"
#include "espalier/dsl/tree/statics.h"

namespace espalier::tree {

template <class T, class F> void visit_leaves_below(T& tree, F& f) {
  using U = std::remove_const_t<T>;
  if constexpr (is_leaf<U>) f(tree);
  else if constexpr (IsTree<U>::value) {
    each_child(tree, [&](auto, auto& child) { visit_leaves_below(child, f); });
  }
}
/// Calls f(leaf) with each leaf as its own type (Parameter&, Key&, …), depth first, members in order. Statics are passed
/// over; a type that is no tree has no leaves. It does not compile for a tree that is not whole.
template <class T, class F> void visit_leaves(T& tree, F&& f) {
  require_whole<std::remove_const_t<T>>();
  visit_leaves_below(tree, f);
}

/// Calls f(Array&), or f(const Array&) for a const tree, with each leaf, Nothing included.
template <class T, class F> void for_each_leaf(T& tree, F&& f) {
  visit_leaves(tree, [&](auto& leaf) { f(array_in(leaf)); });
}

/// Calls f(leaf of a, leaf of b) with the leaves of two trees of equal structure, each as its own type.
template <class T, class V, class F> void zip_leaves(T& a, V& b, F&& f) {
  using U = std::remove_const_t<T>;
  if constexpr (is_leaf<U>) f(a, b);
  else if constexpr (IsTree<U>::value) {
    zip_children(a, b, [&](auto, auto& x, auto& y) {
      zip_leaves(x, y, f);
      return true;
    });
  }
}

/// The number of leaves, Nothing included.
template <class T> std::size_t leaf_count(const T& tree) {
  std::size_t count = 0;
  visit_leaves(tree, [&](const auto&) { ++count; });
  return count;
}

}  // namespace espalier::tree
