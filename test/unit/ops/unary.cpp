// Rows of unary ops. The references are the C library's in long double, or as said; ranges, seams and bounds of compiled code are
// those of docs/ops.md. Points are what JAX 0.10 has at 64 bits.
#include <math.h>

#include <cmath>

#include "../noise.h"
#include "elementwise.h"
#include "espalier/dsl/ops.h"
#include "goldens.h"

namespace espalier::test {

using namespace ir;

namespace {

constexpr double pi = 3.14159265358979323846;
constexpr double infinity = HUGE_VAL;
constexpr double nan = NAN;

long double rsqrt_exact(long double x) { return 1 / sqrtl(x); }
long double logistic_exact(long double x) { return 1 / (1 + expl(-x)); }
long double lgamma_exact(long double x) {
  int sign;
  return lgammal_r(x, &sign);
}
// Halley's method on the C library's erf, or erfc where that has more digits.
long double erf_inv_exact(long double x) {
  if (!(fabsl(x) < 1)) return fabsl(x) == 1 ? x * HUGE_VALL : NAN;
  const long double magnitude = fabsl(x), rest = 1 - magnitude, half_root_pi = 0.886226925452758013649L;
  long double y = magnitude < 0.75L ? magnitude * half_root_pi : sqrtl(-logl(rest * half_root_pi * 2));
  for (int i = 0; i < 60; ++i) {
    const long double off = magnitude < 0.5L ? erfl(y) - magnitude : rest - erfcl(y);
    const long double step = off * half_root_pi * expl(y * y);
    y -= step / (1 + y * step);
    if (fabsl(step) <= 1e-19L * y) break;
  }
  return copysignl(y, x);
}
// The C++ library's Bessel functions, whose last digits are right below 700 (measured against mpmath); beyond, three terms of
// the asymptotic series and more.
template <int order> long double scaled_bessel(long double x) {
  const long double a = fabsl(x);
  if (std::isnan(x)) return x;
  if (a < 700) return copysignl(expl(-a) * std::cyl_bessel_il(order, a), order == 0 ? 1 : x);
  long double term = 1, sum = 1;
  for (int k = 1; k < 12; ++k) sum += term *= ((2 * k - 1) * (2 * k - 1) - 4 * order * order) / (8 * k * a);
  return copysignl(sum / sqrtl(2 * M_PIl * a), order == 0 ? 1 : x);
}

using Z = std::complex<long double>;
constexpr long double ln2 = 0.693147180559945309417232121458176568L;

// Functions of complex numbers that C99 lacks.
Z expm1_of(const Z& z) {
  const long double half = sinl(z.imag() / 2);
  return {expm1l(z.real()) * cosl(z.imag()) - 2 * half * half, expl(z.real()) * sinl(z.imag())};
}
Z exp2_of(const Z& z) { return std::exp(z * ln2); }
Z log1p_of(const Z& z) {
  const long double a = z.real(), b = z.imag();
  return {std::abs(z) < 0.5L ? log1pl(2 * a + (a * a + b * b)) / 2 : logl(hypotl(1 + a, b)), atan2l(b, 1 + a)};
}
Z rsqrt_of(const Z& z) { return 1.0L / std::sqrt(z); }
Z logistic_of(const Z& z) { return z.real() < 0 ? std::exp(z) / (1.0L + std::exp(z)) : 1.0L / (1.0L + std::exp(-z)); }
Z sign_of(const Z& z) { return z == 0.0L ? z : z / std::abs(z); }

long double sign_exact(long double x) { return std::isnan(x) || x == 0 ? x : copysignl(1, x); }

Word word(Int x) { return static_cast<Word>(x); }

/// The range and the bound of compiled code in one dtype.
struct Range {
  double low, high, bound;
};

// A function of many instructions, which exists for floats alone.
struct Function {
  Range f32, f64;
  std::vector<double> near{};
  Interval smooth{-2, 2};
  Bounds evaluated{};  ///< where they are not those of most functions
  std::vector<Point> points{};
  Array (*user)(Array) = nullptr;
  std::complex<long double> (*complex)(const std::complex<long double>&) = nullptr;  ///< of complex numbers, if it has some
  double complex_bound = 6;  ///< of compiled code, in units of the magnitude
};
void call(Row& row, Array (*user)(Array)) {
  if (user == nullptr) return;
  row.user = [user](std::span<const Array> x) { return user(x[0]); };
}

Row function(Op op, long double (*exact)(long double), Function f) {
  Row row = elementwise(op, {{.f32 = {f.f32.low, f.f32.high}, .f64 = {f.f64.low, f.f64.high}, .near = f.near, .smooth = f.smooth}}, f.complex == nullptr ? Meaning{.real = of(exact)} : Meaning{.real = of(exact), .complex = of(f.complex)});
  row.compiled = {f.f32.bound, f.f64.bound, f.complex_bound};
  row.evaluated = {std::max(f.evaluated.f32, 0.51), std::max(f.evaluated.f64, 1.0), 1};
  row.promised = row.called = true;
  row.points = std::move(f.points);
  call(row, f.user);
  row.user_dtypes = {f32, f64};
  if (f.complex != nullptr) row.user_dtypes.insert(row.user_dtypes.end(), {c64, c128});
  return row;
}

// An op that is exact, or correctly rounded.
Row exact(Op op, Domain domain, const Meaning& meaning, Array (*user)(Array), std::vector<Point> points = {}) {
  Row row = elementwise(op, {std::move(domain)}, meaning);
  row.points = std::move(points);
  call(row, user);
  for (const Use& use : row.uses) row.user_dtypes.push_back(use.operands[0].dtype());
  return row;
}

// What has complex operands, or gives them.
Row of_complex(Op op, const std::function<Z(Complexes)>& meaning, Array (*user)(Array)) {
  return exact(op, {}, {.complex = meaning}, user);
}

// A number in another dtype: cut towards zero, beyond the range its end, NaN 0; whatever is not 0 is true.
long double converted(long double x, DType from, DType to) {
  if (is_floating(to)) return x;
  if (is_bool(to)) return x != 0;
  if (!is_floating(from)) return static_cast<long double>(wrapped(static_cast<Word>(static_cast<Int>(x)), to));
  if (std::isnan(x)) return 0;
  const int bits = static_cast<int>(byte_size(to)) * 8 - (is_signed(to) ? 1 : 0);
  const long double most = ldexpl(1, bits) - 1, least = is_signed(to) ? -ldexpl(1, bits) : 0;
  return truncl(x) > most ? most : (truncl(x) < least ? least : truncl(x));
}

Row convert_row() {
  Row row;
  row.takes = every_dtype();
  for (DType from : every_dtype()) {
    for (DType to : every_dtype()) {
      const auto label = "convert_" + std::string(name(from)) + "_to_" + std::string(name(to));
      Use use = elementwise_use(Op::convert, label, {Type(from, small)}, {{.f32 = {-300, 300}, .f64 = {-3e9, 3e9}, .near = {0, 1, 127, 128, 255, 256, 0x1p31, 0x1p32, 0x1p63, 0x1p64, -0x1p31, -0x1p63}}});
      use.attrs = ConvertAttrs{to};
      use.domains[0].differentiable = to != f16 && to != bf16;  // which lose more than differences see; see ops_test/halves.cpp
      const bool known = has_arithmetic(from) && has_arithmetic(to);
      if (known) {
        use.exact = [from, to](const std::vector<Numbers>& x) {
          if (is_complex(from) && is_complex(to)) return x;
          Ints shape = x[0].shape.extents();
          if (is_complex(from)) shape.pop_back();
          Numbers out = blank(Shape(shape));
          const std::int64_t step = is_complex(from) ? 2 : 1;
          std::vector<Z> pairs;
          for (std::int64_t i = 0; i < out.size(); ++i) {
            out[i] = converted(x[0][i * step], part_of(from), part_of(to));
            pairs.emplace_back(out[i], 0);
          }
          return std::vector{is_complex(to) ? parts_of(out.shape, pairs) : out};
        };
      }
      if (known) row.uses.push_back(std::move(use));
      else if (!has_arithmetic(from)) row.refused.push_back(std::move(use));
    }
  }
  row.user_dtypes = {};
  return row;
}

Row bitcast_row() {
  Row row;
  row.takes = every_dtype();
  row.constant_slope = true;
  for (DType from : every_dtype()) {
    for (DType to : every_dtype()) {
      const auto label = "bitcast_" + std::string(name(from)) + "_to_" + std::string(name(to));
      if (byte_size(from) != byte_size(to) || is_bool(from) != is_bool(to)) {
        row.wrong.push_back({label, Refusal::dtype, {Type(from, small)}, ConvertAttrs{to}});
      } else {
        Use use = elementwise_use(Op::bitcast, label, {Type(from, small)}, {{}});
        use.attrs = ConvertAttrs{to};
        use.moves = {true};
        use.exact = [](const std::vector<Numbers>& x) { return x; };
        row.uses.push_back(std::move(use));
      }
    }
  }
  return row;
}

// The nearest number of a format, in units of its last place; what f64 loses has no slope that differences see.
long double reduced(long double x, DType dtype, const PrecisionAttrs& a) {
  if (std::isnan(x) || std::isinf(x) || x == 0) return x;
  const int least = dtype == f64 ? -1022 : -126, unit = std::max(ilogbl(x), least) - a.mantissa_bits;
  long double y = ldexpl(rintl(ldexpl(x, -unit)), unit);
  // Without a fraction the last bit is the exponent's: of a tie that is even which leaves the biased exponent even.
  if (a.mantissa_bits == 0 && fabsl(ldexpl(x, -unit)) == 1.5L) y = copysignl(ldexpl(1, unit + (unit % 2 == 0 ? 1 : 0)), x);
  const int reach = (1 << (a.exponent_bits - 1)) - 1;
  const bool all = a.exponent_bits >= (dtype == f64 ? 11 : (dtype == f16 ? 5 : 8));
  if (!all && fabsl(y) >= ldexpl(1, reach + 1)) y = copysignl(HUGE_VALL, x);
  if (!all && fabsl(y) < ldexpl(1, 1 - reach)) y = copysignl(0, x);
  return y;
}
Row reduce_precision_row() {
  Row row;
  for (DType dtype : every_dtype()) {
    if (!is_floating(dtype)) continue;
    row.takes.push_back(dtype);
    for (auto [exponent, mantissa] : {std::pair{5, 10}, {8, 7}, {4, 3}, {2, 1}, {8, 30}, {3, 0}, {10, 52}}) {
      const PrecisionAttrs attrs{exponent, mantissa};
      Use use = elementwise_use(Op::reduce_precision, "reduce_precision_" + std::string(name(dtype)) + "_" + std::to_string(exponent) + "_" + std::to_string(mantissa), {Type(dtype, small)}, {{.f32 = {-300, 300}, .f64 = {-300, 300}, .near = {0, 1, 65504, 65520, 0x1p-14, 0x1p-24}}});
      use.attrs = attrs;
      use.domains[0].differentiable = mantissa >= 52;
      if (!has_arithmetic(dtype)) {
        row.refused.push_back(std::move(use));
        continue;
      }
      use.exact = [dtype, attrs](const std::vector<Numbers>& x) {
        Numbers out = x[0];
        for (auto& value : out.values) value = reduced(value, dtype, attrs);
        return std::vector{out};
      };
      row.uses.push_back(std::move(use));
    }
  }
  row.wrong = {{"no_exponent", Refusal::argument, {Type(f32, small)}, PrecisionAttrs{0, 3}}, {"negative_mantissa", Refusal::argument, {Type(f32, small)}, PrecisionAttrs{5, -1}}};
  row.evaluated = row.compiled = {0, 0};
  return row;
}

Row stop_gradient_row() {
  Row row;
  row.takes = every_dtype();
  row.constant_slope = true;
  for (DType dtype : every_dtype()) {
    Use use = elementwise_use(Op::stop_gradient, "stop_gradient_" + std::string(name(dtype)), {Type(dtype, small)}, {{}});
    use.moves = {true};
    use.exact = [](const std::vector<Numbers>& x) { return x; };
    row.uses.push_back(std::move(use));
  }
  return row;
}

}  // namespace

Row describe(Unary op) {
  const auto rounding = [&](long double (*f)(long double), Array (*user)(Array), std::vector<Point> points) {
    return exact(op, {.f32 = {-100, 100}, .f64 = {-1e6, 1e6}, .near = {0, 0.5, 1, 1.5, 2.5}, .smooth = {0.52, 0.98}}, {.real = of(f)}, user, std::move(points));
  };
  switch (op) {
    case Unary::neg: return exact(op, {}, {.real = [](Reals x) { return -x[0]; }, .integer = [](Ints128 x, DType) { return -word(x[0]); }, .complex = [](Complexes z) { return -z[0]; }}, [](Array x) { return -x; });
    case Unary::abs: {
      Row row = exact(op, {}, {.real = of(fabsl), .integer = [](Ints128 x, DType) { return word(x[0] < 0 ? -x[0] : x[0]); }, .complex = [](Complexes z) -> Z { return std::abs(z[0]); }}, [](Array x) { return abs(x); }, {{0, 1, 0}, {-2, -1, 0}});
      row.compiled = {2, 2};  // of complex numbers
      return row;
    }
    case Unary::sign: {
      Row row = exact(op, {}, {.real = of(sign_exact), .integer = [](Ints128 x, DType) { return word((x[0] > 0) - (x[0] < 0)); }, .complex = of(sign_of)}, [](Array x) { return sign(x); }, {{0, 0, 0}, {-1.5, 0, 0}});
      row.constant_slope = true;  // of complex numbers too, as in JAX
      return row;
    }
    case Unary::real: return of_complex(op, [](Complexes z) -> Z { return z[0].real(); }, [](Array x) { return real(x); });
    case Unary::imag: return of_complex(op, [](Complexes z) -> Z { return z[0].imag(); }, [](Array x) { return imag(x); });
    case Unary::conj: return of_complex(op, [](Complexes z) { return std::conj(z[0]); }, [](Array x) { return conj(x); });
    case Unary::floor: return rounding(floorl, [](Array x) { return floor(x); }, {{0, 0, 0}, {1.5, 0, 0}});
    case Unary::ceil: return rounding(ceill, [](Array x) { return ceil(x); }, {{0, 0, 0}, {1.5, 0, 0}});
    case Unary::round_even: return rounding(rintl, [](Array x) { return rint(x); }, {{0, 0, 0}, {1.5, 0, 0}});
    case Unary::round_away: {
      Row row = rounding(roundl, nullptr, {{0, 0, 0}, {1.5, 0, 0}});
      row.called = true;
      return row;
    }
    case Unary::exp: return function(op, expl, {{-104, 89, 1.1}, {-746, 710, 1.1}, {0}, {-2, 2}, {}, {{0, 1, 1}, {-800, 0, 0}, {800, infinity, infinity}}, [](Array x) { return exp(x); }, std::exp<long double>});
    case Unary::exp2: return function(op, exp2l, {{-151, 128, 1.1}, {-1076, 1024, 1.1}, {0}, {-2, 2}, {}, {{0, 0.6931471805599453, 0.4804530139182014}, {-1100, 0, 0}}, [](Array x) { return exp2(x); }, exp2_of});
    case Unary::expm1: return function(op, expm1l, {{-20, 89, 1.5}, {-40, 710, 2.1}, {0, 0.36, -0.36}, {-2, 2}, {}, {{0, 1, 1}, {-50, 0, 0}, {800, infinity, infinity}}, [](Array x) { return expm1(x); }, expm1_of});
    case Unary::log: return function(op, logl, {{0, 4, 1}, {0, 4, 1.3}, {0, 0.7, 1}, {0.2, 4}, {}, {{1, 1, -1}, {0, infinity, -infinity}, {infinity, 0, 0}}, [](Array x) { return log(x); }, std::log<long double>});
    case Unary::log1p: return function(op, log1pl, {{-1, 4, 1.6}, {-1, 4, 1.8}, {0, -1}, {-0.8, 3}, {}, {{0, 1, -1}, {-1, infinity, -infinity}, {infinity, 0, 0}}, [](Array x) { return log1p(x); }, log1p_of});
    case Unary::sqrt: return exact(op, {.f32 = {0, 4}, .f64 = {0, 4}, .near = {0, 1}, .smooth = {0.2, 4}}, {.real = of(sqrtl), .complex = of(std::sqrt<long double>)}, [](Array x) { return sqrt(x); }, {{0, infinity, -infinity}, {4, 0.25, -0.03125}, {infinity, 0, 0}});
    case Unary::rsqrt: return function(op, rsqrt_exact, {{0, 4, 1.5}, {0, 4, 1.5}, {0, 1}, {0.3, 4}, {0.51, 1.5}, {{0, -infinity, infinity}, {4, -0.0625, 0.0234375}, {infinity, 0, 0}}, [](Array x) { return rsqrt(x); }, rsqrt_of});
    case Unary::cbrt: return function(op, cbrtl, {{-4, 4, 0.6}, {-4, 4, 0.6}, {0, 1}, {0.3, 4}, {0.51, 3.7}, {{0, infinity, -infinity}, {-8, 0.08333333333333333, 0.006944444444444444}}, [](Array x) { return cbrt(x); }});
    case Unary::sin: return function(op, sinl, {{-100, 100, 1.6}, {-100, 100, 1.6}, {0, pi / 2, pi, 11 * pi, 355}, {-4, 4}, {}, {{0, 1, 0}, {1.5707963267948966, 6.123233995736766e-17, -1}}, [](Array x) { return sin(x); }, std::sin<long double>});
    case Unary::cos: return function(op, cosl, {{-100, 100, 1.6}, {-100, 100, 1.6}, {0, pi / 2, pi, 5.5 * pi}, {-4, 4}, {}, {{0, 0, -1}, {1.5707963267948966, -1, -6.123233995736766e-17}}, [](Array x) { return cos(x); }, std::cos<long double>});
    case Unary::tan: return function(op, tanl, {{-100, 100, 3.3}, {-100, 100, 3.3}, {0, pi / 4, pi / 2, pi}, {-1.2, 1.2}, {}, {{0, 1, 0}, {1, 3.42551882081476, 10.669858944975319}}, [](Array x) { return tan(x); }, std::tan<long double>});
    // JAX's second derivatives at ±1 are infinite: it has 1 - x² where ours keeps the digits of x by (1 - x)(1 + x).
    case Unary::asin: return function(op, asinl, {{-1, 1, 2.5}, {-1, 1, 2.5}, {0, -1, 1, 0.5}, {-0.8, 0.8}, {}, {{0, 1, 0}, {1, infinity, nan}, {-1, infinity, nan}}, [](Array x) { return asin(x); }, std::asin<long double>});
    case Unary::acos: return function(op, acosl, {{-1, 1, 1.3}, {-1, 1, 1.3}, {0, -1, 1, 0.5}, {-0.8, 0.8}, {}, {{0, -1, 0}, {1, -infinity, nan}, {-1, -infinity, nan}}, [](Array x) { return acos(x); }, std::acos<long double>});
    case Unary::atan: return function(op, atanl, {{-4, 4, 2.5}, {-4, 4, 2.5}, {0, 0.41421356237309503, 1}, {-3, 3}, {}, {{0, 1, 0}, {1e+200, 0, 0}, {infinity, 0, nan}}, [](Array x) { return atan(x); }, std::atan<long double>});
    case Unary::sinh: return function(op, sinhl, {{-90, 90, 2.5}, {-711, 711, 2.5}, {0}, {-2, 2}, {0.51, 2}, {{0, 1, 0}, {800, infinity, infinity}}, [](Array x) { return sinh(x); }, std::sinh<long double>});
    case Unary::cosh: return function(op, coshl, {{-90, 90, 1.6}, {-711, 711, 1.6}, {0}, {-2, 2}, {0.51, 2}, {{0, 0, 1}, {-800, -infinity, infinity}}, [](Array x) { return cosh(x); }, std::cosh<long double>});
    case Unary::tanh: return function(op, tanhl, {{-10, 10, 2.6}, {-20, 20, 2.6}, {0}, {-2, 2}, {0.51, 2.3}, {{0, 1, 0}, {50, 0, 0}, {-50, 0, 0}, {infinity, 0, 0}}, [](Array x) { return tanh(x); }, std::tanh<long double>});
    case Unary::asinh: return function(op, asinhl, {{-10, 10, 2}, {-10, 10, 2.3}, {0, 0.36}, {-3, 3}, {0.51, 2}, {{0, 1, 0}, {1e+200, 0, 0}}, [](Array x) { return asinh(x); }, std::asinh<long double>});
    case Unary::acosh: return function(op, acoshl, {{1, 10, 2.7}, {1, 10, 2.8}, {1}, {1.3, 4}, {0.51, 2.3}, {{1, infinity, nan}, {2, 0.5773502691896257, -0.38490017945975047}}, [](Array x) { return acosh(x); }, std::acosh<long double>});
    case Unary::atanh: return function(op, atanhl, {{-1, 1, 2.5}, {-1, 1, 2.5}, {0, -1, 1, 0.19}, {-0.8, 0.8}, {0.51, 2}, {{0, 1, 0}, {1, infinity, nan}, {-1, infinity, nan}}, [](Array x) { return atanh(x); }, std::atanh<long double>});
    case Unary::logistic: return function(op, logistic_exact, {{-104, 20, 2.5}, {-746, 40, 2.5}, {0}, {-3, 3}, {0.51, 2.5}, {{0, 0.25, 0}, {800, 0, 0}, {-800, 0, 0}}, [](Array x) { return sigmoid(x); }, logistic_of});
    case Unary::erf: return function(op, erfl, {{-4, 4, 1.2}, {-6, 6, 1.2}, {0, 0.92, 1}, {-2, 2}, {}, {{0, 1.1283791670955126, 0}, {30, 0, 0}, {infinity, 0, nan}}, [](Array x) { return erf(x); }});
    case Unary::erfc: return function(op, erfcl, {{-4, 10.1, 3.2}, {-6, 27.5, 4}, {0, 0.5, 0.8}, {-2, 2}, {0.51, 4}, {{0, -1.1283791670955126, 0}, {30, 0, 0}, {-30, 0, 0}}, [](Array x) { return erfc(x); }});
    // XLA's function of f32, whose bits random numbers have: see emit/math/error_function.h.
    case Unary::erf_inv: return function(op, erf_inv_exact, {{-1, 1, 66}, {-1, 1, 3.1}, {0, -1, 1}, {-0.8, 0.8}, {66, 3.1}, {{0, 0.8862269254527579, 0}, {1, infinity, infinity}}, [](Array x) { return erf_inv(x); }});
    case Unary::lgamma:
      return function(op, lgamma_exact, {{-20, 30, 0.6}, {-20, 30, 7}, {0, 1, 2, 10, -1, -2.4570247382208005, -2.7476826467274126, -3.1435808883499798}, {0.4, 4}, {0.6, 7}, {{1, -0.5772156649015334, 1.6449340668482264}, {2, 0.42278433509846747, 0.6449340668482265}, {0, nan, infinity}, {-0.5, 0.03648997397857731, 8.934802200544677}}, [](Array x) { return lgamma(x); }});
    case Unary::digamma: {
      Row row = elementwise(op, {{.smooth = {0.5, 4}}}, {.real = of(fabsl)});
      for (Use& use : row.uses) use.exact = {}, use.golden = digamma_goldens(use.operands[0].dtype());
      row.evaluated = {0.6, 0.6}, row.compiled = {0.6, 5};
      row.called = true;
      row.points = {{1, 1.6449340668482264, -2.4041138063191854}, {-0.5, 8.934802200544677, -0.828796644234319}};
      call(row, [](Array x) { return digamma(x); });
      row.user_dtypes = {f32, f64};
      return row;
    }
    // f64 is the C library's own.
    case Unary::bessel_i0e: return function(op, scaled_bessel<0>, {{-40, 40, 0.6}, {-40, 40, 6}, {0, 8, -8}, {-3, 3}, {0.6, 1}, {}, [](Array x) { return bessel_i0e(x); }});
    case Unary::bessel_i1e: return function(op, scaled_bessel<1>, {{-40, 40, 0.6}, {-40, 40, 7}, {0, 8, -8}, {-3, 3}, {0.6, 1}, {}, [](Array x) { return bessel_i1e(x); }});
    case Unary::is_finite: return exact(op, {}, {.real = [](Reals x) -> long double { return std::isfinite(x[0]); }, .complex = [](Complexes z) -> Z { return std::isfinite(z[0].real()) && std::isfinite(z[0].imag()); }}, [](Array x) { return isfinite(x); });
    case Unary::not_: return exact(op, {}, {.integer = [](Ints128 x, DType) { return ~word(x[0]); }, .boolean = [](std::span<const bool> x) { return !x[0]; }}, [](Array x) { return ~x; });
    case Unary::popcount:
      return exact(op, {}, {.integer = [](Ints128 x, DType dtype) {
        Word count = 0;
        for (std::size_t bit = 0; bit < byte_size(dtype) * 8; ++bit) count += (word(x[0]) >> bit) & 1;
        return count;
      }},
                   [](Array x) { return bitwise_count(x); });
    case Unary::clz:
      return exact(op, {}, {.integer = [](Ints128 x, DType dtype) {
        Word count = 0;
        for (std::size_t bit = byte_size(dtype) * 8; bit-- > 0 && ((word(x[0]) >> bit) & 1) == 0;) ++count;
        return count;
      }},
                   [](Array x) { return clz(x); });
    case Unary::reduce_precision: return reduce_precision_row();
    case Unary::convert: return convert_row();
    case Unary::bitcast: return bitcast_row();
    case Unary::stop_gradient: return stop_gradient_row();
  }
  __builtin_unreachable();
}

}  // namespace espalier::test
