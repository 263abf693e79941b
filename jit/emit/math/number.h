#pragma once
#include <concepts>
#include <cstdint>
#include <tuple>

/// What a type must offer for the functions of this folder to be written over it.
///
/// Each function here is one template. The tests instantiate it with single numbers (host_number.h) and measure it
/// against wider arithmetic; the emitter instantiates it with values of the code being generated, whole vectors at a
/// time. What is measured is therefore what is compiled.
///
/// Three kinds of types take part:
///   V  real numbers, in f32 or f64;
///   I  the signed integers of the same width (i32 for f32, i64 for f64);
///   M  truth values, one per lane.
/// All operations are elementwise and are found by argument-dependent lookup, so they live next to the types.
///
/// Real numbers V:
///   V::scalar                        float or double
///   V::integer, V::mask              its I and M
///   V::widened / V::narrowed         f32: the V of f64 lanes / f64: the V of f32 lanes
///   a + b, a - b, a * b, a / b, -a   IEEE 754, round to nearest even. A product and a sum may be contracted to one
///                                    fma or not; the functions are right either way. Nothing may be reassociated.
///   fma(a, b, c)                     a*b + c with one rounding
///   sqrt(a)                          correctly rounded
///   abs(a), floor(a), rint(a)        rint rounds halves to even
///   a < b, <=, >, >=, ==  -> M       false when an operand is NaN
///   a != b                -> M       true when an operand is NaN
///   select(m, a, b)                  lanes of a where m holds, else of b
///   as_integer(a) -> I               the same bits
///   to_integer(a) -> I               towards zero; only used where the result is in range
///   constant(a, double c) -> V       c rounded to V::scalar in every lane; `a` only gives the type
///   f32: widen(a) -> f64;  f64: narrow(a) -> f32 (round to nearest even, subnormals kept)
///
/// Integers I:
///   I::real, I::mask                 its V and M
///   I::widened / I::narrowed         i32: the I of i64 lanes / i64: the I of i32 lanes
///   a + b, a - b, a * b, a & b, a | b, a ^ b     modulo 2^width
///   a << b, a >> b                   left, and arithmetic right; 0 <= b < width
///   shift_right_logical(a, b)
///   a < b, a == b -> M;  select(m, a, b)         signed
///   as_real(a) -> V                  the same bits
///   to_real(a) -> V                  the nearest number
///   constant(a, int64 c) -> I        the low bits of c in every lane
///   i32: widen(a) -> i64 with sign;  i64: narrow(a) -> i32, the low bits
///
/// Truth values M:  a & b, a | b, !a
///
/// Two forms of control, for work that is rare or of unknown length. They may be compiled to a branch for all lanes
/// together, and must then not change any lane's result:
///   where_any(m, std::tuple<T...> common, f) -> std::tuple<T...>
///       lanes of f() where m holds, else of `common`; f need not run when m holds nowhere. T are V or I.
///   iterate_while(std::tuple<T...> start, condition, step) -> std::tuple<T...>
///       while condition(state...) -> M holds in a lane, that lane's state becomes step(state...).
namespace espalier::codegen::math {

/// Real numbers V; see the head of this file. Told by its types alone: the operators are overloaded on this concept.
template <class V>
concept Real = requires {
  typename V::scalar;
  typename V::integer;
  typename V::mask;
};

/// Integers I; see the head of this file.
template <class I>
concept Integer = requires {
  typename I::real;
  typename I::mask;
};

/// True for numbers of f32 lanes.
template <Real V>
inline constexpr bool is_f32 = std::same_as<typename V::scalar, float>;

}  // namespace espalier::codegen::math
