// Elementwise ops, over whole arrays.
#include <bit>
#include <cstring>

#include "espalier/ir/eval/arithmetic.h"
#include "espalier/ir/eval/rules.h"

namespace espalier::ir::evaluate {
namespace {

template <class T, class F> void map1(Views in, void* out, F&& f) {
  const T* x = static_cast<const T*>(in[0].data);
  auto* y = static_cast<decltype(f(T{}))*>(out);
  for (std::int64_t i = 0, n = in[0].type.size(); i < n; ++i) y[i] = f(x[i]);
}
template <class T, class F> void map2(Views in, void* out, F&& f) {
  const T *x = static_cast<const T*>(in[0].data), *y = static_cast<const T*>(in[1].data);
  auto* z = static_cast<decltype(f(T{}, T{}))*>(out);
  for (std::int64_t i = 0, n = in[0].type.size(); i < n; ++i) z[i] = f(x[i], y[i]);
}

// A function of each name of functions.def, in double.
namespace reference {
using namespace std;
double logistic(double x) { return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x)); }
double rsqrt(double x) { return 1 / std::sqrt(x); }

// exp(-|x|) I_n(x): the power series, whose terms are all positive, or the asymptotic one (DLMF 10.25.2 and 10.40.1), which is
// good to the last bit of a long double from 40 on.
template <int order> double scaled_bessel(double x) {
  const long double a = std::fabs(static_cast<long double>(x));
  long double term = 1, sum = 1;
  if (a < 40) {
    term = sum = order == 0 ? 1 : a / 2;
    for (int k = 1; term > sum * 1e-22L; ++k) sum += term *= a * a / 4 / (k * (k + order));
    sum *= std::exp(-a);
  } else {
    for (int k = 1; std::fabs(term) > 1e-22L; ++k) sum += term *= ((2 * k - 1) * (2 * k - 1) - 4 * order * order) / (8 * k * a);
    sum /= std::sqrt(2 * M_PIl * a);
  }
  return static_cast<double>(order == 0 ? sum : std::copysign(sum, static_cast<long double>(x)));
}

double round_away(double x) { return std::round(x); }
double erf_inv(double x) { return scalar::erf_inv(x); }
double lgamma(double x) { return scalar::lgamma(x); }
double digamma(double x) { return scalar::digamma(x); }
double bessel_i0e(double x) { return scaled_bessel<0>(x); }
double bessel_i1e(double x) { return scaled_bessel<1>(x); }
}  // namespace reference

template <class T> void convert(Views in, void* out, DType to) {
  const auto store = [&]<class To>() { map1<T>(in, out, [](T x) { return scalar::convert<To>(x); }); };
  if (!visit_dtype(to, store)) visit_complex(to, store);
}

template <class T> constexpr bool is_number = !std::is_same_v<T, bool>;
template <class T> constexpr bool is_integer_type = std::is_integral_v<T> && is_number<T>;

// Whether the op has arithmetic in T: then it is done. f32 functions are computed in double and rounded once; f64 ones are
// the C library's.
template <class T> bool unary(Unary op, const Attrs& attrs, Views in, void* out) {
  const auto of_any = [&](auto f) { return map1<T>(in, out, f), true; };
  const auto of_numbers = [&](auto f) { if constexpr (is_number<T>) map1<T>(in, out, f); return is_number<T>; };
  const auto of_integers = [&](auto f) { if constexpr (is_integer_type<T>) map1<T>(in, out, f); return is_integer_type<T>; };
  const auto of_reals = [&](auto f) { if constexpr (std::is_floating_point_v<T>) map1<T>(in, out, f); return std::is_floating_point_v<T>; };
  const auto function = [&](double (*f)(double)) { return of_reals([f](auto x) { return static_cast<decltype(x)>(f(static_cast<double>(x))); }); };
  switch (op) {
    case Unary::neg: return of_numbers([](auto x) { return scalar::neg(x); });
    case Unary::abs: return of_numbers([](auto x) { return scalar::abs(x); });
    case Unary::real:
    case Unary::imag:
    case Unary::conj: return false;  // of complex numbers: see complex.cpp
    case Unary::sign: return of_numbers([](auto x) { return scalar::sign(x); });
    case Unary::floor: return function(std::floor);
    case Unary::ceil: return function(std::ceil);
    case Unary::round_even: return function(std::nearbyint);
#define FUNCTION(name) \
  case Unary::name: return function([](double x) -> double { return reference::name(x); });
#include "espalier/ir/functions.def"
    case Unary::sqrt: return function(std::sqrt);
    case Unary::is_finite: return of_reals([](auto x) { return std::isfinite(x); });
    case Unary::not_:
      if constexpr (std::is_same_v<T, bool>) return of_any([](T x) { return !x; });
      else return of_integers([](auto x) { return static_cast<decltype(x)>(~x); });
    case Unary::popcount: return of_integers([](auto x) { return static_cast<decltype(x)>(std::popcount(static_cast<scalar::Unsigned<decltype(x)>>(x))); });
    case Unary::clz: return of_integers([](auto x) { return static_cast<decltype(x)>(std::countl_zero(static_cast<scalar::Unsigned<decltype(x)>>(x))); });
    case Unary::reduce_precision: return of_reals([a = std::get<PrecisionAttrs>(attrs)](auto x) { return scalar::reduce_precision(x, a.exponent_bits, a.mantissa_bits); });
    case Unary::convert: {
      const DType to = std::get<ConvertAttrs>(attrs).to;
      convert<T>(in, out, to);
      return true;
    }
    case Unary::bitcast:
    case Unary::stop_gradient: return of_any([](T x) { return x; });
  }
  __builtin_unreachable();
}

