#pragma once
// replace: a new tree with some members exchanged.
#include "espalier/dsl/tree/immutable.h"
#include "espalier/dsl/tree/select.h"

namespace espalier {
namespace tree {

[[noreturn]] void throw_index(std::int64_t index, std::int64_t size, Where where);
[[noreturn]] void throw_absent(std::string_view owner, std::string_view what, Where where);
[[noreturn]] void throw_parameter_change(const std::string& above, const LeafInfo& from, const Array& to, Where where);

template <class T> struct MemberPointer {
  static constexpr bool exists = false;
};
template <class M, class C> struct MemberPointer<M C::*> {
  static constexpr bool exists = true;
  using Class = C;
};

template <class C, class... E> constexpr int alternative_with(Types<E...>) {
  int at = -1, i = 0;
  ((at = at < 0 && std::is_base_of_v<C, E> ? i : at, ++i), ...);
  return at;
}

/// What a path that leads nowhere leads to: takes any value, so that the one error is about the path.
struct NoChild {
  NoChild() = default;
  template <class V> NoChild(V&&) {}
};
inline NoChild no_child;

/// The child that one step leads to: a pointer to member, or an integer or enum for containers.
template <auto step, class T> auto& child_at(T& tree, Where where) {
  using Pointer = MemberPointer<std::remove_const_t<decltype(step)>>;
  if constexpr (Pointer::exists) {
    using C = typename Pointer::Class;
    if constexpr (std::is_base_of_v<C, T>) return tree.*step;
    else if constexpr (requires { ImmutableAccess::value(tree); }) return child_at<step>(ImmutableAccess::value(tree), where);
    else if constexpr (requires { std::variant_size<T>::value; }) {
      constexpr int at = alternative_with<C>(typename Container<T>::elements{});
      if constexpr (at >= 0) {
        auto* held = std::get_if<static_cast<std::size_t>(at)>(&tree);
        if (held == nullptr) throw_absent(type_name<C>, "the variant holds another alternative", where);
        return (*held).*step;
      } else {
        static_assert(at >= 0, "replace: no alternative of the variant has this member");
        return no_child;
      }
    } else if constexpr (requires { *tree; static_cast<bool>(tree); }) {
      if (!tree) throw_absent(type_name<C>, "the optional or pointer is empty", where);
      return child_at<step>(*tree, where);
    } else {
      static_assert(std::is_base_of_v<C, T> || std::is_same_v<T, NoChild>, "replace: this step of the path is a member of another type");
      return no_child;
    }
  } else {
    if constexpr (requires { ImmutableAccess::value(tree); }) return child_at<step>(ImmutableAccess::value(tree), where);
    else if constexpr (requires { tree.at(step); typename T::key_type; }) {
      const auto found = tree.find(step);
      if (found == tree.end()) throw_absent(type_name<T>, "the map has no such key", where);
      return found->second;
    } else if constexpr (requires { tree[0]; tree.size(); }) {
      constexpr auto index = static_cast<std::int64_t>(step);
      const auto size = static_cast<std::int64_t>(tree.size());
      if (index < -size || index >= size) throw_index(index, size, where);
      return tree[static_cast<std::size_t>(index < 0 ? index + size : index)];
    } else if constexpr (requires { std::tuple_size<T>::value; }) {
      return std::get<static_cast<std::size_t>(step)>(tree);
    } else if constexpr (requires { *tree; static_cast<bool>(tree); }) {
      if (!tree) throw_absent(type_name<T>, "the optional or pointer is empty", where);
      return child_at<step>(*tree, where);
    } else {
      static_assert(std::is_same_v<T, NoChild>, "replace: an integer in the path needs a container");
      return no_child;
    }
  }
}
/// The path as it is printed: ".in.weight".
template <auto step> void append_step(std::string& text) {
  if constexpr (MemberPointer<std::remove_const_t<decltype(step)>>::exists) {
    text += '.';
    text += name_detail::last_identifier(name_detail::pretty<step>());
  } else append_key(text, static_cast<std::int64_t>(step));
}
template <auto... path> std::string path_text() {
  std::string text;
  (append_step<path>(text), ...);
  return text;
}

template <class T> T& descend(T& tree, Where) { return tree; }
template <auto step, auto... rest, class T> auto& descend(T& tree, Where where) {
  return descend<rest...>(child_at<step>(tree, where), where);
}
template <class T, auto... path>
using MemberAt = std::remove_cvref_t<decltype(descend<path...>(std::declval<T&>(), Where{}))>;

// A Parameter keeps its shape and dtype: whoever wants another model makes one.
template <auto... path, class M> void require_same_parameters(const M& from, const M& to, Where where) {
  if constexpr (IsTree<M>::value) {
    if (static_difference(from, to, true).found) return;  // another number of layers: nothing to compare
    const std::vector<const Array*> after = leaf_pointers(to);
    std::size_t i = 0;
    visit_leaves_with_info(from, [&]<class L>(const LeafInfo& info, const L& leaf) {
      const Array& next = *after[i++];
      if constexpr (std::derived_from<L, Parameter>) {
        if (leaf.is_nothing() || next.is_nothing()) return;
        if (leaf.shape() != next.shape() || leaf.dtype() != next.dtype()) throw_parameter_change(path_text<path...>(), info, next, where);
      }
    });
  }
}

template <auto... path, class T, class M> void assign_at(T& tree, M&& value, Where where) {
  auto& member = descend<path...>(tree, where);
  require_same_parameters<path...>(member, value, where);
  member = std::forward<M>(value);
}

/// `field<&Net::in> = v`, waiting for its tree.
template <class V, auto... path> struct Assignment {
  V value;
  template <class T> void apply(T& tree, Where where) const {
    using M = MemberAt<T, path...>;
    if constexpr (std::is_convertible_v<const V&, M>) assign_at<path...>(tree, M(value), where);
    else static_assert(sizeof(V) == 0, "replace: the value does not convert to the member's type");
  }
};
template <auto... path> struct Field {
  template <class V> constexpr Assignment<std::decay_t<V>, path...> operator=(V&& value) const { return {std::forward<V>(value)}; }
};
template <class A> struct IsAssignment : std::false_type {};
template <class V, auto... path> struct IsAssignment<Assignment<V, path...>> : std::true_type {};

}  // namespace tree

/// A member, or with a path a member of a member, to be given a value: `replace(net, field<&Net::in> = v)`.
template <auto... path> inline constexpr tree::Field<path...> field{};

/// A new tree with one member replaced: `replace<&Net::in, &Linear::weight>(net, w)`; an integer indexes a container
/// (negative counts from the end). StructureError if the shape or dtype of a Parameter would change; IndexError past the
/// end.
template <auto... path, class T>
  requires(sizeof...(path) > 0)
[[nodiscard("the tree given is unchanged: keep the one that is returned")]] T replace(const T& tree, std::type_identity_t<tree::MemberAt<T, path...>> value, Where where = Where::current()) {
  T result = tree::clone(tree);
  tree::assign_at<path...>(result, std::move(value), where);
  return result;
}
/// Does not compile: the value does not convert to the member's type.
template <auto... path, class T, class V>
  requires(sizeof...(path) > 0 && !std::is_convertible_v<V &&, tree::MemberAt<T, path...>>)
[[nodiscard]] T replace(const T&, V&&) {
  static_assert(std::is_convertible_v<V&&, tree::MemberAt<T, path...>>, "replace: the value does not convert to the member's type");
}

namespace tree {
template <class T, Assigning... A> T assigned(Where where, const T& tree, const A&... assignments) {
  T result = clone(tree);
  (assignments.apply(result, where), ...);
  return result;
}
}  // namespace tree

/// A new tree with several members replaced: `replace(net, field<&Net::a> = v, field<&Net::b, &B::c> = u)`. (A pack leaves no
/// room for the place of the call: up to eight have overloads that know it.)
/// @{
template <class T, tree::Assigning A>
[[nodiscard("the tree given is unchanged: keep the one that is returned")]] T replace(const T& tree, const A& a, Where where = Where::current()) {
  return tree::assigned(where, tree, a);
}
template <class T, tree::Assigning A, tree::Assigning B>
[[nodiscard("the tree given is unchanged: keep the one that is returned")]] T replace(const T& tree, const A& a, const B& b, Where where = Where::current()) {
  return tree::assigned(where, tree, a, b);
}
template <class T, tree::Assigning A, tree::Assigning B, tree::Assigning C>
[[nodiscard("the tree given is unchanged: keep the one that is returned")]] T replace(const T& tree, const A& a, const B& b, const C& c, Where where = Where::current()) {
  return tree::assigned(where, tree, a, b, c);
}
template <class T, tree::Assigning A, tree::Assigning B, tree::Assigning C, tree::Assigning D>
[[nodiscard("the tree given is unchanged: keep the one that is returned")]] T replace(const T& tree, const A& a, const B& b, const C& c, const D& d, Where where = Where::current()) {
  return tree::assigned(where, tree, a, b, c, d);
}
template <class T, tree::Assigning A, tree::Assigning B, tree::Assigning C, tree::Assigning D, tree::Assigning E>
[[nodiscard("the tree given is unchanged: keep the one that is returned")]] T replace(const T& tree, const A& a, const B& b, const C& c, const D& d, const E& e, Where where = Where::current()) {
  return tree::assigned(where, tree, a, b, c, d, e);
}
template <class T, tree::Assigning A, tree::Assigning B, tree::Assigning C, tree::Assigning D, tree::Assigning E, tree::Assigning F>
[[nodiscard("the tree given is unchanged: keep the one that is returned")]] T replace(const T& tree, const A& a, const B& b, const C& c, const D& d, const E& e, const F& f, Where where = Where::current()) {
  return tree::assigned(where, tree, a, b, c, d, e, f);
}
template <class T, tree::Assigning A, tree::Assigning B, tree::Assigning C, tree::Assigning D, tree::Assigning E, tree::Assigning F, tree::Assigning G>
[[nodiscard("the tree given is unchanged: keep the one that is returned")]] T replace(const T& tree, const A& a, const B& b, const C& c, const D& d, const E& e, const F& f, const G& g, Where where = Where::current()) {
  return tree::assigned(where, tree, a, b, c, d, e, f, g);
}
template <class T, tree::Assigning A, tree::Assigning B, tree::Assigning C, tree::Assigning D, tree::Assigning E, tree::Assigning F, tree::Assigning G, tree::Assigning H>
[[nodiscard("the tree given is unchanged: keep the one that is returned")]] T replace(const T& tree, const A& a, const B& b, const C& c, const D& d, const E& e, const F& f, const G& g, const H& h, Where where = Where::current()) {
  return tree::assigned(where, tree, a, b, c, d, e, f, g, h);
}
template <class T, tree::Assigning... A>
  requires(sizeof...(A) > 8)
[[nodiscard("the tree given is unchanged: keep the one that is returned")]] T replace(const T& tree, const A&... assignments) {
  return tree::assigned(Where{}, tree, assignments...);
}
/// @}

/// `replace` of the tree that it holds.
template <class T> template <auto... path, class V>
  requires(sizeof...(path) > 0)
Immutable<T> Immutable<T>::replace(V&& value, Where where) const {
  return Immutable(espalier::replace<path...>(value_, std::forward<V>(value), where));
}
/// `replace` of several members of the tree that it holds.
template <class T> template <class... A> Immutable<T> Immutable<T>::assigned(Where where, const A&... assignments) const {
  return Immutable(tree::assigned(where, value_, assignments...));
}

}  // namespace espalier
