#pragma once
// Whether a user's function fits the arguments that a transform was given, and what a compiler says where it does not: one
// sentence, with the function's parameters and what it was given beside it.
#include <tuple>

#include "espalier/dsl/mutate.h"
#include "espalier/dsl/signature.h"

namespace espalier::detail {

// ---- the types of a function's parameters ---------------------------------------------------------------------------

// clang-format off
template <class T, class A> struct ArgumentsFor { using type = T; };
template <class... A> struct ArgumentsFor<void, std::tuple<A...>> { using type = std::tuple<std::decay_t<A>...>; };
// clang-format on
/// The tuple of value types that F's arguments are traced as: F's parameters decide; for a generic F the arguments.
template <class F, class... A> using Arguments = typename ArgumentsFor<typename SignatureOf<F>::types, std::tuple<A...>>::type;

/// A C++ scalar that is differentiated or carried through a loop is an Array.
template <class T> using AsArray = std::conditional_t<Scalar<std::decay_t<T>>, Array, std::decay_t<T>>;
template <class F, class... A> using ArrayArguments = Arguments<F, AsArray<A>...>;

/// How a function is handed an argument: it may read it; a tree that has no copy is given away.
template <class T> using Handed = std::conditional_t<tree::HoldsUnique<T>::value, T&&, const T&>;
template <class T> Handed<T> hand(T& argument) { return static_cast<Handed<T>>(argument); }
/// The same for one that somebody else still needs.
template <class T> decltype(auto) hand_copy(const T& argument) {
  if constexpr (tree::HoldsUnique<T>::value) return tree::clone(argument);
  else return (argument);
}

template <class F, class Tuple> struct ResultFor;
template <class F, class... A> struct ResultFor<F, std::tuple<A...>> {
  using type = std::decay_t<std::invoke_result_t<const F&, Handed<A>...>>;
};
/// What F returns for arguments of a tuple's types.
template <class F, class Tuple> using ResultOf = typename ResultFor<F, Tuple>::type;

// ---- what was given for a parameter ---------------------------------------------------------------------------------

/// Whether a G may be given for a parameter of type T: where C++ would convert it in a call. A struct that is made from its
/// members is not: an Array is no Net whose first member it could be.
template <class T, class G>
inline constexpr bool is_given_for = std::is_same_v<T, G> || std::is_convertible_v<const G&, T> || (tree::is_leaf<T> && std::is_constructible_v<T, const G&>);

/// What was given for a parameter of type T. A scalar becomes an Array here, at no place of the user's.
template <class T, class G> T argument_as(const G& given) {
  if constexpr (std::is_same_v<T, G>) return tree::clone(given);
  else if constexpr (Scalar<G> && std::is_same_v<T, Array>) return Array(given, Where{});
  else if constexpr (std::is_convertible_v<const G&, T>) return given;
  else return T(given);
}
template <class Args, class... G> Args arguments_of(const G&... given) {
  return [&]<std::size_t... n>(std::index_sequence<n...>) {
    return Args(argument_as<std::tuple_element_t<n, Args>>(given)...);
  }(std::index_sequence_for<G...>{});
}

// ---- refusals -------------------------------------------------------------------------------------------------------

template <class... A> struct Given;

enum class Misfit {
  none,
  no_function,
  writes,
  count,
  types,
  not_const,
  refuses,
  returns_nothing,
  returns_no_tree
};

/// The sentence about a call that does not fit. `Function` is Takes<the function's parameters>, or a generic function itself.
template <Misfit misfit, class Function, class Given> struct Call {
  static_assert(misfit != Misfit::no_function, "a transform takes a function, a lambda or an object with a call operator; a pointer to a member function goes into a lambda");
  static_assert(misfit != Misfit::count, "a transformed function was called with the wrong number of arguments: `Takes` lists its parameters, `Given` what it was called with");
  static_assert(misfit != Misfit::types, "a transformed function was called with an argument that does not convert to its parameter: `Takes` lists its parameters, `Given` what it was called with; a struct is not made from its first member");
  static_assert(misfit != Misfit::not_const, "a transformed function is called as a const object: a lambda cannot be `mutable`, since what it writes would be lost; state goes in as an argument and comes out as a result");
  static_assert(misfit != Misfit::refuses, "a transformed function cannot be called with what it was given: `Given` lists the arguments, which it reads by value or const&");
  static_assert(misfit != Misfit::returns_nothing, "a transformed function returns a tree: this one returns nothing (void)");
  static_assert(misfit != Misfit::returns_no_tree, "a transformed function returns a tree: an Array, a struct, pair, tuple or vector of arrays");
};
template <class Function> struct Reads {
  static_assert(std::is_void_v<Function>, "a transformed function cannot take a tree by non-const reference (T&): what it writes would be lost; take it by value or const&, or wrap the function in mutate(f)");
};
template <class F> void require_reads() {
  if constexpr (SignatureOf<F>::writes) (void)sizeof(Reads<typename SignatureOf<F>::written>);
}

template <class F> inline constexpr bool is_function_like = std::is_class_v<F> || std::is_function_v<std::remove_pointer_t<F>>;

template <class Types, class... G> constexpr bool find_all_given_for() {
  if constexpr (std::tuple_size_v<Types> != sizeof...(G)) return false;
  else {
    return []<std::size_t... i>(std::index_sequence<i...>) { return (is_given_for<std::tuple_element_t<i, Types>, G> && ...); }(std::index_sequence_for<G...>{});
  }
}
template <class Types, class... G> inline constexpr bool all_given_for = find_all_given_for<Types, G...>();
template <class F, class Args> inline constexpr bool is_callable = false;
template <class F, class... A> inline constexpr bool is_callable<F, std::tuple<A...>> = std::is_invocable_v<F, Handed<A>...>;

/// What is wrong with calling F on arguments of the types in Args, made from those in G.
template <class F, class Args, class... G> constexpr Misfit find_misfit() {
  if constexpr (!is_function_like<F>) return Misfit::no_function;
  else if constexpr (SignatureOf<F>::writes) return Misfit::writes;
  else if constexpr (std::tuple_size_v<Args> != sizeof...(G)) return Misfit::count;
  else if constexpr (!all_given_for<Args, G...>) return Misfit::types;
  else if constexpr (!is_callable<const F&, Args>) return is_callable<F&, Args> ? Misfit::not_const : Misfit::refuses;
  else if constexpr (std::is_void_v<ResultOf<F, Args>>) return Misfit::returns_nothing;
  else if constexpr (!Tree<ResultOf<F, Args>>) return Misfit::returns_no_tree;
  else return Misfit::none;
}

template <class Args> inline constexpr bool all_whole = false;
template <class... A> inline constexpr bool all_whole<std::tuple<A...>> = (tree::is_whole<A>() && ...);

/// True if F can be called on arguments of the types in Args, made from those in G, and what goes in and comes out are
/// trees or statics through and through. Where it is false, `refuse` says why.
template <class F, class Args, class... G> constexpr bool fits() {
  if constexpr (find_misfit<F, Args, G...>() != Misfit::none) return false;
  else return all_whole<Args> && tree::is_whole<ResultOf<F, Args>>();
}
/// The sentence about a call for which `fits` is false, and something to return. It is apart from `fits`, whose value is
/// needed while compiling: a failed assertion there would be followed by others.
template <class F, class Args, class... G> Refused refuse() {
  constexpr Misfit misfit = find_misfit<F, Args, G...>();
  if constexpr (misfit == Misfit::writes) (void)sizeof(Reads<typename SignatureOf<F>::written>);
  else if constexpr (misfit != Misfit::none) (void)sizeof(Call<misfit, typename SignatureOf<F>::written, Given<G...>>);
  else {
    []<class... A>(std::type_identity<std::tuple<A...>>) { (tree::refuse_unwhole<tree::Argument, A>(), ...); }(std::type_identity<Args>());
    tree::refuse_unwhole<tree::Result, ResultOf<F, Args>>();
  }
  return {};
}
template <class F, class Args, class... G> void refuse_unless_fits() {
  if constexpr (!fits<F, Args, G...>()) refuse<F, Args, G...>();
}
/// The sentence of a struct of assertions, and something to return.
template <class Sentence> Refused refuse_as() {
  (void)sizeof(Sentence);
  return {};
}
/// The same for what was traced long ago: whether arguments of the types in G can be given for those in Args.
template <class Args, class... G> constexpr Misfit find_argument_misfit() {
  return std::tuple_size_v<Args> != sizeof...(G) ? Misfit::count : (!all_given_for<Args, G...> ? Misfit::types : Misfit::none);
}
template <class Args, class... G> Refused refuse_arguments() {
  (void)sizeof(Call<find_argument_misfit<Args, G...>(), Args, Given<G...>>);
  return {};
}

}  // namespace espalier::detail