template <class T> bool binary(Binary op, const Attrs& attrs, Views in, void* out) {
  const auto of_any = [&](auto f) { return map2<T>(in, out, f), true; };
  const auto of_numbers = [&](auto f) { if constexpr (is_number<T>) map2<T>(in, out, f); return is_number<T>; };
  const auto of_integers = [&](auto f) { if constexpr (is_integer_type<T>) map2<T>(in, out, f); return is_integer_type<T>; };
  const auto of_bits = [&](auto f) { if constexpr (std::is_integral_v<T>) map2<T>(in, out, f); return std::is_integral_v<T>; };
  const auto of_reals = [&](auto f) { if constexpr (std::is_floating_point_v<T>) map2<T>(in, out, f); return std::is_floating_point_v<T>; };
  const auto function = [&](double (*f)(double, double)) { return of_reals([f](auto x, auto y) { return static_cast<decltype(x)>(f(static_cast<double>(x), static_cast<double>(y))); }); };
  switch (op) {
    case Binary::add: return of_numbers([](auto x, auto y) { return scalar::add(x, y); });
    case Binary::sub: return of_numbers([](auto x, auto y) { return scalar::sub(x, y); });
    case Binary::mul: return of_numbers([](auto x, auto y) { return scalar::mul(x, y); });
    case Binary::div: return of_numbers([](auto x, auto y) { return scalar::div(x, y); });
    case Binary::rem: return of_numbers([](auto x, auto y) { return scalar::rem(x, y); });
    case Binary::pow: return of_numbers([](auto x, auto y) { return scalar::pow(x, y); });
    case Binary::max: return of_any([](T x, T y) { return scalar::max(x, y); });
    case Binary::min: return of_any([](T x, T y) { return scalar::min(x, y); });
    case Binary::atan2: return function(std::atan2);
    case Binary::nextafter: return of_reals([](auto x, auto y) { return std::nextafter(x, y); });
    case Binary::polygamma: return function(scalar::polygamma);
    case Binary::zeta: return function(scalar::zeta);
    case Binary::igamma: return function(scalar::igamma);
    case Binary::igammac: return function(scalar::igammac);
    case Binary::igamma_grad_a: return function(scalar::igamma_grad_a);
    case Binary::random_gamma_grad: return function(scalar::random_gamma_grad);
    case Binary::complex: return false;  // see complex.cpp
    case Binary::and_: return of_bits([](auto x, auto y) { return static_cast<decltype(x)>(x & y); });
    case Binary::or_: return of_bits([](auto x, auto y) { return static_cast<decltype(x)>(x | y); });
    case Binary::xor_: return of_bits([](auto x, auto y) { return static_cast<decltype(x)>(x ^ y); });
    case Binary::shift_left: return of_integers([](auto x, auto y) { return scalar::shift_left(x, y); });
    case Binary::shift_right_arithmetic: return of_integers([](auto x, auto y) { return scalar::shift_right_arithmetic(x, y); });
    case Binary::shift_right_logical: return of_integers([](auto x, auto y) { return scalar::shift_right_logical(x, y); });
    case Binary::compare: return of_any([direction = std::get<CompareAttrs>(attrs).direction](T x, T y) { return scalar::compare(direction, x, y); });
  }
  __builtin_unreachable();
}

template <class T> void clamp(Views in, void* out) {
  const T *low = static_cast<const T*>(in[0].data), *x = static_cast<const T*>(in[1].data), *high = static_cast<const T*>(in[2].data);
  for (std::int64_t i = 0, n = in[1].type.size(); i < n; ++i) static_cast<T*>(out)[i] = scalar::clamp(low[i], x[i], high[i]);
}

