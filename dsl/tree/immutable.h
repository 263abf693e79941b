#pragma once
// Immutable: a tree that only hands out const references, so that writing to it does not compile.
#include "espalier/dsl/tree/node.h"

namespace espalier {

namespace tree {
template <class A> struct IsAssignment;
}

/// A tree that cannot be written: `*t`, `t->member` and `t(x)` are const. `replace` and `mutate` make new ones. It is a
/// tree itself; in paths it adds nothing.
template <class T> class [[nodiscard("an immutable tree is unchanged: keep the one that is returned")]] Immutable {
 public:
  Immutable() = default;
  Immutable(T value) : value_(std::move(value)) {}

  const T& operator*() const { return value_; }
  const T* operator->() const { return &value_; }
  operator const T&() const { return value_; }

  /// Calls T's call operator, if it is const. Constrained, so that whoever asks whether this can be called gets an answer.
  template <class... Args>
    requires std::is_invocable_v<const T&, Args...>
  decltype(auto) operator()(Args&&... args) const {
    return value_(std::forward<Args>(args)...);
  }
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
  template <class... A>
    requires(tree::IsAssignment<A>::value && ...)
  Immutable replace(const A&... assignments) const;

 private:
  friend struct tree::ImmutableAccess;
  T value_;
};

}  // namespace espalier
