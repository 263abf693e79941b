#pragma once
// Choosing leaves by kind and predicate, and what maps leaves to leaves: filter, partition, merge, map, freeze.
#include <concepts>

#include "espalier/dsl/tree/difference.h"

namespace espalier {

/// A condition on leaves.
template <class P> concept LeafPredicate = std::predicate<const P&, const LeafInfo&>;

/// The type of `ignore_static`.
struct IgnoreStatic {
  explicit IgnoreStatic() = default;
};
/// For `merge`: keep the statics of the first tree instead of demanding that all agree.
inline constexpr IgnoreStatic ignore_static{};

namespace tree {

template <class L, class... K> inline constexpr bool of_kinds = (std::derived_from<L, K> && ...);

/// Calls f(selected, leaf) with each leaf: selected if it is of all kinds K and all predicates hold. Paths are only made
/// for predicates.
template <class... K, class T, class F, class... P> void visit_selected(T& tree, F&& f, const P&... predicates) {
  if constexpr (sizeof...(P) == 0) {
    visit_leaves(tree, [&]<class L>(L& leaf) { f(of_kinds<std::remove_const_t<L>, K...>, leaf); });
  } else {
    visit_leaves_with_info(tree, [&]<class L>(const LeafInfo& info, L& leaf) {
      f(of_kinds<std::remove_const_t<L>, K...> && (predicates(info) && ...), leaf);
    });
  }
}

[[noreturn]] void throw_structure(const char* op, const Difference& difference, Where where);

template <class T> void require_same_structure(const char* op, const T& a, const T& b, bool layout_only, Where where) {
  if (layout_only || !equal_statics(a, b)) {
    const Difference d = static_difference(a, b, layout_only);
    if (d.found) throw_structure(op, d, where);
  }
}

template <class T> void merge_into(T& result, const T& tree, bool ignoring, Where where) {
  require_same_structure("merge", result, tree, ignoring, where);
  zip_leaves(result, tree, [](auto& to, const auto& from) {
    if (!array_in(from).is_nothing()) array_in(to) = array_in(from);
  });
}

template <class T, std::same_as<T>... Rest> T merged(bool ignoring, Where where, const T& first, const Rest&... rest) {
  T result = clone(first);
  (merge_into(result, rest, ignoring, where), ...);
  return result;
}

/// Pointers to all leaves, Nothing included, in order: places that two trees of one structure have in common.
template <class T> std::vector<const Array*> leaf_pointers(const T& tree) {
  std::vector<const Array*> pointers;
  for_each_leaf(tree, [&](const Array& leaf) { pointers.push_back(&leaf); });
  return pointers;
}
/// The leaves that are not Nothing, in order. Of any type: what is no tree has none.
template <class T> std::vector<Array> present_leaves(const T& tree) {
  std::vector<Array> leaves;
  for_each_leaf(tree, [&](const Array& leaf) {
    if (!leaf.is_nothing()) leaves.push_back(leaf);
  });
  return leaves;
}

}  // namespace tree

/// The same tree with every leaf Nothing that is not of all kinds K or for which a predicate fails.
template <class... K, Tree T, LeafPredicate... P> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T filter(const T& tree, const P&... predicates) {
  T result = tree::clone(tree);
  tree::visit_selected<K...>(result, [](bool selected, auto& leaf) {
    if (!selected) tree::array_in(leaf) = Array();
  }, predicates...);
  return result;
}

/// {selected, rest}: `filter` and its complement. `merge` of the two is the tree again.
template <class... K, Tree T, LeafPredicate... P> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] std::pair<T, T> partition(const T& tree, const P&... predicates) {
  std::pair<T, T> result(tree::clone(tree), tree::clone(tree));
  std::vector<bool> chosen;
  tree::visit_selected<K...>(result.first, [&](bool selected, auto& leaf) {
    chosen.push_back(selected);
    if (!selected) tree::array_in(leaf) = Array();
  }, predicates...);
  std::size_t i = 0;
  tree::for_each_leaf(result.second, [&](Array& leaf) {
    if (chosen[i++]) leaf = Array();
  });
  return result;
}

