#pragma once
// The scalar meaning of complex arithmetic. Sums and products are made part by part, as NumPy and JAX have them: no infinity is
// found again in a product whose parts are NaN.
#include <cmath>
#include <complex>
#include <limits>

#include "espalier/ir/eval/arithmetic.h"

namespace espalier::ir::scalar {

template <class T> using Complex = std::complex<T>;

template <class T> Complex<T> add(Complex<T> x, Complex<T> y) { return {x.real() + y.real(), x.imag() + y.imag()}; }
template <class T> Complex<T> sub(Complex<T> x, Complex<T> y) { return {x.real() - y.real(), x.imag() - y.imag()}; }
template <class T> Complex<T> mul(Complex<T> x, Complex<T> y) {
  return {x.real() * y.real() - x.imag() * y.imag(), x.real() * y.imag() + x.imag() * y.real()};
}
template <class T> Complex<T> neg(Complex<T> x) { return {-x.real(), -x.imag()}; }

/// By the ratio of the divisor's parts (R. L. Smith, "Algorithm 116: Complex division", 1962), so that nothing overflows that the
/// quotient holds. By 0 each part is divided by a positive 0; by an infinity the quotient is 0.
template <class T> Complex<T> div(Complex<T> x, Complex<T> y) {
  const T c = std::fabs(y.real()), d = std::fabs(y.imag());
  const bool turned = c < d;
  const T large = turned ? y.imag() : y.real(), small = turned ? y.real() : y.imag();
  const T p = turned ? x.imag() : x.real(), q = turned ? x.real() : x.imag();
  const T level = large == 0 ? T{0} : std::copysign(T{1}, large) * std::copysign(T{1}, small);
  const T ratio = c == d ? level : small / large, divisor = large + small * ratio + T{0};
  const T re = (p + q * ratio) / divisor, im = (q - p * ratio) / divisor;
  return {re, turned ? -im : im};
}

template <class T> bool is_nan(Complex<T> x) { return std::isnan(x.real()) || std::isnan(x.imag()); }

/// By real parts, those that are equal by imaginary ones, as NumPy; what is NaN in some part only differs.
template <class T> bool compare(Comparison direction, Complex<T> x, Complex<T> y) {
  const T a = x.real(), b = x.imag(), c = y.real(), d = y.imag();
  if (is_nan(x) || is_nan(y)) return direction == Comparison::ne;
  return a == c ? compare(direction, b, d) : compare(direction, a, c);
}
/// In the same order; NaN wins.
template <class T> Complex<T> max(Complex<T> x, Complex<T> y) {
  constexpr T nan = std::numeric_limits<T>::quiet_NaN();
  return is_nan(x) || is_nan(y) ? Complex<T>{nan, nan} : (compare(Comparison::lt, x, y) ? y : x);
}
template <class T> Complex<T> min(Complex<T> x, Complex<T> y) {
  constexpr T nan = std::numeric_limits<T>::quiet_NaN();
  return is_nan(x) || is_nan(y) ? Complex<T>{nan, nan} : (compare(Comparison::lt, y, x) ? y : x);
}

}  // namespace espalier::ir::scalar
