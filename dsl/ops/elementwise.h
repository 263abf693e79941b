#pragma once
// Elementwise functions and operators, with NumPy's rules: dtypes promote, shapes broadcast, weak scalars take the dtype
// they meet. Functions of real numbers take integers and bools to floats first: i64 and u64 to f64, the others to f32.
#include <utility>

#include "espalier/dsl/array.h"

namespace espalier {

/// Arithmetic. `/` is true division; `%` takes the sign of the divisor. On two bools + is "or" and * is "and".
Array operator+(Operand x, Operand y);
Array operator-(Operand x, Operand y);
Array operator*(Operand x, Operand y);
Array operator/(Operand x, Operand y);
Array operator%(Operand x, Operand y);
Array operator-(Operand x);
Array operator+(Operand x);
/// Comparisons: bool, element by element. A NaN is equal to nothing.
Array operator<(Operand x, Operand y);
Array operator<=(Operand x, Operand y);
Array operator>(Operand x, Operand y);
Array operator>=(Operand x, Operand y);
Array operator==(Operand x, Operand y);
Array operator!=(Operand x, Operand y);
/// Bitwise on integers, logical on bool.
Array operator&(Operand x, Operand y);
Array operator|(Operand x, Operand y);
Array operator^(Operand x, Operand y);
Array operator~(Operand x);
/// Shifts; `>>` keeps the sign of signed integers. By the width or more: 0 (or all sign bits).
Array operator<<(Operand x, Operand y);
Array operator>>(Operand x, Operand y);

namespace detail {
/// The same array, in whose making no derivative flows: what shifts of softmax and logsumexp are, which cancel.
Array constant_for_derivatives(const Array& x, Where where);
template <class T> concept ArrayLike = std::derived_from<std::remove_cvref_t<T>, Array>;
}
/// An array has no truth value, so it has no `&&`, `||`: these only say what to write.
template <class X, class Y>
  requires(detail::ArrayLike<X> || detail::ArrayLike<Y>)
void operator&&(const X&, const Y&) {
  static_assert(sizeof(X) == 0, "an array has no truth value: combine with & | ~, and choose with where(condition, a, b) or cond(condition, f, g)");
}
template <class X, class Y>
  requires(detail::ArrayLike<X> || detail::ArrayLike<Y>)
void operator||(const X&, const Y&) {
  static_assert(sizeof(X) == 0, "an array has no truth value: combine with & | ~, and choose with where(condition, a, b) or cond(condition, f, g)");
}

/// Functions of one operand, each as in the C library or NumPy.
Array exp(Operand x);  // e to the x
Array exp2(Operand x);
Array expm1(Operand x);  // exp(x) - 1, right near 0
Array log(Operand x);
Array log1p(Operand x);  // log(1 + x), right near 0
Array sqrt(Operand x);
Array rsqrt(Operand x);  // 1 / sqrt(x)
Array cbrt(Operand x);
Array sin(Operand x);
Array cos(Operand x);
Array tan(Operand x);
Array asin(Operand x);
Array acos(Operand x);
Array atan(Operand x);
Array sinh(Operand x);
Array cosh(Operand x);
Array tanh(Operand x);
Array asinh(Operand x);
Array acosh(Operand x);
Array atanh(Operand x);
Array erf(Operand x);
Array erf_inv(Operand x);
Array lgamma(Operand x);  // the logarithm of |gamma(x)|
Array digamma(Operand x);
Array floor(Operand x);
Array ceil(Operand x);
Array abs(Operand x);
Array sign(Operand x);
Array negative(Operand x);
/// The reciprocal, the square, half-way cases to even (rint, round) and towards zero (trunc).
Array reciprocal(Operand x);
Array square(Operand x);
Array rint(Operand x);
Array round(Operand x);
Array trunc(Operand x);
/// Exact at the powers of their base: log10(1000.f) is 3. Elsewhere within 3 units in the last place.
Array log10(Operand x);
Array log2(Operand x);
Array sinc(Operand x);
Array deg2rad(Operand x);
Array rad2deg(Operand x);
Array erfc(Operand x);
Array isnan(Operand x);
Array isinf(Operand x);
Array isfinite(Operand x);
Array signbit(Operand x);
Array logical_not(Operand x);
Array bitwise_count(Operand x);
Array clz(Operand x);

Array add(Operand x, Operand y);
Array subtract(Operand x, Operand y);
Array multiply(Operand x, Operand y);
Array divide(Operand x, Operand y);
/// The quotient rounded down, such that x is floor_divide(x, y) y + mod(x, y): 1 // 0.1 is 9, for 0.1 fits nine times. Integers
/// stay integers, bools count as i32. Signs, zeros and infinities are NumPy's, also where JAX differs: an integer divided by
/// 0 gives 0 (JAX: -1), an infinity NaN.
Array floor_divide(Operand x, Operand y);
/// The remainder with the sign of the divisor (mod, which `%` and NumPy's name remainder are too), of the dividend (fmod); both
/// quotient and remainder (divmod). By an integer 0 they are 0, as in NumPy (JAX: x).
Array mod(Operand x, Operand y);
Array remainder(Operand x, Operand y);
Array fmod(Operand x, Operand y);
[[nodiscard]] std::pair<Array, Array> divmod(Operand x, Operand y);
/// x to the y. A C++ integer y multiplies repeatedly, so that the result is exact for small powers.
Array pow(Operand x, Operand y);
Array float_power(Operand x, Operand y);
/// NaN wins in maximum and minimum, and loses in fmax and fmin.
Array maximum(Operand x, Operand y);
Array minimum(Operand x, Operand y);
Array fmax(Operand x, Operand y);
Array fmin(Operand x, Operand y);
Array atan2(Operand y, Operand x);
Array hypot(Operand x, Operand y);
Array copysign(Operand x, Operand y);
Array nextafter(Operand x, Operand y);
/// log(exp x + exp y), and the same to base 2, without overflow.
Array logaddexp(Operand x, Operand y);
Array logaddexp2(Operand x, Operand y);
Array heaviside(Operand x, Operand y);
Array polygamma(Operand n, Operand x);
/// x log(y) and x log1p(y), 0 where x is 0. Their derivative by x is the logarithm, there taken as 0 where it is infinite.
Array xlogy(Operand x, Operand y);
Array xlog1py(Operand x, Operand y);
Array entr(Operand x);
Array kl_div(Operand x, Operand y);
Array rel_entr(Operand x, Operand y);
Array equal_to(Operand x, Operand y);
Array not_equal(Operand x, Operand y);
Array less(Operand x, Operand y);
Array less_equal(Operand x, Operand y);
Array greater(Operand x, Operand y);
Array greater_equal(Operand x, Operand y);
Array logical_and(Operand x, Operand y);
Array logical_or(Operand x, Operand y);
Array logical_xor(Operand x, Operand y);
Array bitwise_and(Operand x, Operand y);
Array bitwise_or(Operand x, Operand y);
Array bitwise_xor(Operand x, Operand y);
Array left_shift(Operand x, Operand y);
Array right_shift(Operand x, Operand y);
Array right_shift_logical(Operand x, Operand y);

/// x where the condition holds, else y; all three broadcast. Two numbers settle (as f32 or i32) under an array.
Array where(Operand condition, Operand x, Operand y);
/// x kept between min and max: minimum(maximum(x, min), max); `none` is no bound.
Array clip(Operand x, Operand min, Operand max);
Array clip(Operand x, Operand min, std::nullopt_t);
Array clip(Operand x, std::nullopt_t, Operand max);
/// The same bits in a dtype of the same width.
Array bitcast(Operand x, DType dtype);
struct IscloseOptions {
  Named by_name = Named();
  double rtol = 1e-5, atol = 1e-8;
  bool equal_nan = false;
};
Array isclose(Operand x, Operand y, IscloseOptions options = {});
struct NanToNumOptions {
  Named by_name = Named();
  double nan = 0;
  std::optional<double> posinf = {}, neginf = {};
};
Array nan_to_num(Operand x, NanToNumOptions options = {});

}  // namespace espalier
