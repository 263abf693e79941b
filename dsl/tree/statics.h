#pragma once
// What is static in a tree: compared and hashed as part of its structure.
#include <bit>

#include "espalier/dsl/tree/names.h"
#include "espalier/dsl/tree/node.h"
#include "espalier/ir/hash.h"

namespace espalier::tree {

template <class T>
concept Comparable = requires(const T& a, const T& b) { { a == b } -> std::convertible_to<bool>; };
template <class T>
concept StdHashed = requires(const T& value) { { std::hash<T>{}(value) } -> std::convertible_to<std::size_t>; };

/// A pointer to an object, raw or smart. It would be compared by its address, and the arrays behind it would not be seen.
template <class T>
concept Pointing = (std::is_pointer_v<T> && !std::is_function_v<std::remove_pointer_t<T>>) ||
                   (std::is_class_v<T> && !Container<T>::exists && requires(const T& t) { typename T::element_type; t.get(); *t; });
/// A container of the standard library that is none of the nodes.
template <class T>
concept ForeignContainer = std::is_class_v<T> && !Container<T>::exists && !is_leaf<T> && requires { typename T::value_type; } &&
                           !std::is_same_v<T, typename T::value_type>;

template <class T> struct StaticComparable;
template <class List> struct AllStaticComparable;
template <class... E> struct AllStaticComparable<Types<E...>> : std::conjunction<StaticComparable<std::remove_const_t<E>>...> {};
template <class T> struct ElementsComparable : AllStaticComparable<typename Container<T>::elements> {};
template <class T> struct MembersComparable : AllStaticComparable<MemberTypes<T>> {};
template <class T> struct IsComparable : std::bool_constant<Comparable<T> && !Pointing<T>> {};
// The == of the standard containers is declared for elements without == too, so the elements are asked.
template <class T>
struct ForeignComparable : std::conjunction<std::negation<IsTree<std::remove_const_t<typename T::value_type>>>,
                                            StaticComparable<std::remove_const_t<typename T::value_type>>, IsComparable<T>> {};
template <class List> struct AnyPointing;
template <class... E> struct AnyPointing<Types<E...>> : std::bool_constant<(Pointing<std::remove_const_t<E>> || ...)> {};
template <class T> struct PointsNowhere : std::negation<AnyPointing<MemberTypes<T>>> {};
// What a Static holds is compared by == even if that is the == of a pointer: whoever wrote Static has chosen it.
template <class T> struct WrappedComparable : std::true_type {};
template <class T>
struct WrappedComparable<Static<T>> : std::conditional_t<Comparable<T> && !ForeignContainer<T>, std::true_type, std::disjunction<IsTree<T>, StaticComparable<T>>> {};
/// True if values of a static type can be told apart: by ==, member by member, or because there is only one.
template <class T>
struct StaticComparable
    : std::conditional_t<IsStaticWrapper<T>::value, WrappedComparable<T>,
                         std::conditional_t<std::is_empty_v<T> || is_leaf<T>, std::true_type,
                                            std::conditional_t<Container<T>::exists, ElementsComparable<T>,
                                                               std::conditional_t<ForeignContainer<T>, ForeignComparable<T>,
                                                                                  std::conditional_t<Reflected<T>, std::conditional_t<Comparable<T>, PointsNowhere<T>, MembersComparable<T>>, IsComparable<T>>>>>> {};

// Where a type stands that cannot be part of a tree: the first template argument of the sentence about it.
template <class Owner, auto name> struct Member {};
template <class Container> struct Element {};
struct Argument {};
struct Result {};

template <class Place> inline constexpr bool is_inside = true;
template <> inline constexpr bool is_inside<Argument> = false;
template <> inline constexpr bool is_inside<Result> = false;

/// The sentence about a type that is neither a tree nor comparable: its place and the type stand in the template arguments.
template <class Place, class T> struct NeitherTreeNorStatic {
  static constexpr bool foreign = ForeignContainer<T>, pointing = Pointing<T>, wrapped = IsStaticWrapper<T>::value, other = !foreign && !pointing && !wrapped;
  static_assert(!foreign, "this container cannot hold trees: the containers that are nodes are std::vector, array, tuple, pair, optional, variant, map and unique_ptr");
  static_assert(!pointing, "a pointer cannot be part of a tree: the arrays behind it would not be seen, and it is compared by its address; hold the value or a std::unique_ptr, or wrap the pointer in ep::Static or ep::Opaque");
  static_assert(!wrapped, "ep::Static compares by ==, which the type it holds has not: use ep::Opaque, which compares by identity");
  static_assert(!other || !is_inside<Place>,
                "a static member of a tree needs ==: give its type an operator==, or wrap the member in ep::Static or ep::Opaque; a class with private members that is a tree needs `fields`");
  static_assert(!other || is_inside<Place>,
                "an argument of a transformed function is a tree or can be compared: a class with private members or a constructor that is a tree needs `fields`; what is static needs ==, or stands in ep::Static (compared by ==) or ep::Opaque (by identity)");
};

template <class T, class... Above> constexpr bool is_whole();
template <class... Above, class... E> constexpr bool all_whole(Types<E...>) { return (is_whole<std::remove_const_t<E>, Above...>() && ...); }
/// True if all that stands in a T, which is a tree or static, is a tree or comparable. `Above` are the types that T stands in.
template <class T, class... Above> constexpr bool is_whole() {
  if constexpr ((std::is_same_v<T, Above> || ...) || is_leaf<T> || std::is_same_v<T, Nothing>) return true;
  else if constexpr (std::conjunction_v<std::negation<IsTree<T>>, StaticComparable<T>>) return true;
  else if constexpr (Container<T>::exists) return all_whole<T, Above...>(typename Container<T>::elements{});
  else if constexpr (Reflected<T>) return all_whole<T, Above...>(MemberTypes<T>{});
  else return false;
}

/// Says of a T that is not whole what in it is neither a tree nor comparable. Names are made only here; nothing of this is
/// evaluated while compiling, or clang would add that what failed is no constant.
template <class Place, class T, class... Above> void refuse_unwhole();
template <class Owner, int i, class M, class... Above> void refuse_unwhole_member() {
  if constexpr (!is_whole<M, Above...>()) {
    constexpr auto text = member_names<Owner>[i];
    refuse_unwhole<Member<Owner, Name<text.size()>{text}>, M, Above...>();
  }
}
template <class Place, class T, class... Above> void refuse_unwhole() {
  if constexpr (is_whole<T, Above...>()) return;
  else if constexpr (Container<T>::exists) {
    []<class... E>(Types<E...>) { (refuse_unwhole<Element<T>, std::remove_const_t<E>, T, Above...>(), ...); }(typename Container<T>::elements{});
  } else if constexpr (Reflected<T>) {
    []<class... M, int... i>(Types<M...>, std::integer_sequence<int, i...>) { (refuse_unwhole_member<T, i, std::remove_const_t<M>, T, Above...>(), ...); }(MemberTypes<T>{}, std::make_integer_sequence<int, MemberTypes<T>::size>{});
  } else (void)sizeof(NeitherTreeNorStatic<Place, T>);
}

/// Refuses a tree with a member that is neither a tree nor comparable: its arrays, a pointer's target for one, would be passed
/// over without a word.
template <class T> void require_whole() {
  if constexpr (IsTree<T>::value && !is_whole<T>()) refuse_unwhole<Element<T>, T>();
}

template <class Owner, int i, class M> void require_comparable() {
  if constexpr (!std::disjunction_v<IsTree<M>, StaticComparable<M>>) {
    constexpr auto text = member_names<Owner>[i];
    refuse_unwhole<Member<Owner, Name<text.size()>{text}>, M, Owner>();
  }
}
template <class T> void require_comparable_members() {
  []<class... M>(Types<M...>) {
    [&]<int... i>(std::integer_sequence<int, i...>) { (require_comparable<T, i, std::remove_const_t<M>>(), ...); }(std::make_integer_sequence<int, sizeof...(M)>{});
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
  } else return false;  // refused by require_comparable where its name is known
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
