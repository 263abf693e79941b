#pragma once
// The containers of the standard library that are nodes, and how to reach their elements.
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "espalier/dsl/tree/reflect.h"

namespace espalier {

class Array;
template <class T> class Immutable;

namespace tree {

/// A level of a tree that is being walked. Only a type that stands in itself, behind a container, can be nested without end
/// (node.h), so its containers count: StructureError beyond max_levels, or where the stack is too small for as many.
inline constexpr int max_levels = 10'000;
void enter_level();
void leave_level() noexcept;
template <class T, class... Above> struct NestsItself;
template <class E> struct Level {
  static constexpr bool counts = NestsItself<std::remove_const_t<E>>::value;
  Level() {
    if constexpr (counts) enter_level();
  }
  ~Level() {
    if constexpr (counts) leave_level();
  }
  Level(const Level&) = delete;
};

// Where a child stands below its parent: `.member`, `[index]`, `["key"]`, or no step at all.
struct ThroughStep {};
struct IndexStep {
  std::size_t index;
};
template <class K> struct KeyStep {
  const K& key;
};
template <class Owner, int member> struct MemberStep {};

/// How a container of the standard library shows its elements. `each` calls f(step, child); `same_shape` compares what is
/// static about the container itself (its size, its keys, its alternative), `hash_shape` feeds it to f; `zip` calls
/// f(step, child of a, child of b) on two of the same shape until f returns false.
template <class T> struct Container {
  static constexpr bool exists = false;
};

struct ContainerExists {
  static constexpr bool exists = true;
};
template <class... E> struct Elements : ContainerExists {
  using elements = Types<E...>;
};

template <class E> struct Container<std::vector<E>> : Elements<E> {
  template <class C, class F> static void each(C& c, F&& f) {
    const Level<E> level;
    for (std::size_t i = 0; i < c.size(); ++i) f(IndexStep{i}, c[i]);
  }
  static bool same_shape(const std::vector<E>& a, const std::vector<E>& b) { return a.size() == b.size(); }
  template <class C, class D, class F> static bool zip(C& a, D& b, F&& f) {
    const Level<E> level;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (!f(IndexStep{i}, a[i], b[i])) return false;
    }
    return true;
  }
  template <class F> static void hash_shape(const std::vector<E>& c, F&& f) { f(c.size()); }
};
template <> struct Container<std::vector<bool>> {
  static constexpr bool exists = false;
};  // its elements are no objects

template <class E, std::size_t n> struct Container<std::array<E, n>> : Elements<E> {
  template <class C, class F> static void each(C& c, F&& f) {
    for (std::size_t i = 0; i < n; ++i) f(IndexStep{i}, c[i]);
  }
  static bool same_shape(const std::array<E, n>&, const std::array<E, n>&) { return true; }
  template <class C, class D, class F> static bool zip(C& a, D& b, F&& f) {
    for (std::size_t i = 0; i < n; ++i) {
      if (!f(IndexStep{i}, a[i], b[i])) return false;
    }
    return true;
  }
  template <class F> static void hash_shape(const std::array<E, n>&, F&&) {}
};

template <class... E> struct Container<std::tuple<E...>> : Elements<E...> {
  template <class C, class F> static void each(C& c, F&& f) {
    std::apply([&](auto&... e) { std::size_t i = 0; (f(IndexStep{i++}, e), ...); (void)i; }, c);
  }
  static bool same_shape(const std::tuple<E...>&, const std::tuple<E...>&) { return true; }
  template <class C, class D, class F> static bool zip(C& a, D& b, F&& f) {
    return [&]<std::size_t... i>(std::index_sequence<i...>) {
      return (f(IndexStep{i}, std::get<i>(a), std::get<i>(b)) && ...);
    }(std::index_sequence_for<E...>{});
  }
  template <class F> static void hash_shape(const std::tuple<E...>&, F&&) {}
};

template <class A, class B> struct Container<std::pair<A, B>> : Elements<A, B> {
  template <class C, class F> static void each(C& c, F&& f) {
    f(IndexStep{0}, c.first);
    f(IndexStep{1}, c.second);
  }
  static bool same_shape(const std::pair<A, B>&, const std::pair<A, B>&) { return true; }
  template <class C, class D, class F> static bool zip(C& a, D& b, F&& f) {
    return f(IndexStep{0}, a.first, b.first) && f(IndexStep{1}, a.second, b.second);
  }
  template <class F> static void hash_shape(const std::pair<A, B>&, F&&) {}
};

template <class E> struct Container<std::optional<E>> : Elements<E> {
  template <class C, class F> static void each(C& c, F&& f) {
    if (c.has_value()) f(ThroughStep{}, *c);
  }
  static bool same_shape(const std::optional<E>& a, const std::optional<E>& b) { return a.has_value() == b.has_value(); }
  template <class C, class D, class F> static bool zip(C& a, D& b, F&& f) { return !a || f(ThroughStep{}, *a, *b); }
  template <class F> static void hash_shape(const std::optional<E>& c, F&& f) { f(c.has_value() ? 1u : 0u); }
};

template <class... E> struct Container<std::variant<E...>> : Elements<E...> {
  template <class C, class F, std::size_t... i> static void each_of(C& c, F&& f, std::index_sequence<i...>) {
    (void)((c.index() == i && (f(ThroughStep{}, *std::get_if<i>(&c)), true)) || ...);
  }
  template <class C, class F> static void each(C& c, F&& f) { each_of(c, f, std::index_sequence_for<E...>{}); }
  static bool same_shape(const std::variant<E...>& a, const std::variant<E...>& b) { return a.index() == b.index(); }
  template <class C, class D, class F> static bool zip(C& a, D& b, F&& f) {
    return [&]<std::size_t... i>(std::index_sequence<i...>) {
      return ((a.index() != i || f(ThroughStep{}, *std::get_if<i>(&a), *std::get_if<i>(&b))) && ...);
    }(std::index_sequence_for<E...>{});
  }
  template <class F> static void hash_shape(const std::variant<E...>& c, F&& f) { f(c.index()); }
};

template <class K, class V> struct Container<std::map<K, V>> : Elements<V> {
  static_assert(std::is_integral_v<K> || std::is_enum_v<K> || std::is_same_v<K, std::string>,
                "a map in a tree has keys of an integer type, an enum or std::string");
  template <class C, class F> static void each(C& c, F&& f) {
    const Level<V> level;
    for (auto& [key, value] : c) f(KeyStep<K>{key}, value);
  }
  static bool same_shape(const std::map<K, V>& a, const std::map<K, V>& b) {
    if (a.size() != b.size()) return false;
    for (auto i = a.begin(), j = b.begin(); i != a.end(); ++i, ++j) {
      if (i->first != j->first) return false;
    }
    return true;
  }
  template <class C, class D, class F> static bool zip(C& a, D& b, F&& f) {
    const Level<V> level;
    auto j = b.begin();
    for (auto i = a.begin(); i != a.end(); ++i, ++j) {
      if (!f(KeyStep<K>{i->first}, i->second, j->second)) return false;
    }
    return true;
  }
  template <class F> static void hash_shape(const std::map<K, V>& c, F&& f) {
    f(c.size());
    for (const auto& [key, value] : c) f(key);
  }
};

template <class E> struct Container<std::unique_ptr<E>> : Elements<E> {
  template <class C, class F> static void each(C& c, F&& f) {
    const Level<E> level;
    if constexpr (std::is_const_v<C>) {
      if (c) f(ThroughStep{}, std::as_const(*c));
    } else {
      if (c) f(ThroughStep{}, *c);
    }
  }
  static bool same_shape(const std::unique_ptr<E>& a, const std::unique_ptr<E>& b) { return !a == !b; }
  template <class C, class D, class F> static bool zip(C& a, D& b, F&& f) {
    const Level<E> level;
    return !a || f(ThroughStep{}, *a, *b);
  }
  template <class F> static void hash_shape(const std::unique_ptr<E>& c, F&& f) { f(c ? 1u : 0u); }
};

/// What the library, and nobody else, may do to an Immutable: write the leaves of a copy it has just made.
struct ImmutableAccess {
  template <class T> static T& value(Immutable<T>& t) { return t.value_; }
  template <class T> static const T& value(const Immutable<T>& t) { return t.value_; }
};
template <class T> struct Container<Immutable<T>> : Elements<T> {
  template <class C, class F> static void each(C& c, F&& f) { f(ThroughStep{}, ImmutableAccess::value(c)); }
  static bool same_shape(const Immutable<T>&, const Immutable<T>&) { return true; }
  template <class C, class D, class F> static bool zip(C& a, D& b, F&& f) {
    return f(ThroughStep{}, ImmutableAccess::value(a), ImmutableAccess::value(b));
  }
  template <class F> static void hash_shape(const Immutable<T>&, F&&) {}
};

}  // namespace tree
}  // namespace espalier
