#pragma once
// Deep copies of trees, also of those that hold a unique_ptr.
#include "espalier/dsl/tree/statics.h"

namespace espalier::tree {

template <class T> struct IsUniquePtr : std::false_type {};
template <class T> struct IsUniquePtr<std::unique_ptr<T>> : std::true_type {};

// A unique_ptr somewhere inside: such a tree has no copy constructor, or one that does not compile. `Above` are the types
// that T stands in: one that holds a vector of itself ends there.
template <class T, class... Above> struct HoldsUnique;
template <class List, class... Above> struct AnyHoldsUnique;
template <class... E, class... Above>
struct AnyHoldsUnique<Types<E...>, Above...> : std::disjunction<HoldsUnique<std::remove_const_t<E>, Above...>...> {};
template <class T, class... Above> struct MembersHoldUnique : AnyHoldsUnique<MemberTypes<T>, T, Above...> {};
template <class T, class... Above>
struct ElementsHoldUnique : AnyHoldsUnique<typename Container<T>::elements, T, Above...> {};
template <class T, class... Above>
struct HoldsUnique
    : std::conditional_t<IsUniquePtr<T>::value, std::true_type,
                         std::conditional_t<(std::is_same_v<T, Above> || ...) || is_leaf<T> || !IsTree<T>::value, std::false_type,
                                            std::conditional_t<Container<T>::exists, ElementsHoldUnique<T, Above...>,
                                                               MembersHoldUnique<T, Above...>>>> {};

/// A deep copy: what the copy constructor does, and new objects behind unique_ptr. Arrays are shared: they never change.
/// StructureError if the tree is nested too deeply to be copied. It does not compile for a tree with a member that is neither
/// a tree nor comparable: a pointer's target, for one, would be shared.
template <class T> T clone(const T& tree);

template <class E> std::vector<E> clone_by_parts(const std::vector<E>& from) {
  const Level<E> level;
  std::vector<E> copy;
  copy.reserve(from.size());
  for (const E& e : from) copy.push_back(clone(e));
  return copy;
}
template <class E, std::size_t n> std::array<E, n> clone_by_parts(const std::array<E, n>& from) {
  return std::apply([](const auto&... e) { return std::array<E, n>{clone(e)...}; }, from);
}
template <class... E> std::tuple<E...> clone_by_parts(const std::tuple<E...>& from) {
  return std::apply([](const auto&... e) { return std::tuple<E...>(clone(e)...); }, from);
}
template <class A, class B> std::pair<A, B> clone_by_parts(const std::pair<A, B>& from) {
  return {clone(from.first), clone(from.second)};
}
template <class E> std::optional<E> clone_by_parts(const std::optional<E>& from) {
  return from ? std::optional<E>(clone(*from)) : std::nullopt;
}
template <class... E> std::variant<E...> clone_by_parts(const std::variant<E...>& from) {
  return std::visit([](const auto& e) { return std::variant<E...>(clone(e)); }, from);
}
template <class K, class V> std::map<K, V> clone_by_parts(const std::map<K, V>& from) {
  const Level<V> level;
  std::map<K, V> copy;
  for (const auto& [key, value] : from) copy.emplace_hint(copy.end(), key, clone(value));
  return copy;
}
template <class T> Immutable<T> clone_by_parts(const Immutable<T>& from) { return Immutable<T>(clone(*from)); }

template <class T> T clone_by_parts(const T& from) {
  static_assert(Reflected<T> && !Listed<T>, "this tree cannot be copied: a class with `fields` needs a copy constructor");
  static_assert(arity<T>.bases == 0, "a tree that holds a unique_ptr cannot be copied if it has a base");
  return visit_members(from, [](const auto&... member) { return T{clone(member)...}; });
}

// The copy constructor of a type that stands in itself goes as deep as the tree and asks nobody.
template <class T> constexpr bool copies_itself() {
  if constexpr (!std::is_copy_constructible_v<T> || HoldsUnique<T>::value) return false;
  else if constexpr (!NestsItself<T>::value || Listed<T>) return true;
  else if constexpr (Reflected<T>) return arity<T>.bases != 0;
  else return false;
}

template <class T> T clone(const T& tree) {
  require_whole<T>();
  if constexpr (copies_itself<T>()) return tree;
  else if constexpr (IsUniquePtr<T>::value) {
    const Level<typename T::element_type> level;
    return tree ? std::make_unique<typename T::element_type>(clone(*tree)) : nullptr;
  } else return clone_by_parts(tree);
}

}  // namespace espalier::tree
