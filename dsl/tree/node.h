#pragma once
// What is a leaf, what is a node, and how to reach the children of a node.
#include "espalier/dsl/tree/containers.h"
#include "espalier/dsl/tree/kinds.h"
#include "espalier/dsl/tree/reflect.h"

namespace espalier {

namespace tree {
std::uint64_t fresh_identity();
}

/// Static although T is a tree: part of the structure, compared by ==.
template <class T> struct Static {
  T value;                                     ///< what is static
  operator const T&() const { return value; }  ///< by conversion
};
/// Static{value}.
template <class T> Static(T) -> Static<T>;

/// Static, compared by identity: a copy is the same, another one made from an equal value is not.
template <class T> struct Opaque {
  T value;                                          ///< what is static
  std::uint64_t identity = tree::fresh_identity();  ///< what is compared
  operator const T&() const { return value; }       ///< by conversion
};
/// Opaque{value}.
template <class T> Opaque(T) -> Opaque<T>;

namespace tree {

/// A type that holds one Array and shows it to the library by a friend `Array& tree_leaf(T&)`: Key.
template <class T> concept Wrapped = requires(T& t, const T& c) {
  { tree_leaf(t) } -> std::same_as<Array&>;
  { tree_leaf(c) } -> std::same_as<const Array&>;
};
template <class T> inline constexpr bool is_leaf = std::derived_from<T, Array> || Wrapped<T>;

/// The Array in a leaf.
template <class L> constexpr auto& array_in(L& leaf) {
  if constexpr (Wrapped<std::remove_const_t<L>>) return tree_leaf(leaf);
  else if constexpr (std::is_const_v<L>) return static_cast<const Array&>(leaf);
  else return static_cast<Array&>(leaf);
}
/// Puts an array into a leaf as its kind takes it: weak scalars settle.
template <class L> void store(L& leaf, Array value) {
  if constexpr (Wrapped<L>) tree_leaf(leaf) = std::move(value);
  else leaf = std::move(value);
}

template <class T> struct IsStaticWrapper : std::false_type {};
template <class T> struct IsStaticWrapper<Static<T>> : std::true_type {};
template <class T> struct IsStaticWrapper<Opaque<T>> : std::true_type {};

/// An aggregate, or a class whose members are listed: its members can be visited.
template <class T>
concept Reflected = Listed<T> || (std::is_aggregate_v<T> && std::is_class_v<T> && !Container<T>::exists &&
                                  !IsStaticWrapper<T>::value && !std::is_empty_v<T>);

// Written with structs, so that a type that contains a vector of itself stops at the first leaf that is found.
template <class T> struct IsTree;
template <class List> struct AnyTree;
template <class... E>
struct AnyTree<Types<E...>>
    : std::conditional_t<(is_leaf<std::remove_const_t<E>> || ...), std::true_type, std::disjunction<IsTree<std::remove_const_t<E>>...>> {};
template <class M> struct IsConstTree : std::conjunction<std::is_const<M>, IsTree<std::remove_const_t<M>>> {};
template <class... M> constexpr bool any_const_tree(Types<M...>) { return (IsConstTree<M>::value || ...); }
// What is refused here counts as a tree, so that the refusal is not followed by one of the function that was called.
template <class T> struct MembersAreTree : std::conditional_t<!is_reflectable<T> || any_const_tree(MemberTypes<T>{}), std::true_type, AnyTree<MemberTypes<T>>> {
  static_assert(!any_const_tree(MemberTypes<T>{}),
                "a tree cannot have a reference member or a const one: hold the value (copying an Array is cheap)");
};
template <class T> struct ElementsAreTree : AnyTree<typename Container<T>::elements> {};
template <class T>
struct IsNode : std::conditional_t<Container<T>::exists, ElementsAreTree<T>,
                                   std::conditional_t<Reflected<T>, MembersAreTree<T>, std::is_same<T, Nothing>>> {};
template <class T> struct IsTree : std::conditional_t<is_leaf<T>, std::true_type, IsNode<T>> {};

// A type that stands in itself, behind a container: its values can be nested without end.
template <class List, class... Above> struct AnyNestsItself;
template <class... E, class... Above>
struct AnyNestsItself<Types<E...>, Above...> : std::disjunction<NestsItself<std::remove_const_t<E>, Above...>...> {};
template <class T, class... Above> struct MembersNest : AnyNestsItself<MemberTypes<T>, T, Above...> {};
template <class T, class... Above> struct ElementsNest : AnyNestsItself<typename Container<T>::elements, T, Above...> {};
template <class T, class... Above>
struct NestsItself
    : std::conditional_t<(std::is_same_v<T, Above> || ...), std::true_type,
                         std::conditional_t<is_leaf<T> || !IsTree<T>::value, std::false_type,
                                            std::conditional_t<Container<T>::exists, ElementsNest<T, Above...>, MembersNest<T, Above...>>>> {};

/// Calls f(step, child) for each child of a container, an aggregate or a class with `fields`; statics included.
template <class T, class F> void each_child(T& parent, F&& f) {
  using U = std::remove_const_t<T>;
  if constexpr (Container<U>::exists) Container<U>::each(parent, f);
  else if constexpr (Reflected<U>) {
    visit_members(parent, [&]<class... M>(M&... member) {
      [&]<int... i>(std::integer_sequence<int, i...>) { (f(MemberStep<U, i>{}, member), ...); }(std::make_integer_sequence<int, sizeof...(M)>{});
    });
  }
}

/// Calls f(step, child of a, child of b) until f returns false. Containers must have the same shape.
template <class T, class V, class F> bool zip_children(T& a, V& b, F&& f) {
  using U = std::remove_const_t<T>;
  static_assert(std::is_same_v<U, std::remove_const_t<V>>);
  if constexpr (Container<U>::exists) return Container<U>::zip(a, b, f);
  else if constexpr (Reflected<U>) {
    return visit_members(a, [&]<class... M>(M&... x) {
      return visit_members(b, [&](auto&... y) {
        return [&]<int... i>(std::integer_sequence<int, i...>) { return (f(MemberStep<U, i>{}, x, y) && ...); }(std::make_integer_sequence<int, sizeof...(M)>{});
      });
    });
  } else return true;
}

}  // namespace tree

/// Array, a kind, or Key.
template <class T> concept Leaf = tree::is_leaf<std::remove_cvref_t<T>>;
/// A container of trees, an aggregate with a tree among its members, or a class with `fields`; also Nothing.
template <class T> concept Node = !Leaf<T> && tree::IsNode<std::remove_cvref_t<T>>::value;
/// A leaf or a node: what transforms take and give.
template <class T> concept Tree = Leaf<T> || Node<T>;

}  // namespace espalier
