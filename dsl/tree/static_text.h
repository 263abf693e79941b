#pragma once
// Statics as text: what to_string, to_json and errors print.
#include "espalier/dsl/tree/statics.h"

namespace espalier::tree {

std::string number_text(bool value);
std::string number_text(std::int64_t value);
std::string number_text(std::uint64_t value);
std::string number_text(double value);
std::string quoted_text(std::string_view text);
std::string pointer_text(const void* pointer);

template <class T> std::string static_text(const T& value);

/// What is static about a container: "size 3", "keys {"a", "b"}", "alternative 1", "empty" or "a value".
template <class T> std::string container_text(const T& container) {
  if constexpr (requires { typename T::mapped_type; }) {
    std::string keys;
    for (const auto& [key, value] : container) keys += (keys.empty() ? "" : ", ") + static_text(key);
    return "keys {" + keys + "}";
  } else if constexpr (requires { container.size(); }) {
    return "size " + number_text(static_cast<std::uint64_t>(container.size()));
  } else if constexpr (requires { container.valueless_by_exception(); }) {
    return "alternative " + number_text(static_cast<std::uint64_t>(container.index()));
  } else if constexpr (requires { static_cast<bool>(container); }) {
    return container ? "a value" : "empty";
  } else return std::string(type_name<T>);
}

/// A static as C++ would write it, as far as that is known; else the name of its type.
template <class T> std::string static_text(const T& value) {
  if constexpr (std::derived_from<T, Parameter>) return value.frozen ? "frozen" : "not frozen";
  else if constexpr (std::is_same_v<T, bool>) return number_text(value);
  else if constexpr (std::is_enum_v<T> && !std::is_convertible_v<T, int>) {
    const auto number = static_cast<std::int64_t>(value);
    const std::size_t i = static_cast<std::size_t>(number);  // a negative one is beyond all names
    if (i < enumerator_names<T>.size() && !enumerator_names<T>[i].empty()) return std::string(enumerator_names<T>[i]);
    return std::string(type_name<T>) + "(" + number_text(number) + ")";
  } else if constexpr (std::is_enum_v<T>) return std::string(type_name<T>) + "(" + number_text(static_cast<std::int64_t>(value)) + ")";
  else if constexpr (std::is_floating_point_v<T>) return number_text(static_cast<double>(value));
  else if constexpr (std::is_integral_v<T> && std::is_signed_v<T>) return number_text(static_cast<std::int64_t>(value));
  else if constexpr (std::is_integral_v<T>) return number_text(static_cast<std::uint64_t>(value));
  else if constexpr (std::is_convertible_v<const T&, std::string_view>) return quoted_text(value);
  else if constexpr (std::is_pointer_v<T> && std::is_function_v<std::remove_pointer_t<T>>) return pointer_text(reinterpret_cast<const void*>(value));
  else if constexpr (std::is_pointer_v<T>) return pointer_text(value);
  else if constexpr (requires { { value.str() } -> std::convertible_to<std::string>; }) return value.str();
  else if constexpr (IsStaticWrapper<T>::value) {
    using V = decltype(value.value);
    if constexpr (requires { value.identity; }) return std::string(type_name<V>) + "#" + number_text(value.identity);
    else return static_text(value.value);
  } else if constexpr (Container<T>::exists && !IsTree<T>::value) {
    std::string text;
    Container<T>::each(value, [&](auto step, const auto& child) {
      text += (text.empty() ? "" : ", ");
      if constexpr (requires { step.key; }) text += static_text(step.key) + ": ";
      text += static_text(child);
    });
    return "{" + text + "}";
  } else if constexpr (Reflected<T> && !IsTree<T>::value) {
    std::string text;
    each_child(value, [&]<int i>(MemberStep<T, i>, const auto& child) {
      text += (text.empty() ? "." : ", .") + std::string(member_names<T>[i]) + " = " + static_text(child);
    });
    return std::string(type_name<T>) + "{" + text + "}";
  } else return std::string(type_name<T>);
}

}  // namespace espalier::tree
