#pragma once
// Elementwise functions and operators, with NumPy's rules: dtypes promote, shapes broadcast, weak scalars take the dtype
// they meet. Functions of real numbers take integers and bools to floats first: i64 and u64 to f64, the others to f32.
// Where nothing else is said, the result has the dtype so found; shapes that do not broadcast are a ShapeError, a dtype that
// the function does not take is a DTypeError, and Nothing is a MissingValue. How exact compiled code is stands in docs/ops.md.
// Arithmetic, exponentials, logarithms, roots, trigonometric and hyperbolic functions and their inverses also take complex numbers.
// They have the branch cuts of C99 and NumPy, where the sign of a zero tells the side; comparisons and extrema order them by real
// parts, those that are equal by imaginary ones.
#include <utility>
#include <vector>

#include "espalier/dsl/array.h"

namespace espalier {

/// x + y; "or" of two bools.
Array operator+(Operand x, Operand y);
/// x - y. DTypeError for two bools.
Array operator-(Operand x, Operand y);
/// x y; "and" of two bools.
Array operator*(Operand x, Operand y);
/// True division: floats also of integers.
Array operator/(Operand x, Operand y);
/// The remainder with the sign of the divisor: `mod`.
Array operator%(Operand x, Operand y);
/// -x; integers wrap.
Array operator-(Operand x);
/// x itself.
Array operator+(Operand x);
/// Comparisons: bool, element by element. A NaN is equal to nothing.
/// @{
Array operator<(Operand x, Operand y);
Array operator<=(Operand x, Operand y);
Array operator>(Operand x, Operand y);
Array operator>=(Operand x, Operand y);
Array operator==(Operand x, Operand y);
Array operator!=(Operand x, Operand y);
/// @}
/// Bitwise on integers, logical on bools. DTypeError for floats.
/// @{
Array operator&(Operand x, Operand y);
Array operator|(Operand x, Operand y);
Array operator^(Operand x, Operand y);
Array operator~(Operand x);
/// @}
/// The bits of an integer x shifted left by y; 0 where y is the width or more.
Array operator<<(Operand x, Operand y);
/// The bits of an integer x shifted right by y; the sign of signed integers fills from the left, also where y is the width
/// or more.
Array operator>>(Operand x, Operand y);

namespace detail {
/// The same elements, whose derivative is 0: for the shifts of softmax and logsumexp, which cancel.
Array constant_for_derivatives(const Array& x, Where where);
/// Whether it holds complex numbers.
inline bool is_complex(const Operand& x) { return !x.array.is_nothing() && ir::is_complex(x.array.dtype()); }
/// DTypeError if it does: for functions of real numbers that are compositions.
void require_real(const Operand& x, const char* name);
template <class T> concept ArrayLike = std::derived_from<std::remove_cvref_t<T>, Array>;
}
/// Does not compile: an array has no truth value, so the compiler is told what to write instead.
/// @{
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
/// @}

Array exp(Operand x);      ///< e to the x
Array exp2(Operand x);     ///< 2 to the x
Array expm1(Operand x);    ///< exp(x) - 1, exact near 0
Array log(Operand x);      ///< the natural logarithm; of 0 minus infinity, of negative numbers NaN
Array log1p(Operand x);    ///< log(1 + x), exact near 0
Array sqrt(Operand x);     ///< the square root, correctly rounded; of negative numbers NaN
Array rsqrt(Operand x);    ///< 1 / sqrt(x)
Array cbrt(Operand x);     ///< the cube root, of negative numbers too
Array sin(Operand x);      ///< the sine of x radians
Array cos(Operand x);      ///< the cosine of x radians
Array tan(Operand x);      ///< the tangent of x radians
Array asin(Operand x);     ///< the arc sine, in [-π/2, π/2]; NaN outside [-1, 1]
Array acos(Operand x);     ///< the arc cosine, in [0, π]; NaN outside [-1, 1]
Array atan(Operand x);     ///< the arc tangent, in [-π/2, π/2]
Array sinh(Operand x);     ///< the hyperbolic sine
Array cosh(Operand x);     ///< the hyperbolic cosine
Array tanh(Operand x);     ///< the hyperbolic tangent
Array asinh(Operand x);    ///< the inverse of sinh
Array acosh(Operand x);    ///< the inverse of cosh; NaN below 1
Array atanh(Operand x);    ///< the inverse of tanh; NaN outside [-1, 1]
Array erf(Operand x);      ///< the error function, 2/sqrt(π) times the integral of exp(-t²) from 0 to x
Array erfc(Operand x);     ///< 1 - erf(x), exact for large x
Array erf_inv(Operand x);  ///< the inverse of erf; NaN outside [-1, 1]
Array lgamma(Operand x);   ///< log |Γ(x)|
Array digamma(Operand x);  ///< the derivative of lgamma; NaN at 0 and below at whole numbers
Array bessel_i0e(Operand x);  ///< exp(-|x|) I0(x), of the modified Bessel function of the first kind (DLMF 10.25)
Array bessel_i1e(Operand x);  ///< exp(-|x|) I1(x), which has the sign of x
/// The largest integer not above x; integers and bools are themselves.
Array floor(Operand x);
/// The smallest integer not below x; integers and bools are themselves.
Array ceil(Operand x);
/// The nearest integer, half-way cases to even; integers and bools are themselves.
/// @{
Array rint(Operand x);
Array round(Operand x);
/// @}
/// x without its fraction: rounded towards 0; integers and bools are themselves.
Array trunc(Operand x);
Array abs(Operand x);         ///< the absolute value, of complex numbers a real one; bools are themselves
Array sign(Operand x);        ///< -1, 0 or 1, of complex numbers x / |x|; zeros and NaN are themselves
Array negative(Operand x);    ///< -x
Array reciprocal(Operand x);  ///< 1 / x, a float also of integers
Array square(Operand x);      ///< x x
/// The logarithm to base 10, exact at the powers of 10: log10(1000.f) is 3. Elsewhere within 3 units in the last place.
Array log10(Operand x);
/// The logarithm to base 2, exact at the powers of 2. Elsewhere within 3 units in the last place.
Array log2(Operand x);
Array sinc(Operand x);     ///< sin(πx) / (πx), and 1 at 0; its derivatives are exact there too
Array deg2rad(Operand x);  ///< π/180 x
Array rad2deg(Operand x);  ///< 180/π x
/// The parts of a complex number, in f32 of c64 and f64 of c128. The real part of a real number is itself, its imaginary part 0.
/// @{
Array real(Operand x);
Array imag(Operand x);
/// @}
Array conj(Operand x);   ///< the conjugate: the imaginary part with the other sign; real numbers are themselves
Array angle(Operand x);  ///< the angle of x in the plane, in [-π, π]: that of a real number is 0 or π
/// The complex number with two real parts: c64 of f32, c128 of f64. DTypeError for f16 and bf16.
Array complex(Operand re, Operand im);
Array isnan(Operand x);     ///< bool: is it NaN
Array isinf(Operand x);     ///< bool: is it infinite, of either sign
Array isfinite(Operand x);  ///< bool: is it neither infinite nor NaN; true of every integer
Array signbit(Operand x);   ///< bool: is its sign bit set, as those of -0.0 and of some NaN are
Array logical_not(Operand x);    ///< bool: is it 0
Array bitwise_count(Operand x);  ///< how many bits of an integer are set, in its dtype (NumPy: of |x|, as u8)
Array clz(Operand x);            ///< how many bits of an integer are 0 before its first 1, in its dtype

/// The functions of the operators, by NumPy's names.
/// @{
Array add(Operand x, Operand y);
Array subtract(Operand x, Operand y);
Array multiply(Operand x, Operand y);
Array divide(Operand x, Operand y);
Array equal_to(Operand x, Operand y);
Array not_equal(Operand x, Operand y);
Array less(Operand x, Operand y);
Array less_equal(Operand x, Operand y);
Array greater(Operand x, Operand y);
Array greater_equal(Operand x, Operand y);
Array bitwise_and(Operand x, Operand y);
Array bitwise_or(Operand x, Operand y);
Array bitwise_xor(Operand x, Operand y);
Array left_shift(Operand x, Operand y);
Array right_shift(Operand x, Operand y);
/// @}
/// The bits of an integer x shifted right by y, with zeros from the left also where x is negative.
Array right_shift_logical(Operand x, Operand y);
/// Logic on whether the elements are 0, of any dtype; the result is bool.
/// @{
Array logical_and(Operand x, Operand y);
Array logical_or(Operand x, Operand y);
Array logical_xor(Operand x, Operand y);
/// @}

/// The quotient rounded down, such that x is floor_divide(x, y) y + mod(x, y): 1 // 0.1 is 9, for 0.1 fits nine times. Integers
/// stay integers, bools count as i32. Signs, zeros and infinities are NumPy's, also where JAX differs: an integer divided by
/// 0 gives 0 (JAX: -1), an infinity NaN.
Array floor_divide(Operand x, Operand y);
/// The remainder with the sign of the divisor. By an integer 0 it is 0, as in NumPy (JAX: x); by a float 0 it is NaN.
/// `remainder` is NumPy's other name for it.
/// @{
Array mod(Operand x, Operand y);
Array remainder(Operand x, Operand y);
/// @}
/// The remainder with the sign of the dividend, C's fmod. By an integer 0 it is 0, as in NumPy (JAX: x).
Array fmod(Operand x, Operand y);
/// {floor_divide(x, y), mod(x, y)}.
[[nodiscard]] std::pair<Array, Array> divmod(Operand x, Operand y);
/// x to the y: of integers an integer (a negative power is cut to a whole number), else a float. Where y is a C++ integer and x
/// a float, x is multiplied repeatedly (jax.lax.integer_pow), so that the result is exact for small powers.
Array pow(Operand x, Operand y);
/// x to the y, computed in f64.
Array float_power(Operand x, Operand y);
Array maximum(Operand x, Operand y);  ///< the larger one; NaN if either is NaN
Array minimum(Operand x, Operand y);  ///< the smaller one; NaN if either is NaN
Array fmax(Operand x, Operand y);     ///< the larger one; of NaN and a number the number
Array fmin(Operand x, Operand y);     ///< the smaller one; of NaN and a number the number
Array atan2(Operand y, Operand x);    ///< the angle of the point (x, y), in [-π, π]; y comes first
Array hypot(Operand x, Operand y);    ///< sqrt(x² + y²) without overflow of the squares; infinite if either operand is
Array copysign(Operand x, Operand y);   ///< |x| with the sign of y
Array nextafter(Operand x, Operand y);  ///< the next number of the dtype from x in the direction of y
Array logaddexp(Operand x, Operand y);   ///< log(exp(x) + exp(y)) without overflow
Array logaddexp2(Operand x, Operand y);  ///< log2(2^x + 2^y) without overflow
Array heaviside(Operand x, Operand y);   ///< 0 where x is negative, 1 where it is positive, y where it is 0, else NaN
/// The n-th derivative of digamma at x; n is a whole number from 0 to 60 in a float or an integer, any other gives NaN.
Array polygamma(Operand n, Operand x);
/// Hurwitz's zeta function, the sum over k >= 0 of (q + k)^-s, for s > 1: infinite at s = 1 and, for even s, where q is 0, -1, …;
/// NaN where it is not defined. No derivative by s: DifferentiationError.
Array zeta(Operand s, Operand q);
/// The regularized lower incomplete gamma function P(a, x), the share of t^(a-1) e^-t over t > 0 that lies below x. NaN outside of
/// a, x >= 0. It may be differentiated once by a.
Array igamma(Operand a, Operand x);
/// The upper one, Q(a, x) = 1 - P(a, x), right where P is close to 1.
Array igammac(Operand a, Operand x);
/// The derivative of igamma(a, x) by a, as jax.lax has it. It has none by a itself: DifferentiationError.
Array igamma_grad_a(Operand a, Operand x);
/// How a draw x of the gamma distribution of shape a moves with a: -(dP/da) / (dP/dx). No derivative by a: DifferentiationError.
Array random_gamma_grad(Operand a, Operand x);
/// The regularized incomplete beta function I_x(a, b), the share of t^(a-1) (1-t)^(b-1) over 0 < t < 1 that lies below x. NaN outside
/// of a, b >= 0 and 0 <= x <= 1. No derivative by a or b: DifferentiationError.
Array betainc(Operand a, Operand b, Operand x);
/// x log(y), 0 where x is 0. Its derivative by x is log(y), there taken as 0 where it is infinite.
Array xlogy(Operand x, Operand y);
/// x log1p(y), 0 where x is 0. Its derivative by x is log1p(y), there taken as 0 where it is infinite.
Array xlog1py(Operand x, Operand y);
/// -x log(x), the entropy of a probability: 0 at 0, minus infinity below.
Array entr(Operand x);
/// x log(x / y) - x + y, as scipy.special.kl_div: 0 and more; infinite where rel_entr is.
Array kl_div(Operand x, Operand y);
/// x log(x / y), as scipy.special.rel_entr: 0 where x is 0 and y is not negative, infinite outside of x > 0, y > 0.
Array rel_entr(Operand x, Operand y);

/// x where the condition is not 0, else y; all three broadcast, x and y promote. Two C++ numbers take their own dtype (f32 or
/// i32) under a condition that is an array.
Array where(Operand condition, Operand x, Operand y);
/// The choice of the first condition that holds, element by element, else `otherwise`; all broadcast, and the choices promote.
/// ArgumentError unless there is a choice for each condition.
Array select(const std::vector<Array>& conditions, const std::vector<Array>& choices, Operand otherwise = 0);
/// x kept between min and max: minimum(maximum(x, min), max); `none` is no bound.
/// @{
Array clip(Operand x, Operand min, Operand max);
Array clip(Operand x, Operand min, std::nullopt_t);
Array clip(Operand x, std::nullopt_t, Operand max);
/// @}
/// x y + z, rounded once: what `x * y + z` loses where it cancels. f16 and bf16 are computed in f32; integers and complex numbers
/// as `x * y + z`.
Array fma(Operand x, Operand y, Operand z);
/// The same bits in another dtype; if it is narrower or wider, a last axis of its parts, lowest first, comes or goes (else ShapeError).
Array bitcast(Operand x, DType dtype);
/// The nearest number of a format of so many bits, of two the even one, in the dtype of x: beyond the format's range infinity, below
/// its normal numbers zero. Derivatives are rounded likewise, as JAX's are. ArgumentError without a bit of exponent.
Array reduce_precision(Operand x, int exponent_bits, int mantissa_bits);
/// Options of `isclose`: how far elements may be apart.
struct IscloseOptions {
  Named by_name = Named();
  double rtol = 1e-5;      ///< in parts of |y|
  double atol = 1e-8;      ///< whatever y is
  bool equal_nan = false;  ///< NaN is close to NaN
};
/// bool: |x - y| <= atol + rtol |y|. Infinities are close to themselves alone.
Array isclose(Operand x, Operand y, IscloseOptions options = {});
/// Options of `nan_to_num`: what stands for what is no number.
struct NanToNumOptions {
  Named by_name = Named();
  double nan = 0;                       ///< in place of NaN
  std::optional<double> posinf = {};    ///< in place of infinity; by default the largest number of the dtype
  std::optional<double> neginf = {};    ///< in place of minus infinity; by default the smallest number of the dtype
};
/// x with numbers in place of NaN and infinities; integers are themselves.
Array nan_to_num(Operand x, NanToNumOptions options = {});

}  // namespace espalier