/// Leaf by leaf, the right-most that is not Nothing. StructureError with the member's path if statics differ. (A pack leaves no
/// room for the place of the call: up to eight trees have overloads that know it.)
/// @{
template <Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T merge(const T& a, const T& b, Where where = Where::current()) {
  return tree::merged(false, where, a, b);
}
template <Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T merge(const T& a, const T& b, const T& c, Where where = Where::current()) {
  return tree::merged(false, where, a, b, c);
}
template <Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T merge(const T& a, const T& b, const T& c, const T& d, Where where = Where::current()) {
  return tree::merged(false, where, a, b, c, d);
}
template <Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T merge(const T& a, const T& b, const T& c, const T& d, const T& e, Where where = Where::current()) {
  return tree::merged(false, where, a, b, c, d, e);
}
template <Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T merge(const T& a, const T& b, const T& c, const T& d, const T& e, const T& f, Where where = Where::current()) {
  return tree::merged(false, where, a, b, c, d, e, f);
}
template <Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T merge(const T& a, const T& b, const T& c, const T& d, const T& e, const T& f, const T& g, Where where = Where::current()) {
  return tree::merged(false, where, a, b, c, d, e, f, g);
}
template <Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T merge(const T& a, const T& b, const T& c, const T& d, const T& e, const T& f, const T& g, const T& h, Where where = Where::current()) {
  return tree::merged(false, where, a, b, c, d, e, f, g, h);
}
template <Tree T, std::same_as<T>... Rest>
  requires(sizeof...(Rest) > 7)
[[nodiscard("the tree given is unchanged: keep the one that is returned")]] T merge(const T& a, const Rest&... rest) {
  return tree::merged(false, Where{}, a, rest...);
}
/// @}
/// Leaf by leaf, the right-most that is not Nothing, with the statics of the first tree. StructureError if containers differ in
/// size or keys.
/// @{
template <Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T merge(IgnoreStatic, const T& a, const T& b, Where where = Where::current()) {
  return tree::merged(true, where, a, b);
}
template <Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T merge(IgnoreStatic, const T& a, const T& b, const T& c, Where where = Where::current()) {
  return tree::merged(true, where, a, b, c);
}
template <Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T merge(IgnoreStatic, const T& a, const T& b, const T& c, const T& d, Where where = Where::current()) {
  return tree::merged(true, where, a, b, c, d);
}
template <Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T merge(IgnoreStatic, const T& a, const T& b, const T& c, const T& d, const T& e, Where where = Where::current()) {
  return tree::merged(true, where, a, b, c, d, e);
}
template <Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T merge(IgnoreStatic, const T& a, const T& b, const T& c, const T& d, const T& e, const T& f, Where where = Where::current()) {
  return tree::merged(true, where, a, b, c, d, e, f);
}
template <Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T merge(IgnoreStatic, const T& a, const T& b, const T& c, const T& d, const T& e, const T& f, const T& g, Where where = Where::current()) {
  return tree::merged(true, where, a, b, c, d, e, f, g);
}
template <Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T merge(IgnoreStatic, const T& a, const T& b, const T& c, const T& d, const T& e, const T& f, const T& g, const T& h, Where where = Where::current()) {
  return tree::merged(true, where, a, b, c, d, e, f, g, h);
}
template <Tree T, std::same_as<T>... Rest>
  requires(sizeof...(Rest) > 7)
[[nodiscard("the tree given is unchanged: keep the one that is returned")]] T merge(IgnoreStatic, const T& a, const Rest&... rest) {
  return tree::merged(true, Where{}, a, rest...);
}
/// @}

/// f(Array) -> Array on each selected leaf that is not Nothing; the others are kept.
template <class... K, class F, Tree T, LeafPredicate... P>
  requires std::is_invocable_v<F&, const Array&>
[[nodiscard("the tree given is unchanged: keep the one that is returned")]] T map(F&& f, const T& tree, const P&... predicates) {
  T result = tree::clone(tree);
  tree::visit_selected<K...>(result, [&](bool selected, auto& leaf) {
    if (selected && !tree::array_in(leaf).is_nothing()) tree::store(leaf, f(std::as_const(tree::array_in(leaf))));
  }, predicates...);
  return result;
}

namespace tree {
template <class F, class T, std::same_as<T>... Rest> T map_together(Where where, F&& f, const T& tree, const Rest&... rest) {
  (require_same_structure("map", tree, rest, false, where), ...);
  T result = clone(tree);
  const std::array<std::vector<const Array*>, sizeof...(Rest)> others{leaf_pointers(rest)...};
  std::size_t i = 0;
  visit_leaves(result, [&](auto& leaf) {
    const std::size_t at = i++;
    bool present = !array_in(leaf).is_nothing();
    for (const auto& pointers : others) present = present && !pointers[at]->is_nothing();
    if (!present) return;
    [&]<std::size_t... k>(std::index_sequence<k...>) {
      store(leaf, f(std::as_const(array_in(leaf)), *others[k][at]...));
    }(std::index_sequence_for<Rest...>{});
  });
  return result;
}
}  // namespace tree

