#pragma once
// The names of types and members, read from what the compiler calls a function. Made only where a name is printed:
// names cost more compile time than the members themselves.
#include <array>
#include <cstddef>
#include <string_view>

#include "espalier/dsl/tree/reflect.h"

namespace espalier::tree {

/// Text as a template argument: how a member's name reaches a compiler's message.
template <std::size_t n> struct Name {
  char text[n + 1] = {};
  constexpr Name(std::string_view from) {
    for (std::size_t i = 0; i < n; ++i) text[i] = from[i];
    text[n] = '\0';  // written, not only initialized: else clang prints numbers
  }
  constexpr std::string_view view() const { return {text, n}; }
};

namespace name_detail {

constexpr bool in_identifier(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
// The last identifier: "…, Pointer = Place<int>{(& holder<Net>.Net::config)}]" -> "config".
constexpr std::string_view last_identifier(std::string_view text) {
  std::size_t end = text.size();
  while (end > 0 && !in_identifier(text[end - 1])) --end;
  std::size_t begin = end;
  while (begin > 0 && in_identifier(text[begin - 1])) --begin;
  return text.substr(begin, end - begin);
}

// Never constructed: only the addresses of its members are used.
template <class T> union Holder {
  char none;
  T value;
  constexpr Holder() : none(0) {}
  constexpr ~Holder() {}
};
template <class T> inline constexpr Holder<T> holder{};

// clang takes a pointer to a subobject only inside a structural type.
template <class M> struct Place {
  const M* pointer;
};
template <class M> Place(const M*) -> Place<M>;

template <auto place> constexpr const char* pretty() { return __PRETTY_FUNCTION__; }

template <int i> struct PlaceOf {
  template <class First, class... Rest> constexpr auto operator()(First& first, Rest&... rest) const {
    if constexpr (i == 0) return Place{__builtin_addressof(first)};
    else return PlaceOf<i - 1>{}(rest...);
  }
};

template <class T, int i> constexpr std::string_view bound_name() {
  return last_identifier(pretty<Members<arity<T>.members>::visit(holder<T>.value, PlaceOf<i>{})>());
}
template <class T, int... i> constexpr auto bound_names(std::integer_sequence<int, i...>) {
  return std::array<std::string_view, sizeof...(i)>{bound_name<T, i>()...};
}
template <auto... pointers> constexpr auto listed_names(Fields<pointers...>) {
  return std::array<std::string_view, sizeof...(pointers)>{last_identifier(pretty<pointers>())...};
}
template <class T> constexpr auto find_member_names() {
  if constexpr (Listed<T>) return listed_names(listed_fields<T>());
  else return bound_names<T>(std::make_integer_sequence<int, arity<T>.members>{});
}

template <class T> constexpr const char* pretty_type() { return __PRETTY_FUNCTION__; }

// "… [with T = ns::Outer<ns::A>::Linear<int>; std::string_view = …]" -> "Linear".
constexpr std::string_view type_name_in(std::string_view text) {
  const std::size_t begin = text.find("T = ") + 4;
  std::size_t end = begin, name = begin;
  std::size_t cut = std::string_view::npos;
  int depth = 0;
  for (; end < text.size(); ++end) {
    const char c = text[end];
    if (depth == 0 && (c == ';' || c == ']')) break;
    if (c == '<' || c == '(' || c == '{' || c == '[') {
      if (depth == 0 && c == '<') cut = end;
      ++depth;
    } else if (c == '>' || c == ')' || c == '}' || c == ']') {
      --depth;
    } else if (depth == 0 && c == ':') {
      name = end + 1;
      cut = std::string_view::npos;
    }
  }
  return text.substr(name, (cut == std::string_view::npos ? end : cut) - name);
}

// "… = ns::Side::left]" -> "left"; "… = (ns::Side)7]", which has no name, -> "".
template <auto value> constexpr std::string_view enumerator_name() {
  const std::string_view name = last_identifier(pretty<value>());
  return name[0] >= '0' && name[0] <= '9' ? std::string_view() : name;
}
template <class E, int... i> constexpr auto enumerators(std::integer_sequence<int, i...>) {
  return std::array<std::string_view, sizeof...(i)>{enumerator_name<static_cast<E>(i)>()...};
}

}  // namespace name_detail

/// The members' names, in order.
template <class T> inline constexpr auto member_names = name_detail::find_member_names<T>();

/// The names of a scoped enumeration's values 0, 1, …, as far as they are read; empty where a value has none.
template <class E> inline constexpr auto enumerator_names = name_detail::enumerators<E>(std::make_integer_sequence<int, 16>{});

/// The type's own name, without namespaces and template arguments: "Linear".
template <class T> inline constexpr std::string_view type_name = name_detail::type_name_in(name_detail::pretty_type<T>());

}  // namespace espalier::tree
