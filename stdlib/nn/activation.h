#pragma once
// Activation: a function of one array that a layer holds as a static.
#include "espalier/dsl/array.h"

namespace espalier::nn {

/// Any function or captureless lambda from Array to Array: &ep::relu, [](ep::Array x) { return x * x; }. Two are equal if
/// they are the same function.
class Activation {
 public:
  /// From a function of an Array or Operand, or from a type that is called so and holds nothing.
  /// @{
  template <class A>
    requires std::convertible_to<Array, A> || std::same_as<A, Operand>
  Activation(Array (*function)(A)) : function_(reinterpret_cast<Function>(function)), call_(&call_pointer<A>) {}
  template <class F>
    requires(std::is_empty_v<F> && std::is_default_constructible_v<F> && std::is_invocable_r_v<Array, const F&, Array>)
  Activation(F) : function_(nullptr), call_(&call_empty<F>) {}
  /// @}

  /// The function of x.
  Array operator()(Operand x) const { return call_(function_, x); }
  /// Whether they are the same function.
  bool operator==(const Activation&) const = default;

 private:
  using Function = void (*)();
  template <class A> static Array call_pointer(Function function, Operand x) {
    if constexpr (std::is_same_v<A, Operand>) return reinterpret_cast<Array (*)(A)>(function)(x);
    else return reinterpret_cast<Array (*)(A)>(function)(x.array);
  }
  template <class F> static Array call_empty(Function, Operand x) { return F{}(x.array); }

  Function function_;
  Array (*call_)(Function, Operand);
};

}  // namespace espalier::nn
