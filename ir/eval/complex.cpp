// Elementwise ops of complex numbers, over whole arrays. c64 functions are computed in double, c128 ones in long double, and
// rounded once: by the C library, whose branch cuts are NumPy's, or as said.
#include "espalier/ir/eval/complex.h"

#include "espalier/ir/convert.h"
#include "espalier/ir/eval/arithmetic.h"
#include "espalier/ir/eval/rules.h"

namespace espalier::ir::evaluate {
namespace {

using scalar::Complex;

template <class T> using Wider = std::conditional_t<std::is_same_v<T, float>, double, long double>;
template <class To, class From> Complex<To> in(Complex<From> x) { return {static_cast<To>(x.real()), static_cast<To>(x.imag())}; }

// ---- functions that C99 lacks, in a wide type W ------------------------------------------------------------------------

template <class W> Complex<W> expm1(Complex<W> z) {
  const W half = std::sin(z.imag() / 2), im = z.imag() == 0 ? z.imag() : std::exp(z.real()) * std::sin(z.imag());
  return {std::expm1(z.real()) * std::cos(z.imag()) - 2 * half * half, im};
}
template <class W> Complex<W> exp2(Complex<W> z) {
  const W size = std::exp2(z.real()), angle = z.imag() * static_cast<W>(0.693147180559945309417232121458176568L);
  return {size * std::cos(angle), angle == 0 ? angle : size * std::sin(angle)};
}
template <class W> Complex<W> log1p(Complex<W> z) {
  const W a = z.real(), b = z.imag();
  const bool near = std::fabs(a) < W{0.5} && std::fabs(b) < W{0.5};
  return {near ? std::log1p(a * (2 + a) + b * b) / 2 : std::log(std::hypot(1 + a, b)), std::atan2(b, 1 + a)};
}
template <class W> Complex<W> rsqrt(Complex<W> z) { return scalar::div(Complex<W>(1), std::sqrt(z)); }
// By the exponential that is no larger than 1.
template <class W> Complex<W> logistic(Complex<W> z) {
  const bool left = z.real() < 0;
  const Complex<W> e = std::exp(left ? z : -z);
  return scalar::div(left ? e : Complex<W>(1), scalar::add(Complex<W>(1), e));
}
template <class W> Complex<W> sign(Complex<W> z) {
  const W size = std::abs(z);
  return size == 0 ? z : Complex<W>{z.real() / size, z.imag() / size};
}
// The power 0 is 1. Of 0 a power whose exponent has a positive real part is 0; the others have no value.
template <class W> Complex<W> power(Complex<W> x, Complex<W> y) {
  constexpr W nan = std::numeric_limits<W>::quiet_NaN();
  if (y == Complex<W>(0)) return W{1};
  if (x == Complex<W>(0)) return y.real() > 0 ? Complex<W>(0) : Complex<W>(nan, nan);
  const Complex<W> l = std::log(x);
  const W turn = y.imag() == 0 ? W{0} : y.imag() * l.real();
  return std::exp(Complex<W>{y.real() * l.real() - y.imag() * l.imag(), turn + y.real() * l.imag()});
}

// ---- arrays ------------------------------------------------------------------------------------------------------------

template <class R, class T, class F> bool map1(Views x, void* out, F&& f) {
  const T* from = static_cast<const T*>(x[0].data);
  for (std::int64_t i = 0, n = x[0].type.size(); i < n; ++i) static_cast<R*>(out)[i] = f(from[i]);
  return true;
}
template <class R, class T, class F> bool map2(Views x, void* out, F&& f) {
  const T *left = static_cast<const T*>(x[0].data), *right = static_cast<const T*>(x[1].data);
  for (std::int64_t i = 0, n = x[0].type.size(); i < n; ++i) static_cast<R*>(out)[i] = f(left[i], right[i]);
  return true;
}

template <class C> bool convert(Views x, void* out, DType to) {
  const auto store = [&]<class To>() { map1<To, C>(x, out, [](C z) { return scalar::convert<To>(z); }); };
  return visit_dtype(to, store) || visit_complex(to, store);
}

template <class C> bool unary(Unary op, const Attrs& attrs, Views x, void* out) {
  using T = typename C::value_type;
  using W = Wider<T>;
  const auto function = [&](Complex<W> (*f)(const Complex<W>&)) { return map1<C, C>(x, out, [f](C z) { return in<T>(f(in<W>(z))); }); };
  const auto own = [&](Complex<W> (*f)(Complex<W>)) { return map1<C, C>(x, out, [f](C z) { return in<T>(f(in<W>(z))); }); };
  switch (op) {
    case Unary::neg: return map1<C, C>(x, out, [](C z) { return scalar::neg(z); });
    case Unary::abs: return map1<T, C>(x, out, [](C z) { return static_cast<T>(std::hypot(static_cast<W>(z.real()), static_cast<W>(z.imag()))); });
    case Unary::sign: return own(sign<W>);
    case Unary::real: return map1<T, C>(x, out, [](C z) { return z.real(); });
    case Unary::imag: return map1<T, C>(x, out, [](C z) { return z.imag(); });
    case Unary::conj: return map1<C, C>(x, out, [](C z) { return C{z.real(), -z.imag()}; });
    case Unary::exp: return function(std::exp<W>);
    case Unary::exp2: return own(exp2<W>);
    case Unary::expm1: return own(expm1<W>);
    case Unary::log: return function(std::log<W>);
    case Unary::log1p: return own(log1p<W>);
    case Unary::sqrt: return function(std::sqrt<W>);
    case Unary::rsqrt: return own(rsqrt<W>);
    case Unary::sin: return function(std::sin<W>);
    case Unary::cos: return function(std::cos<W>);
    case Unary::tan: return function(std::tan<W>);
    case Unary::asin: return function(std::asin<W>);
    case Unary::acos: return function(std::acos<W>);
    case Unary::atan: return function(std::atan<W>);
    case Unary::sinh: return function(std::sinh<W>);
    case Unary::cosh: return function(std::cosh<W>);
    case Unary::tanh: return function(std::tanh<W>);
    case Unary::asinh: return function(std::asinh<W>);
    case Unary::acosh: return function(std::acosh<W>);
    case Unary::atanh: return function(std::atanh<W>);
    case Unary::logistic: return own(logistic<W>);
    case Unary::is_finite: return map1<bool, C>(x, out, [](C z) { return std::isfinite(z.real()) && std::isfinite(z.imag()); });
    case Unary::convert: return convert<C>(x, out, std::get<ConvertAttrs>(attrs).to);
    // Of real numbers, integers and bits.
    case Unary::floor:
    case Unary::ceil:
    case Unary::round_even:
    case Unary::round_away:
    case Unary::reduce_precision:
    case Unary::cbrt:
    case Unary::erf:
    case Unary::erfc:
    case Unary::erf_inv:
    case Unary::lgamma:
    case Unary::digamma:
    case Unary::bessel_i0e:
    case Unary::bessel_i1e:
    case Unary::not_:
    case Unary::popcount:
    case Unary::clz:
    case Unary::bitcast:
    case Unary::stop_gradient: return false;
  }
  __builtin_unreachable();
}

template <class C> bool binary(Binary op, const Attrs& attrs, Views x, void* out) {
  using T = typename C::value_type;
  using W = Wider<T>;
  switch (op) {
    case Binary::add: return map2<C, C>(x, out, [](C a, C b) { return scalar::add(a, b); });
    case Binary::sub: return map2<C, C>(x, out, [](C a, C b) { return scalar::sub(a, b); });
    case Binary::mul: return map2<C, C>(x, out, [](C a, C b) { return scalar::mul(a, b); });
    case Binary::div: return map2<C, C>(x, out, [](C a, C b) { return in<T>(scalar::div(in<W>(a), in<W>(b))); });
    case Binary::pow: return map2<C, C>(x, out, [](C a, C b) { return in<T>(power(in<W>(a), in<W>(b))); });
    case Binary::max: return map2<C, C>(x, out, [](C a, C b) { return scalar::max(a, b); });
    case Binary::min: return map2<C, C>(x, out, [](C a, C b) { return scalar::min(a, b); });
    case Binary::complex: return map2<C, T>(x, out, [](T a, T b) { return C{a, b}; });
    case Binary::compare: return map2<bool, C>(x, out, [direction = std::get<CompareAttrs>(attrs).direction](C a, C b) { return scalar::compare(direction, a, b); });
    case Binary::rem:
    case Binary::atan2:
    case Binary::nextafter:
    case Binary::polygamma:
    case Binary::and_:
    case Binary::or_:
    case Binary::xor_:
    case Binary::shift_left:
    case Binary::shift_right_arithmetic:
    case Binary::shift_right_logical: return false;
  }
  __builtin_unreachable();
}

}  // namespace

bool complex_elementwise(Unary op, const Attrs& attrs, Views x, void* out) {
  bool done = false;
  visit_complex(x[0].type.dtype(), [&]<class C>() { done = unary<C>(op, attrs, x, out); });
  return done;
}

bool complex_elementwise(Binary op, const Attrs& attrs, Views x, void* out) {
  bool done = false;
  const DType dtype = x[0].type.dtype();
  visit_complex(op == Binary::complex ? complex_of(dtype) : dtype, [&]<class C>() { done = binary<C>(op, attrs, x, out); });
  return done;
}

bool complex_elementwise(Ternary op, Views x, void* out) {
  switch (op) {
    case Ternary::clamp:
      return visit_complex(x[1].type.dtype(), [&]<class C>() {
        const C *low = static_cast<const C*>(x[0].data), *at = static_cast<const C*>(x[1].data), *high = static_cast<const C*>(x[2].data);
        for (std::int64_t i = 0, n = x[1].type.size(); i < n; ++i) static_cast<C*>(out)[i] = scalar::min(scalar::max(at[i], low[i]), high[i]);
      });
    case Ternary::select: return false;
  }
  __builtin_unreachable();
}

}  // namespace espalier::ir::evaluate
