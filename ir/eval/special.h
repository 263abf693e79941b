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

}  // namespace espalier::ir::scalar
