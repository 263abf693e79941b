#pragma once
// Leaves taken out of trees of gradients by flags, and values chosen by a condition: what transformations of transformations are written with.
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/stdlib/optim/gradients.h"

namespace espalier::optim::detail {

/// ArgumentError that says to call init again.
[[noreturn]] void throw_other_state(const char* op);

/// The tree with Nothing where the flag is not `wanted`.
template <class P> P only(const P& tree, const std::vector<bool>& flags, bool wanted = true) {
  P result = tree::clone(tree);
  std::size_t i = 0;
  tree::for_each_leaf(result, [&](Array& leaf) { if (flags[i++] != wanted) leaf = Array(); });
  return result;
}

/// Leaf by leaf `yes` where the condition holds, else `no`. A leaf that only `yes` has counts as 0 in `no`.
template <class T> T chosen(const char* op, const Array& condition, const T& yes, const T& no) {
  T result = tree::clone(yes);
  const std::vector<const Array*> others = tree::leaf_pointers(no);
  if (others.size() != tree::leaf_count(yes)) throw_other_state(op);
  std::size_t next = 0;
  tree::visit_leaves(result, [&](auto& leaf) {
    const Array &one = tree::array_in(leaf), &other = *others[next++];
    if (one.is_nothing()) return;
    tree::store(leaf, where(condition, one, other.is_nothing() ? zeros_like(one) : other));
  });
  return result;
}

}  // namespace espalier::optim::detail
