#pragma once
// mutate: methods that change a tree, run on a copy of it. The tree given is never written.
#include "espalier/dsl/signature.h"
#include "espalier/dsl/tree.h"
#include "espalier/dsl/tree/stream.h"

namespace espalier {

/// What a mutation gives: its output (Nothing for a void method) and the new tree. `auto [y, next] = …` binds both.
template <class Output, class T> struct [[nodiscard("the tree given is unchanged: auto [output, next] = mutate(f)(tree, …)")]] Mutated {
  Output output;  ///< what the function returned
  T tree;         ///< the tree after it
};

namespace tree {

template <class F> constexpr bool copies_first() {
  if constexpr (std::is_member_pointer_v<F>) return false;
  else {
    using P = typename detail::SignatureOf<F>::first;
    return !std::is_void_v<P> && !std::is_reference_v<P>;
  }
}

template <class T> constexpr T& writable(T& tree) { return tree; }
template <class T> constexpr T& writable(Immutable<T>& tree) { return ImmutableAccess::value(tree); }

// Arguments after the tree: variables are read only, temporaries may be moved from.
template <class A> using ReadOnly = std::conditional_t<std::is_lvalue_reference_v<A>, const std::remove_reference_t<A>&, A&&>;

// std::invoke without its header, for functions and pointers to member functions.
template <class F, class T, class... Args> decltype(auto) call_on(const F& f, T& tree, Args&&... args) {
  if constexpr (std::is_member_function_pointer_v<F>) {
    const auto call = [&](auto&&... passed) -> decltype(auto) { return (tree.*f)(std::forward<decltype(passed)>(passed)...); };
    if constexpr (detail::Signature<F>::template takes<Args...>) return detail::Signature<F>::call(call, std::forward<Args>(args)...);
    else return call(std::forward<Args>(args)...);
  } else return f(tree, std::forward<Args>(args)...);
}

// `run(copy, call)` sets up what the call needs and runs it: for apply a stack of keys; for mutate the link from the copy's
// modules to their originals, so that both draw from the same streams.
struct RunOnCopy {
  std::optional<std::string> path;  // of the original in the running apply
  template <class T, class Call> decltype(auto) operator()(T& copy, const Call& call) const {
    const CopiedModule scope(__builtin_addressof(copy), &find_in<T>, path);
    return call();
  }
};
template <class T> std::optional<std::string> running_path(const T& tree) {
  return Streams::running_path(__builtin_addressof(tree), &type_key<T>);
}
template <class Run, class F, class T, class... Args>
auto run_within(const Run& run, const F& f, const T& original, Args&&... args) {
  using Inner = std::remove_reference_t<decltype(writable(std::declval<T&>()))>;
  constexpr bool copies = copies_first<F>(), callable = std::is_invocable_v<const F&, Inner&, ReadOnly<Args>...>;
  static_assert(!copies, "mutate needs a function whose first parameter is the tree by reference (T&): this one takes a copy, and what it writes would be lost");
  static_assert(copies || callable,
                "mutate needs a function that takes the tree by reference (T&) first, then these arguments (which it cannot write)");
  if constexpr (copies || !callable) return Mutated<detail::Refused, T>{{}, clone(original)};
  else {
    T copy = clone(original);
    using R = std::invoke_result_t<const F&, Inner&, ReadOnly<Args>...>;
    const auto call = [&]() -> R { return call_on(f, writable(copy), static_cast<ReadOnly<Args>>(args)...); };
    if constexpr (std::is_void_v<R>) {
      run(writable(copy), call);
      return Mutated<Nothing, T>{{}, std::move(copy)};
    } else {
      std::decay_t<R> output = run(writable(copy), call);
      return Mutated<std::decay_t<R>, T>{std::move(output), std::move(copy)};
    }
  }
}

template <class T> concept Module = std::is_class_v<T> && !is_leaf<T> && (Reflected<T> || Container<T>::exists || std::is_empty_v<T>);

/// `mutate(f)`: call it with a tree and f's other arguments.
template <class F> struct [[nodiscard]] Mutator {
  F f;
  template <class T, class... Args> auto operator()(const T& tree, Args&&... args) const {
    static_assert(Tree<T> || Module<T>, "mutate needs a tree to run on: an array, a struct or a container of trees; a plain number or string is written as it is");
    return run_within(RunOnCopy{running_path(tree)}, f, tree, std::forward<Args>(args)...);
  }
};
/// `mutate(tree)` and `tree.mutate(f)`: call it with the arguments.
template <class F, class T> struct BoundMutator {
  F f;
  T tree;
  std::optional<std::string> path = {};  // of the tree that this is a copy of, in the running apply
  template <class... Args> auto operator()(Args&&... args) const { return run_within(RunOnCopy{path}, f, tree, std::forward<Args>(args)...); }
};
/// The call operator as a function of the tree.
struct CallOperator {
  template <class T, class... Args>
    requires std::is_invocable_v<T&, Args...>
  decltype(auto) operator()(T& tree, Args&&... args) const { return detail::call_for_user(tree, std::forward<Args>(args)...); }
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
template <Tree T> [[nodiscard]] auto mutate(const T& tree) { return tree::BoundMutator<tree::CallOperator, T>{{}, tree::clone(tree), tree::running_path(tree)}; }

/// Another name of `mutate`.
template <class F> [[nodiscard]] auto mutable_(F&& f) { return mutate(std::forward<F>(f)); }

template <class T> template <class F> auto Immutable<T>::mutate(F f) const {
  return tree::BoundMutator<F, Immutable>{std::move(f), tree::clone(*this), tree::running_path(*this)};
}
template <class T> auto Immutable<T>::mutate() const { return espalier::mutate(*this); }

/// The type of `immutable`.
struct ImmutableTag {
  explicit ImmutableTag() = default;
};
/// For `apply`: the tree must not change.
inline constexpr ImmutableTag immutable{};

namespace tree {

[[noreturn]] void throw_changed(std::string_view type, const std::string& path, std::string_view member, Where where);
bool same_handle(const Array& a, const Array& b);

/// Runs a module while `next_key` draws from the key.
struct RunWithKey {
  std::optional<Key> key;
  template <class T, class Call> decltype(auto) operator()(T& module, const Call& call) const {
    const Streams streams(__builtin_addressof(module), &find_in<T>, key);
    return call();
  }
};

template <class T> void require_unchanged(const T& before, const T& after, Where where) {
  const Difference d = static_difference(before, after);
  if (d.found) throw_changed(type_name<T>, d.path, std::string_view(d.path).substr(d.path.rfind('.') + 1), where);
  const std::vector<const Array*> then = leaf_pointers(before);
  std::size_t i = 0;
  for_each_leaf_with_info(after, [&](const LeafInfo& info, const Array& leaf) {
    if (!same_handle(*then[i++], leaf)) throw_changed(info.owner, info.path, info.member, where);
  });
}

template <class F, class T> struct Applied {
  F f;
  T tree;
  RunWithKey run;
  template <class... Args> auto operator()(Args&&... args) const { return run_within(run, f, tree, std::forward<Args>(args)...); }
};
template <class F, class T> struct AppliedImmutable {
  F f;
  T tree;
  RunWithKey run;
  Where where;
  template <class... Args> auto operator()(Args&&... args) const {
    auto result = run_within(run, f, tree, std::forward<Args>(args)...);
    require_unchanged(tree, result.tree, where);
    return std::move(result.output);
  }
};

}  // namespace tree

/// `apply(tree, key)(args…)` calls the tree on a copy and gives Mutated{output, new tree}; inside, `next_key()` draws from
/// the key. Without a key it throws MissingKey.
/// @{
template <tree::Module T> [[nodiscard]] auto apply(const T& tree) { return tree::Applied<tree::CallOperator, T>{{}, tree::clone(tree), {}}; }
template <tree::Module T> [[nodiscard]] auto apply(const T& tree, const Key& key) {
  return tree::Applied<tree::CallOperator, T>{{}, tree::clone(tree), {key}};
}
/// @}
/// Another method than the call operator.
template <class F, tree::Module T>
  requires std::is_member_function_pointer_v<F>
[[nodiscard]] auto apply(F method, const T& tree, const Key& key) {
  return tree::Applied<F, T>{method, tree::clone(tree), {key}};
}
/// The output alone. MutabilityError, naming the first member that changed, if one did.
template <tree::Module T> [[nodiscard]] auto apply(const T& tree, const Key& key, ImmutableTag, Where where = Where::current()) {
  return tree::AppliedImmutable<tree::CallOperator, T>{{}, tree::clone(tree), {key}, where};
}

}  // namespace espalier
