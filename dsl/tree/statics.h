#pragma once
// What is static in a tree: compared and hashed as part of its structure.
#include <bit>

#include "espalier/dsl/tree/names.h"
#include "espalier/dsl/tree/node.h"
#include "espalier/ir/hash.h"

namespace espalier::tree {

template <class T> inline constexpr bool is_vector_of_bool = std::is_same_v<T, std::vector<bool>>;
template <class T>
concept Comparable = requires(const T& a, const T& b) { { a == b } -> std::convertible_to<bool>; };
template <class T>
concept StdHashed = requires(const T& value) { { std::hash<T>{}(value) } -> std::convertible_to<std::size_t>; };

template <class T> struct StaticComparable;
template <class List> struct AllStaticComparable;
template <class... E> struct AllStaticComparable<Types<E...>> : std::conjunction<StaticComparable<std::remove_const_t<E>>...> {};
template <class T> struct ElementsComparable : AllStaticComparable<typename Container<T>::elements> {};
template <class T> struct MembersComparable : AllStaticComparable<MemberTypes<T>> {};
template <class T> struct IsComparable : std::bool_constant<Comparable<T>> {};
/// True if values of a static type can be told apart: by ==, member by member, or because there is only one.
template <class T>
struct StaticComparable
    : std::conditional_t<IsStaticWrapper<T>::value || std::is_empty_v<T> || is_leaf<T>, std::true_type,
                         std::conditional_t<Container<T>::exists, ElementsComparable<T>,
                                            std::conditional_t<Reflected<T> && !Comparable<T>, MembersComparable<T>, IsComparable<T>>>> {};

/// The sentence for a member that cannot be compared: its owner, name and type stand in the template arguments.
template <class Owner, auto name, class Member> struct StaticMember {
  static_assert(StaticComparable<Member>::value,
                "a static member of a tree needs ==: give its type an operator==, or wrap the member in ep::Static or ep::Opaque; a class with private members that is a tree needs `fields`");
};
template <class Owner, int i, class Member> constexpr void require_comparable() {
  if constexpr (!IsTree<Member>::value && !StaticComparable<Member>::value) {
    constexpr auto text = member_names<Owner>[i];
    (void)sizeof(StaticMember<Owner, Name<text.size()>{text}, Member>);
  }
}
template <class T> constexpr void require_comparable_members() {
  []<class... M>(Types<M...>) {
    [&]<int... i>(std::integer_sequence<int, i...>) { (require_comparable<T, i, std::remove_const_t<M>>(), ...); }
    (std::make_integer_sequence<int, sizeof...(M)>{});
  }(MemberTypes<T>{});
}

/// Equality of the values of two trees that stand inside a Static.
template <class T> bool equal_values(const T& a, const T& b);
bool equal_arrays(const Array& a, const Array& b);

/// Equality of all that is static: static members, sizes, keys and alternatives of containers, frozen flags.
template <class T> bool equal_statics(const T& a, const T& b) {
  if constexpr (std::derived_from<T, Parameter>) return a.frozen == b.frozen;
  else if constexpr (is_leaf<T> || std::is_empty_v<T>) return true;
  else if constexpr (std::is_same_v<T, float>) return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
  else if constexpr (std::is_same_v<T, double>) return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
  else if constexpr (IsStaticWrapper<T>::value) {
    if constexpr (requires { a.identity; }) return a.identity == b.identity;
    else return equal_values(a.value, b.value);
  } else if constexpr (Container<T>::exists) {
    return Container<T>::same_shape(a, b) &&
           Container<T>::zip(a, b, [](auto, const auto& x, const auto& y) { return equal_statics(x, y); });
  } else if constexpr (Reflected<T> && (IsTree<T>::value || !Comparable<T>)) {
    require_comparable_members<T>();
    return zip_children(a, b, [](auto, const auto& x, const auto& y) { return equal_statics(x, y); });
  } else if constexpr (Comparable<T>) {
    return static_cast<bool>(a == b);
  } else return true;  // refused by require_comparable where its name is known
}

/// Feeds to the hash what `equal_statics` compares. A type with == and no std::hash adds nothing: equality decides.
template <class T> void hash_statics(const T& value, ir::Hash& hash) {
  if constexpr (std::derived_from<T, Parameter>) hash.add(value.frozen ? 1u : 0u);
  else if constexpr (is_leaf<T> || std::is_empty_v<T>) return;
  else if constexpr (std::is_same_v<T, float>) hash.add(std::bit_cast<std::uint32_t>(value));
  else if constexpr (std::is_same_v<T, double>) hash.add(std::bit_cast<std::uint64_t>(value));
  else if constexpr (std::is_enum_v<T> || std::is_integral_v<T>) hash.add(static_cast<std::uint64_t>(value));
  else if constexpr (std::is_same_v<T, std::string>) hash.add(std::string_view(value));
  else if constexpr (IsStaticWrapper<T>::value) {
    if constexpr (requires { value.identity; }) hash.add(value.identity);
    else hash_statics(value.value, hash);
  } else if constexpr (Container<T>::exists) {
    Container<T>::hash_shape(value, [&](const auto& part) { hash_statics(part, hash); });
    Container<T>::each(value, [&](auto, const auto& child) { hash_statics(child, hash); });
  } else if constexpr (Reflected<T> && (IsTree<T>::value || !Comparable<T>)) {
    require_comparable_members<T>();
    each_child(value, [&](auto, const auto& child) { hash_statics(child, hash); });
  } else if constexpr (StdHashed<T>) {
    hash.add(std::hash<T>{}(value));
  }
}

template <class T> bool equal_values(const T& a, const T& b) {
  if constexpr (is_leaf<T>) return equal_statics(a, b) && equal_arrays(array_in(a), array_in(b));
  else if constexpr (!IsTree<T>::value) return equal_statics(a, b);
  else {
    return equal_statics(a, b) && zip_children(a, b, [](auto, const auto& x, const auto& y) { return equal_values(x, y); });
  }
}

}  // namespace espalier::tree