template <class T> bool fma(Views in, void* out) {
  if constexpr (std::is_floating_point_v<T>) {
    const T *x = static_cast<const T*>(in[0].data), *y = static_cast<const T*>(in[1].data), *z = static_cast<const T*>(in[2].data);
    for (std::int64_t i = 0, n = in[0].type.size(); i < n; ++i) static_cast<T*>(out)[i] = std::fma(x[i], y[i], z[i]);
  }
  return std::is_floating_point_v<T>;
}

template <class T> void betainc(Views in, void* out) {
  const T *a = static_cast<const T*>(in[0].data), *b = static_cast<const T*>(in[1].data), *x = static_cast<const T*>(in[2].data);
  for (std::int64_t i = 0, n = in[2].type.size(); i < n; ++i) {
    static_cast<T*>(out)[i] = static_cast<T>(scalar::betainc(static_cast<double>(a[i]), static_cast<double>(b[i]), static_cast<double>(x[i])));
  }
}

// Bits move whatever they mean: selects and copies go by width alone, which is at most 16 bytes.
struct Wide {
  std::uint64_t words[2];
};
template <class W> void select(Views in, void* out) {
  const bool* condition = static_cast<const bool*>(in[0].data);
  const W *x = static_cast<const W*>(in[1].data), *y = static_cast<const W*>(in[2].data);
  for (std::int64_t i = 0, n = in[0].type.size(); i < n; ++i) static_cast<W*>(out)[i] = condition[i] ? x[i] : y[i];
}

// Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC'11), 20 rounds.
void threefry(Views in, std::span<void* const> outputs) {
  const auto word = [&](std::size_t k) { return static_cast<const std::uint32_t*>(in[k].data); };
  constexpr int rotations[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
  for (std::int64_t i = 0, n = in[0].type.size(); i < n; ++i) {
    const std::uint32_t keys[3] = {word(0)[i], word(1)[i], word(0)[i] ^ word(1)[i] ^ 0x1BD11BDAu};
    std::uint32_t x0 = word(2)[i] + keys[0], x1 = word(3)[i] + keys[1];
    for (std::uint32_t round = 0; round < 5; ++round) {
      for (int by : rotations[round % 2]) {
        x0 += x1;
        x1 = std::rotl(x1, by) ^ x0;
      }
      x0 += keys[(round + 1) % 3];
      x1 += keys[(round + 2) % 3] + round + 1;
    }
    static_cast<std::uint32_t*>(outputs[0])[i] = x0;
    static_cast<std::uint32_t*>(outputs[1])[i] = x1;
  }
}

}  // namespace

void elementwise(Unary op, const Attrs& attrs, Views in, void* out) {
  if (info(op).moves) {
    if (in[0].type.nbytes() != 0) std::memcpy(out, in[0].data, static_cast<std::size_t>(in[0].type.nbytes()));
    return;
  }
  bool done = false;
  visit_dtype(in[0].type.dtype(), [&]<class T>() { done = unary<T>(op, attrs, in, out); });
  done = done || complex_elementwise(op, attrs, in, out);
  if (!done) fail_dtype(op, in[0].type.dtype());
}

void elementwise(Binary op, const Attrs& attrs, Views in, void* out) {
  bool done = false;
  visit_dtype(in[0].type.dtype(), [&]<class T>() { done = binary<T>(op, attrs, in, out); });
  done = done || complex_elementwise(op, attrs, in, out);
  if (!done) fail_dtype(op, in[0].type.dtype());
}

void elementwise(Ternary op, Views in, void* out) {
  const DType dtype = in[1].type.dtype();
  bool done = false;
  switch (op) {
    case Ternary::select:
      switch (byte_size(dtype)) {
        case 1: return select<std::uint8_t>(in, out);
        case 2: return select<std::uint16_t>(in, out);
        case 4: return select<std::uint32_t>(in, out);
        case 8: return select<std::uint64_t>(in, out);
        default: return select<Wide>(in, out);
      }
    case Ternary::clamp:
      done = visit_dtype(dtype, [&]<class T>() { clamp<T>(in, out); }) || complex_elementwise(op, {}, in, out);
      break;
    case Ternary::fma: visit_dtype(dtype, [&]<class T>() { done = fma<T>(in, out); }); break;
    case Ternary::betainc:
      if (dtype == f32) return betainc<float>(in, out);
      if (dtype == f64) return betainc<double>(in, out);
  }
  if (!done) fail_dtype(op, dtype);
}

void random(Random op, Views in, std::span<void* const> outputs) {
  switch (op) {
    case Random::threefry2x32: return threefry(in, outputs);
  }
}

}  // namespace espalier::ir::evaluate
