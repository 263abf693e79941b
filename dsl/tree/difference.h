#pragma once
// The first place where the structures of two trees differ: what a StructureError and Jit::explain say.
#include "espalier/dsl/tree/paths.h"
#include "espalier/dsl/tree/static_text.h"

namespace espalier::tree {

/// A place where two trees differ and what stands there; `found` is false if they agree.
struct Difference {
  bool found = false;
  std::string path, left, right;
};

template <class T> void find_difference(const T& a, const T& b, bool layout_only, PathText& text, Difference& out) {
  constexpr bool is_tree = IsTree<T>::value;
  if (layout_only && !is_tree) return;
  if constexpr (!is_leaf<T> && (is_tree || Container<T>::exists || (Reflected<T> && !Comparable<T>))) {
    if constexpr (Container<T>::exists) {
      if (!Container<T>::same_shape(a, b)) {
        out = {true, text.path, container_text(a), container_text(b)};
        return;
      }
    } else if constexpr (Reflected<T>) {
      require_comparable_members<T>();
    }
    zip_children(a, b, [&](auto step, const auto& x, const auto& y) {
      const PathScope scope(text, step);
      find_difference(x, y, layout_only, text, out);
      return !out.found;
    });
  } else if (!layout_only && !equal_statics(a, b)) {
    out = {true, text.path, static_text(a), static_text(b)};
  }
}

/// Where the statics of two trees differ; with `layout_only`, only sizes, keys and alternatives of containers count.
template <class T> Difference static_difference(const T& a, const T& b, bool layout_only = false) {
  Difference out;
  PathText text;
  find_difference(a, b, layout_only, text, out);
  return out;
}

/// "path: a -> b" at the first difference of the statics, or "" if there is none.
template <class T> std::string first_static_difference(const T& a, const T& b) {
  const Difference d = static_difference(a, b);
  return d.found ? d.path + ": " + d.left + " -> " + d.right : "";
}

}  // namespace espalier::tree
