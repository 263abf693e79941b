// Elementwise ops of complex numbers, over whole arrays. c64 functions are computed in double, c128 ones in long double, and
// rounded once: by the C library, whose branch cuts are NumPy's, or as said.
#include "espalier/ir/eval/complex.h"

#include "espalier/ir/convert.h"
#include "espalier/ir/eval/arithmetic.h"
#include "espalier/ir/eval/rules.h"
#include "espalier/ir/op_sets.h"

namespace espalier::ir::evaluate {
namespace {

using scalar::Complex;

template <class T> using Wider = std::conditional_t<std::is_same_v<T, float>, double, long double>;
template <class To, class From> Complex<To> in(Complex<From> x) { return {static_cast<To>(x.real()), static_cast<To>(x.imag())}; }

// ---- functions that C99 lacks, in a wide type W ------------------------------------------------------------------------

// A function of each name of functions.def.
namespace reference {
using namespace std;
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
}  // namespace reference
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

template <class C> bool clamp(Views x, void* out) {
  const C *low = static_cast<const C*>(x[0].data), *at = static_cast<const C*>(x[1].data), *high = static_cast<const C*>(x[2].data);
  for (std::int64_t i = 0, n = x[1].type.size(); i < n; ++i) static_cast<C*>(out)[i] = scalar::min(scalar::max(at[i], low[i]), high[i]);
  return true;
}

template <class C> bool convert(Views x, void* out, DType to) {
  const auto store = [&]<class To>() { map1<To, C>(x, out, [](C z) { return scalar::convert<To>(z); }); };
  return visit_dtype(to, store) || visit_complex(to, store);
}

template <class C> bool elementwise(Op op, const Attrs& attrs, Views x, void* out) {
  using T = typename C::value_type;
  using W = Wider<T>;
  const auto function = [&](auto f) { return map1<C, C>(x, out, [f](C z) { return in<T>(f(in<W>(z))); }); };
  switch (static_cast<OfComplex>(op.row())) {
    case OfComplex::neg: return map1<C, C>(x, out, [](C z) { return scalar::neg(z); });
    case OfComplex::abs: return map1<T, C>(x, out, [](C z) { return static_cast<T>(std::hypot(static_cast<W>(z.real()), static_cast<W>(z.imag()))); });
    case OfComplex::sign: return function(sign<W>);
    case OfComplex::real: return map1<T, C>(x, out, [](C z) { return z.real(); });
    case OfComplex::imag: return map1<T, C>(x, out, [](C z) { return z.imag(); });
    case OfComplex::conj: return map1<C, C>(x, out, [](C z) { return C{z.real(), -z.imag()}; });
#define COMPLEX_FUNCTION(name) \
  case OfComplex::name: return function([](auto z) { return reference::name(z); });
#include "espalier/ir/functions.def"
    case OfComplex::is_finite: return map1<bool, C>(x, out, [](C z) { return std::isfinite(z.real()) && std::isfinite(z.imag()); });
    case OfComplex::convert: return convert<C>(x, out, std::get<ConvertAttrs>(attrs).to);

    case OfComplex::add: return map2<C, C>(x, out, [](C a, C b) { return scalar::add(a, b); });
    case OfComplex::sub: return map2<C, C>(x, out, [](C a, C b) { return scalar::sub(a, b); });
    case OfComplex::mul: return map2<C, C>(x, out, [](C a, C b) { return scalar::mul(a, b); });
    case OfComplex::div: return map2<C, C>(x, out, [](C a, C b) { return in<T>(scalar::div(in<W>(a), in<W>(b))); });
    case OfComplex::pow: return map2<C, C>(x, out, [](C a, C b) { return in<T>(power(in<W>(a), in<W>(b))); });
    case OfComplex::max: return map2<C, C>(x, out, [](C a, C b) { return scalar::max(a, b); });
    case OfComplex::min: return map2<C, C>(x, out, [](C a, C b) { return scalar::min(a, b); });
    case OfComplex::compare: return map2<bool, C>(x, out, [direction = std::get<CompareAttrs>(attrs).direction](C a, C b) { return scalar::compare(direction, a, b); });

    case OfComplex::clamp: return clamp<C>(x, out);
  }
  return false;
}

}  // namespace

bool complex_elementwise(Op op, const Attrs& attrs, Views x, void* out) {
  bool done = false;
  if (op == Op::complex) {
    visit_complex(complex_of(x[0].type.dtype()), [&]<class C>() {
      using T = typename C::value_type;
      done = map2<C, T>(x, out, [](T a, T b) { return C{a, b}; });
    });
  } else {
    visit_complex(x[0].type.dtype(), [&]<class C>() { done = elementwise<C>(op, attrs, x, out); });
  }
  return done;
}

}  // namespace espalier::ir::evaluate
