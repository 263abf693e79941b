#pragma once
// Immutable: a tree that only hands out const references, so that writing to it does not compile.
#include "espalier/dsl/tree/node.h"

namespace espalier {

namespace tree {
template <class A> struct IsAssignment;
/// `field<&Net::a> = v`.
template <class A> concept Assigning = IsAssignment<A>::value;
}

/// A tree that cannot be written: `*t`, `t->member` and `t(x)` are const. `replace` and `mutate` make new ones. It is a
/// tree itself; in paths it adds nothing.
template <class T> class [[nodiscard("an immutable tree is unchanged: keep the one that is returned")]] Immutable {
 public:
  /// Of a tree that is default-constructed, or of this one.
  /// @{
  Immutable() = default;
  Immutable(T value) : value_(std::move(value)) {}
  Immutable(const Immutable&) = default;
  Immutable(Immutable&&) = default;
  /// @}
  /// Re-binds to another tree.
  /// @{
  Immutable& operator=(const Immutable&) & = default;
  Immutable& operator=(Immutable&&) & = default;
  /// @}
  /// Does not compile: what is written to a temporary, as in make().net = net, would be lost.
  template <class V> void operator=(V&&) && {
    static_assert(sizeof(V) == 0, "a write to a temporary tree is lost: a tree that a function returns gets a name before its members are written, or use replace");
  }

  /// The tree, to be read.
  /// @{
  const T& operator*() const { return value_; }
  const T* operator->() const { return &value_; }
  operator const T&() const { return value_; }
  /// @}

  /// Calls T's call operator, if it is const. Constrained, so that whoever asks whether this can be called gets an answer.
  template <class... Args>
    requires std::is_invocable_v<const T&, Args...>
  decltype(auto) operator()(Args&&... args) const {
    return value_(std::forward<Args>(args)...);
  }
  /// Does not compile: T's call operator is not const.
  template <class... Args>
    requires(!std::is_invocable_v<const T&, Args...> && std::is_invocable_v<T&, Args...>)
  void operator()(Args&&...) const {
    static_assert(std::is_invocable_v<const T&, Args...>, "an immutable tree cannot be written: use replace or mutate (this call operator is not const)");
  }

  /// `t.mutate(&T::method)(args…)` runs a method on a copy and gives {output, new tree}.
  template <class F> [[nodiscard]] auto mutate(F f) const;
  /// `t.mutate()(args…)` runs the call operator on a copy.
  [[nodiscard]] auto mutate() const;
  /// A new tree with one member replaced: `t.replace<&Net::in, &Linear::weight>(w)`.
  template <auto... path, class V>
    requires(sizeof...(path) > 0)
  Immutable replace(V&& value, Where where = Where::current()) const;
  /// With several: `t.replace(field<&Net::a> = v, field<&Net::b> = u)`.
  /// @{
  template <tree::Assigning A> Immutable replace(const A& a, Where where = Where::current()) const { return assigned(where, a); }
  template <tree::Assigning A, tree::Assigning B> Immutable replace(const A& a, const B& b, Where where = Where::current()) const { return assigned(where, a, b); }
  template <tree::Assigning A, tree::Assigning B, tree::Assigning C> Immutable replace(const A& a, const B& b, const C& c, Where where = Where::current()) const { return assigned(where, a, b, c); }
  template <tree::Assigning A, tree::Assigning B, tree::Assigning C, tree::Assigning D> Immutable replace(const A& a, const B& b, const C& c, const D& d, Where where = Where::current()) const { return assigned(where, a, b, c, d); }
  template <tree::Assigning A, tree::Assigning B, tree::Assigning C, tree::Assigning D, tree::Assigning E> Immutable replace(const A& a, const B& b, const C& c, const D& d, const E& e, Where where = Where::current()) const { return assigned(where, a, b, c, d, e); }
  template <tree::Assigning A, tree::Assigning B, tree::Assigning C, tree::Assigning D, tree::Assigning E, tree::Assigning F> Immutable replace(const A& a, const B& b, const C& c, const D& d, const E& e, const F& f, Where where = Where::current()) const { return assigned(where, a, b, c, d, e, f); }
  template <tree::Assigning A, tree::Assigning B, tree::Assigning C, tree::Assigning D, tree::Assigning E, tree::Assigning F, tree::Assigning G> Immutable replace(const A& a, const B& b, const C& c, const D& d, const E& e, const F& f, const G& g, Where where = Where::current()) const { return assigned(where, a, b, c, d, e, f, g); }
  template <tree::Assigning A, tree::Assigning B, tree::Assigning C, tree::Assigning D, tree::Assigning E, tree::Assigning F, tree::Assigning G, tree::Assigning H> Immutable replace(const A& a, const B& b, const C& c, const D& d, const E& e, const F& f, const G& g, const H& h, Where where = Where::current()) const { return assigned(where, a, b, c, d, e, f, g, h); }
  template <tree::Assigning... A>
    requires(sizeof...(A) > 8)
  Immutable replace(const A&... assignments) const { return assigned(Where{}, assignments...); }
  /// @}

 private:
  friend struct tree::ImmutableAccess;
  template <class... A> Immutable assigned(Where where, const A&... assignments) const;
  T value_;
};

}  // namespace espalier
