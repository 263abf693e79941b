#pragma once
// Reflection without macros: how many members an aggregate has, and a reference to each.
#include <concepts>
#include <type_traits>
#include <utility>

#include "espalier/dsl/tree/members.h"

namespace espalier {
namespace tree {

/// The members of a class that are named by pointer: `fields<&A::x, &A::y>`.
template <auto... pointers> struct Fields {};

}  // namespace tree

/// The members that make a class with private data a tree. Inside the class, after its members:
/// `static constexpr auto fields = ep::fields<&Rotation::angle_, &Rotation::steps_>;`
template <auto... pointers> inline constexpr tree::Fields<pointers...> fields{};

/// The same for a class that is not yours: `template <> inline constexpr auto ep::fields_of<Foreign> = ep::fields<&Foreign::a>;`
template <class T> inline constexpr auto fields_of = nullptr;

namespace tree {

template <class T> struct IsFields : std::false_type {};
template <auto... pointers> struct IsFields<Fields<pointers...>> : std::true_type {};

template <class T> concept FieldsInside = requires { requires IsFields<std::remove_cv_t<decltype(T::fields)>>::value; };
template <class T> concept FieldsOutside = IsFields<std::remove_cv_t<decltype(fields_of<T>)>>::value;
/// A class whose members are listed.
template <class T> concept Listed = FieldsInside<T> || FieldsOutside<T>;

template <class T> constexpr auto listed_fields() {
  if constexpr (FieldsOutside<T>) return fields_of<T>;
  else return T::fields;
}

namespace arity_detail {

// What stands for one initializer. It converts to everything that its rule allows, and is never evaluated: it has a body
// only because clang wants one for types without linkage.
template <class T> struct Anything {
  template <class U>
    requires(!std::same_as<U, T>)
  operator U() const noexcept { __builtin_unreachable(); }
};
template <class T> struct AnyBase {
  template <class U>
    requires(std::is_base_of_v<U, T> && !std::same_as<U, T>)
  operator U() const noexcept { __builtin_unreachable(); }
};
template <class T> struct EmptyBase {
  template <class U>
    requires(std::is_base_of_v<U, T> && !std::same_as<U, T> && std::is_empty_v<U>)
  operator U() const noexcept { __builtin_unreachable(); }
};
// Never a base: braces around the base's members are elided, and the base's members take the initializers.
template <class T> struct NoBase {
  template <class U>
    requires(!std::is_base_of_v<U, T>)
  operator U() const noexcept { __builtin_unreachable(); }
};

template <class T, class First, class Rest, std::size_t... i, std::size_t... j>
constexpr bool makes(std::index_sequence<i...>, std::index_sequence<j...>) {
  return requires { T{(void(i), First{})..., (void(j), Rest{})...}; };
}
template <class T, int first, class First, int rest = 0, class Rest = Anything<T>>
constexpr bool can_make = makes<T, First, Rest>(std::make_index_sequence<first>{}, std::make_index_sequence<rest>{});

// In parentheses no braces are elided, so an array member cannot take several initializers, nor any at all.
template <class T, std::size_t... i> constexpr bool makes_in_parentheses(std::index_sequence<i...>) {
  return requires { T((void(i), Anything<T>{})...); };
}

// The counts an aggregate can be made with are an interval; this is its upper end, or -1 if there is none.
template <class T, class X, int low, int high> constexpr int last_made() {  // can be made with low, not with high
  if constexpr (high - low == 1) return low;
  else if constexpr (can_make<T, (low + high) / 2, X>) return last_made<T, X, (low + high) / 2, high>();
  else return last_made<T, X, low, (low + high) / 2>();
}
template <class T, class X, int n> constexpr int last_made_doubling() {  // can be made with n / 2
  if constexpr (n > max_members) {
    if constexpr (can_make<T, max_members + 1, X>) return max_members + 1;
    else return last_made<T, X, n / 2, max_members + 1>();
  } else if constexpr (can_make<T, n, X>) return last_made_doubling<T, X, n * 2>();
  else return last_made<T, X, n / 2, n>();
}
template <class T, class X, int n> constexpr int first_made() {
  if constexpr (n > max_members) return -1;
  else if constexpr (can_make<T, n, X>) return n;
  else return first_made<T, X, n + 1>();
}
template <class T, class X, int n> constexpr int climb() {
  if constexpr (n <= max_members && can_make<T, n + 1, X>) return climb<T, X, n + 1>();
  else return n;
}
template <class T, class X> constexpr int most_initializers() {
  constexpr int first = first_made<T, X, 0>();
  if constexpr (first < 0) return -1;
  else if constexpr (first > 0) return climb<T, X, first>();
  else if constexpr (!can_make<T, 1, X>) return 0;
  else return last_made_doubling<T, X, 2>();
}

template <class T, int bases> constexpr int count_bases() {
  if constexpr (can_make<T, bases + 1, AnyBase<T>>) return count_bases<T, bases + 1>();
  else return bases;
}

}  // namespace arity_detail

// How an aggregate is built: `members` is -1 where `problem` says why it cannot be a tree.
struct Arity {
  enum class Problem {
    none,
    unmakeable,
    too_many,
    array,
    two_classes
  } problem = Problem::none;
  int bases = 0;     ///< initializers taken by (empty) bases
  int members = -1;  ///< what a structured binding binds
};

template <class T> constexpr Arity find_arity() {
  using namespace arity_detail;
  using enum Arity::Problem;
  constexpr int n = most_initializers<T, Anything<T>>();
  if constexpr (n < 0) return {unmakeable};
  else if constexpr (n > max_members) return {too_many};
  else if constexpr (n == 0) return {none, 0, 0};
  else if constexpr (!makes_in_parentheses<T>(std::make_index_sequence<n>{})) return {array};
  else if constexpr (!can_make<T, 1, AnyBase<T>, n - 1>) return {none, 0, n};
  else {
    constexpr int bases = count_bases<T, 1>();
    if constexpr (can_make<T, bases, EmptyBase<T>, n - bases>) return {none, bases, n - bases};
    else if constexpr (n == bases) return {none, bases, most_initializers<T, NoBase<T>>()};
    else return {two_classes};
  }
}

/// How many members an aggregate has, and how many bases come before them.
template <class T> inline constexpr Arity arity = find_arity<T>();

/// Whether the members can be visited; a class that lists them says so itself.
template <class T> inline constexpr bool is_reflectable = Listed<T> || arity<T>.problem == Arity::Problem::none;

template <class T> constexpr void require_reflectable() {
  using enum Arity::Problem;
  constexpr auto problem = arity<T>.problem;
  static_assert(problem != too_many, "a tree can have at most 64 members: group some of them into a struct of their own");
  static_assert(problem != array, "a C array cannot be a member of a tree: use std::array");
  static_assert(problem != unmakeable, "a tree cannot have a reference member: hold the value (copying an Array is cheap)");
  static_assert(problem != two_classes, "a tree cannot have data in two classes of one hierarchy: make the base a member");
}

template <class T, auto... pointers, class F> constexpr decltype(auto) visit_listed(T& t, Fields<pointers...>, F&& f) {
  return f(t.*pointers...);
}

/// Calls f(member...) with a reference to each member of an aggregate or of a class with `fields`.
template <class T, class F> constexpr decltype(auto) visit_members(T& t, F&& f) {
  using U = std::remove_const_t<T>;
  if constexpr (Listed<U>) return visit_listed(t, listed_fields<U>(), f);
  else {
    require_reflectable<U>();
    return Members < arity<U>.members < 0 ? 0 : arity<U>.members > ::visit(t, f);
  }
}

/// A type that is only a list of types.
template <class... T> struct Types {
  static constexpr int size = sizeof...(T);
};
struct ListTypes {
  template <class... M> constexpr Types<M...> operator()(M&...) const { return {}; }
};
/// The types of the members, const where they are declared so.
template <class T> using MemberTypes = decltype(visit_members(std::declval<T&>(), ListTypes{}));

}  // namespace tree
}  // namespace espalier
