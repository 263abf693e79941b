#pragma once
// mutate: methods that change a tree, run on a copy of it. The tree given is never written.
#include "espalier/dsl/tree.h"

namespace espalier {

/// What a mutation gives: its output (Nothing for a void method) and the new tree. `auto [y, next] = …` binds both.
template <class Output, class T> struct [[nodiscard]] Mutated {
  Output output;
  T tree;
};

namespace tree {

// The first parameter of a callable whose signature is fixed; void for a generic one.
template <class F> struct FirstParameter { using type = void; };
template <class R, class A, class... Rest> struct FirstParameter<R (*)(A, Rest...)> { using type = A; };
template <class R, class A, class... Rest> struct FirstParameter<R (*)(A, Rest...) noexcept> { using type = A; };
template <class R, class C, class A, class... Rest> struct FirstParameter<R (C::*)(A, Rest...)> { using type = A; };
template <class R, class C, class A, class... Rest> struct FirstParameter<R (C::*)(A, Rest...) const> { using type = A; };
template <class F> auto call_pointer() {
  if constexpr (requires { &F::operator(); }) return &F::operator();
  else return F{};
}
template <class F> constexpr bool copies_first() {
  if constexpr (std::is_member_pointer_v<F>) return false;
  else {
    using P = typename FirstParameter<decltype(call_pointer<F>())>::type;
    return !std::is_void_v<P> && !std::is_reference_v<P>;
  }
}

template <class T> constexpr T& writable(T& tree) { return tree; }
template <class T> constexpr T& writable(Immutable<T>& tree) { return ImmutableAccess::value(tree); }

// Arguments after the tree: what was given by name is read only, a temporary may be moved from.
template <class A> using ReadOnly = std::conditional_t<std::is_lvalue_reference_v<A>, const std::remove_reference_t<A>&, A&&>;

// std::invoke without its header, for functions and pointers to member functions.
template <class F, class T, class... Args> decltype(auto) call_on(const F& f, T& tree, Args&&... args) {
  if constexpr (std::is_member_function_pointer_v<F>) return (tree.*f)(std::forward<Args>(args)...);
  else return f(tree, std::forward<Args>(args)...);
}

template <class F, class T, class... Args> auto run_on_copy(const F& f, const T& original, Args&&... args) {
  using Inner = std::remove_reference_t<decltype(writable(std::declval<T&>()))>;
  static_assert(!copies_first<F>(), "mutate needs a function whose first parameter is the tree by reference (T&): this one takes a copy, and what it writes would be lost");
  static_assert(copies_first<F>() || std::is_invocable_v<const F&, Inner&, ReadOnly<Args>...>,
                "mutate needs a function that takes the tree by reference (T&) first, then these arguments (which it cannot write)");
  T copy = clone(original);
  using R = std::invoke_result_t<const F&, Inner&, ReadOnly<Args>...>;
  if constexpr (std::is_void_v<R>) {
    call_on(f, writable(copy), static_cast<ReadOnly<Args>>(args)...);
    return Mutated<Nothing, T>{{}, std::move(copy)};
  } else {
    std::decay_t<R> output = call_on(f, writable(copy), static_cast<ReadOnly<Args>>(args)...);
    return Mutated<std::decay_t<R>, T>{std::move(output), std::move(copy)};
  }
}

/// `mutate(f)`: call it with a tree and f's other arguments.
template <class F> struct Mutator {
  F f;
  template <class T, class... Args> auto operator()(const T& tree, Args&&... args) const {
    return run_on_copy(f, tree, std::forward<Args>(args)...);
  }
};
/// `mutate(tree)` and `tree.mutate(f)`: call it with the arguments.
template <class F, class T> struct BoundMutator {
  F f;
  T tree;
  template <class... Args> auto operator()(Args&&... args) const { return run_on_copy(f, tree, std::forward<Args>(args)...); }
};
/// The call operator as a function of the tree.
struct CallOperator {
  template <class T, class... Args>
    requires std::is_invocable_v<T&, Args...>
  decltype(auto) operator()(T& tree, Args&&... args) const { return tree(std::forward<Args>(args)...); }
};

}  // namespace tree

/// `mutate(&T::method)(tree, args…)` or `mutate(f)(tree, args…)`, f's first parameter T&: runs on a copy of the tree and
/// gives Mutated{output, new tree}. Children may change too; the tree given is unchanged, also if f throws.
template <class F>
  requires(!Tree<F>)
tree::Mutator<std::decay_t<F>> mutate(F&& f) {
  return {std::forward<F>(f)};
}
/// `mutate(tree)(args…)`: the tree's own call operator.
template <Tree T> auto mutate(const T& tree) { return tree::BoundMutator<tree::CallOperator, T>{{}, tree::clone(tree)}; }

/// Another name of `mutate`.
template <class F> auto mutable_(F&& f) { return mutate(std::forward<F>(f)); }

template <class T> template <class F> auto Immutable<T>::mutate(F f) const {
  return tree::BoundMutator<F, Immutable>{std::move(f), tree::clone(*this)};
}
template <class T> auto Immutable<T>::mutate() const { return espalier::mutate(*this); }

}  // namespace espalier
