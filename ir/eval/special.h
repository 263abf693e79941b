#pragma once
// Functions that the C library lacks.
namespace espalier::ir::scalar {

double digamma(double x);
/// The derivative of order n of digamma; n is a whole number, 0 is digamma itself. NaN otherwise.
double polygamma(double n, double x);
/// The inverse of erf. In f32 by Giles' polynomial (M. Giles, "Approximating the erfinv function", 2010), evaluated in
/// f32 as XLA does, so that normal draws are JAX's bit for bit; in f64 by his double-precision form.
float erf_inv(float x);
double erf_inv(double x);
double lgamma(double x);

/// digamma of a positive x.
long double digamma_in_long_double(long double x);
/// Hurwitz's zeta function, the sum over k >= 0 of (q + k)^-s for s > 1. Infinite at s = 1; at q = 0, -1, … infinite if s is even, else NaN.
/// NaN for s < 1, and for other q below 0 unless s is whole.
double zeta(double s, double q);

/// The regularized incomplete gamma functions, P(a, x) and Q = 1 - P: 0 and 1 at x = 0 and where a is infinite, 1 and 0 at infinity and
/// where a is 0. NaN outside of a, x >= 0, and at (0, 0).
/// @{
double igamma(double a, double x);
double igammac(double a, double x);
/// @}
/// dP/da, and -(dP/da) / (dP/dx): how a draw of the gamma distribution moves with a. 0 at the ends of x; NaN outside of a > 0, x >= 0.
/// @{
double igamma_grad_a(double a, double x);
double random_gamma_grad(double a, double x);
/// @}
/// The regularized incomplete beta function I_x(a, b): 0 for x < 1 where b is 0 or a infinite, 1 for x > 0 where a is 0 or b infinite. NaN outside
/// of a, b >= 0 and 0 <= x <= 1, and where both hold.
double betainc(double a, double b, double x);

}  // namespace espalier::ir::scalar
