#pragma once
// The parameters of a callable that has one signature; and calls with arrays that stand in no expression of the user.
#include <tuple>
#include <utility>

#include "espalier/dsl/array.h"

namespace espalier::detail {

// What says a callable's signature: what it says itself (where its call operator is overloaded), the pointer to its call
// operator, or F itself (a pointer, or generic).
template <class F> concept SaysSignature = requires { typename F::signature; };
// clang-format off
template <class F> struct CallPointer { using type = F; };
template <SaysSignature F> struct CallPointer<F> { using type = typename F::signature; };
template <class F> requires(!SaysSignature<F> && requires { &F::operator(); }) struct CallPointer<F> { using type = decltype(&F::operator()); };
// clang-format on

// An Operand is how a function takes an Array together with the place of the call.
template <class A> using ParameterValue = std::conditional_t<std::is_same_v<std::decay_t<A>, Operand>, Array, std::decay_t<A>>;
template <class First = void, class...> struct FirstOf {
  using type = First;
};

/// What a refused call returns: it passes for anything, so that nothing but the refusal is said.
struct Refused : Array {
  template <class T> operator T() const;
  template <class... A> Refused operator()(A&&...) const;
};

/// The parameters of a function as they are written: how a compiler's message lists them.
template <class... P> struct Takes;

/// `types` is a tuple of the parameters' value types if the callable has one signature, void if it is generic.
template <class F> struct Signature {
  using types = void;
  using written = F;
  using first = void;
  static constexpr bool writes = false;
  template <class... A> static constexpr bool takes = false;
};
template <class... P> struct Parameters {
  using types = std::tuple<ParameterValue<P>...>;
  using written = Takes<P...>;
  using first = typename FirstOf<P...>::type;  ///< as it is written, a reference or not
  static constexpr bool writes = ((std::is_lvalue_reference_v<P> && !std::is_const_v<std::remove_reference_t<P>>) || ...);
  template <class... A> static constexpr bool takes = sizeof...(P) == sizeof...(A);

  // An array for a parameter that asks for a place says where it was made: nobody wrote this call.
  template <class Parameter, class A> static decltype(auto) pass(A&& a) {
    if constexpr (std::is_same_v<std::decay_t<Parameter>, Operand> && std::derived_from<std::decay_t<A>, Array>) return Operand(a, a.where());
    else return std::forward<A>(a);
  }
  template <class Call, class... A> static decltype(auto) call(const Call& f, A&&... a) { return f(pass<P>(std::forward<A>(a))...); }
};
// A call operator whose last parameter is a place has a default for it, the place of the call: nobody passes it.
template <class Kept, class... P> struct DropPlace;
// clang-format off
template <class... K> struct DropPlace<Takes<K...>> { using type = Parameters<K...>; };
template <class... K> struct DropPlace<Takes<K...>, Where> { using type = Parameters<K...>; };
// clang-format on
template <class... K, class P, class... Rest> struct DropPlace<Takes<K...>, P, Rest...> : DropPlace<Takes<K..., P>, Rest...> {};
template <class... P> using CallParameters = typename DropPlace<Takes<>, P...>::type;

template <class R, class... P> struct Signature<R (*)(P...)> : Parameters<P...> {};
template <class R, class... P> struct Signature<R (*)(P...) noexcept> : Parameters<P...> {};
template <class R, class C, class... P> struct Signature<R (C::*)(P...)> : CallParameters<P...> {};
template <class R, class C, class... P> struct Signature<R (C::*)(P...) const> : CallParameters<P...> {};
template <class R, class C, class... P> struct Signature<R (C::*)(P...) noexcept> : CallParameters<P...> {};
template <class R, class C, class... P> struct Signature<R (C::*)(P...) const noexcept> : CallParameters<P...> {};
template <class F> using SignatureOf = Signature<typename CallPointer<std::decay_t<F>>::type>;

/// Calls f on the user's behalf: errors about an argument name the place where it was made.
template <class F, class... A> decltype(auto) call_for_user(F& f, A&&... a) {
  using S = SignatureOf<F>;
  const auto call = [&f](auto&&... passed) -> decltype(auto) { return f(std::forward<decltype(passed)>(passed)...); };
  if constexpr (S::template takes<A...>) return S::call(call, std::forward<A>(a)...);
  else return f(std::forward<A>(a)...);
}

}  // namespace espalier::detail