/// f(Array, Array, …) -> Array on the leaves of trees of one structure. A leaf that is Nothing in any of them is kept as
/// it is in the first. StructureError if statics differ. (A pack leaves no room for the place of the call: up to eight trees
/// have overloads that know it.)
/// @{
template <class F, Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T map(F&& f, const T& a, const T& b, Where where = Where::current()) {
  return tree::map_together(where, f, a, b);
}
template <class F, Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T map(F&& f, const T& a, const T& b, const T& c, Where where = Where::current()) {
  return tree::map_together(where, f, a, b, c);
}
template <class F, Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T map(F&& f, const T& a, const T& b, const T& c, const T& d, Where where = Where::current()) {
  return tree::map_together(where, f, a, b, c, d);
}
template <class F, Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T map(F&& f, const T& a, const T& b, const T& c, const T& d, const T& e, Where where = Where::current()) {
  return tree::map_together(where, f, a, b, c, d, e);
}
template <class F, Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T map(F&& f, const T& a, const T& b, const T& c, const T& d, const T& e, const T& g, Where where = Where::current()) {
  return tree::map_together(where, f, a, b, c, d, e, g);
}
template <class F, Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T map(F&& f, const T& a, const T& b, const T& c, const T& d, const T& e, const T& g, const T& h, Where where = Where::current()) {
  return tree::map_together(where, f, a, b, c, d, e, g, h);
}
template <class F, Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T map(F&& f, const T& a, const T& b, const T& c, const T& d, const T& e, const T& g, const T& h, const T& i, Where where = Where::current()) {
  return tree::map_together(where, f, a, b, c, d, e, g, h, i);
}
template <class F, Tree T, std::same_as<T>... Rest>
  requires(sizeof...(Rest) > 7)
[[nodiscard("the tree given is unchanged: keep the one that is returned")]] T map(F&& f, const T& tree, const Rest&... rest) {
  return tree::map_together(Where{}, f, tree, rest...);
}
/// @}

/// f(const LeafInfo&, Array) -> Array on each leaf that is not Nothing.
template <class F, Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T map_with_info(F&& f, const T& tree) {
  T result = tree::clone(tree);
  tree::visit_leaves_with_info(result, [&](const LeafInfo& info, auto& leaf) {
    if (info.present) tree::store(leaf, f(info, std::as_const(tree::array_in(leaf))));
  });
  return result;
}

namespace tree {
template <class T, class F> void rewrite_subtrees(T& tree, F& f) {
  if constexpr (!is_leaf<T> && IsTree<T>::value) {
    each_child(tree, [&](auto, auto& child) { rewrite_subtrees(child, f); });
    if constexpr (std::is_invocable_r_v<T, F&, const T&>) tree = f(std::as_const(tree));
  }
}
template <class... K, class T, class... P> T with_frozen(const T& tree, bool frozen, const P&... predicates) {
  T result = clone(tree);
  visit_selected(result, [&]<class L>(bool selected, L& leaf) {
    if constexpr (std::derived_from<L, Parameter>) {
      if (selected) leaf.frozen = frozen;
    }
  }, predicates...);
  return result;
}
}  // namespace tree

/// f(S) -> S on each sub-tree whose type f takes, children before parents.
template <class F, Tree T> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T map_subtrees(F&& f, const T& tree) {
  T result = tree::clone(tree);
  tree::rewrite_subtrees(result, f);
  return result;
}

/// Folds f(R, Array) -> R over the leaves that are not Nothing, in order.
template <class F, Tree T, class R> [[nodiscard]] R reduce(F&& f, const T& tree, R init) {
  tree::for_each_leaf(tree, [&](const Array& leaf) {
    if (!leaf.is_nothing()) init = f(std::move(init), leaf);
  });
  return init;
}

/// The tree with its Parameters (those that the predicates select) frozen: `grad` gives Nothing for them.
template <Tree T, LeafPredicate... P> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T freeze(const T& tree, const P&... predicates) {
  return tree::with_frozen(tree, true, predicates...);
}
/// The tree with its Parameters (those that the predicates select) learning again.
template <Tree T, LeafPredicate... P> [[nodiscard("the tree given is unchanged: keep the one that is returned")]] T unfreeze(const T& tree, const P&... predicates) {
  return tree::with_frozen(tree, false, predicates...);
}

}  // namespace espalier
