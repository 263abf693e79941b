// How far compiled functions are from the C library's in long double. A row's bounds are what docs/ops.md promises; they hold
// for six million samples of each function too, of which the test takes some ten thousand.
#include <gtest/gtest.h>
#include <math.h>

#include <cmath>

#include "../data_file.h"
#include "compiled.h"
#include "espalier/ir/builder.h"
#include "espalier/jit/emit/math/functions.h"
#include "espalier/jit/emit/math/host_number.h"
#include "../ulp.h"

namespace espalier::codegen {
namespace {

using ir::Op;

constexpr int sample_count = 3000;

/// Where the arguments of a dtype lie that matter most (all others are tried too), and the bound on errors in ULP.
struct Range {
  double low, high, bound;
};

struct Unary {
  Op op;
  long double (*exact)(long double);
  Range f32, f64;
  std::vector<double> near;  ///< zeros and poles of the function, and seams of its pieces
};

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
  if (isnan(x)) return x;
  if (a < 700) return copysignl(expl(-a) * std::cyl_bessel_il(order, a), order == 0 ? 1 : x);
  long double term = 1, sum = 1;
  for (int k = 1; k < 12; ++k) sum += term *= ((2 * k - 1) * (2 * k - 1) - 4 * order * order) / (8 * k * a);
  return copysignl(sum / sqrtl(2 * M_PIl * a), order == 0 ? 1 : x);
}

constexpr double pi = 3.14159265358979323846;

const std::vector<Unary> unary = {
    {Op::exp, expl, {-104, 89, 1.1}, {-746, 710, 1.1}, {0}},
    {Op::exp2, exp2l, {-151, 128, 1.1}, {-1076, 1024, 1.1}, {0}},
    {Op::expm1, expm1l, {-20, 89, 1.5}, {-40, 710, 2.1}, {0, 0.36, -0.36}},
    {Op::log, logl, {0, 4, 1}, {0, 4, 1.3}, {0, 0.7, 1}},
    {Op::log1p, log1pl, {-1, 4, 1.6}, {-1, 4, 1.8}, {0, -1}},
    {Op::rsqrt, rsqrt_exact, {0, 4, 1.5}, {0, 4, 1.5}, {0, 1}},
    {Op::cbrt, cbrtl, {-4, 4, 0.6}, {-4, 4, 0.6}, {0, 1}},
    {Op::sin, sinl, {-100, 100, 1.6}, {-100, 100, 1.6}, {0, pi / 2, pi, 11 * pi, 355}},
    {Op::cos, cosl, {-100, 100, 1.6}, {-100, 100, 1.6}, {0, pi / 2, pi, 5.5 * pi}},
    {Op::tan, tanl, {-100, 100, 3.3}, {-100, 100, 3.3}, {0, pi / 4, pi / 2, pi}},
    {Op::asin, asinl, {-1, 1, 2.5}, {-1, 1, 2.5}, {0, -1, 1, 0.5}},
    {Op::acos, acosl, {-1, 1, 1.3}, {-1, 1, 1.3}, {0, -1, 1, 0.5}},
    {Op::atan, atanl, {-4, 4, 2.5}, {-4, 4, 2.5}, {0, 0.41421356237309503, 1}},
    {Op::sinh, sinhl, {-90, 90, 2.5}, {-711, 711, 2.5}, {0}},
    {Op::cosh, coshl, {-90, 90, 1.6}, {-711, 711, 1.6}, {0}},
    {Op::tanh, tanhl, {-10, 10, 2.6}, {-20, 20, 2.6}, {0}},
    {Op::asinh, asinhl, {-10, 10, 2}, {-10, 10, 2.3}, {0, 0.36}},
    {Op::acosh, acoshl, {1, 10, 2.7}, {1, 10, 2.8}, {1}},
    {Op::atanh, atanhl, {-1, 1, 2.5}, {-1, 1, 2.5}, {0, -1, 1, 0.19}},
    {Op::logistic, logistic_exact, {-104, 20, 2.5}, {-746, 40, 2.5}, {0}},
    {Op::erf, erfl, {-4, 4, 1.2}, {-6, 6, 1.2}, {0, 0.92, 1}},
    {Op::erfc, erfcl, {-4, 10.1, 3.2}, {-6, 27.5, 4}, {0, 0.5, 0.8}},
    // XLA's function of f32, whose bits random numbers have: see emit/math/error_function.h.
    {Op::erf_inv, erf_inv_exact, {-1, 1, 66}, {-1, 1, 3.1}, {0, -1, 1}},
    // f64 is the C library's own.
    {Op::bessel_i0e, scaled_bessel<0>, {-40, 40, 0.6}, {-40, 40, 6}, {0, 8, -8}},
    {Op::bessel_i1e, scaled_bessel<1>, {-40, 40, 0.6}, {-40, 40, 7}, {0, 8, -8}},
    {Op::lgamma, lgamma_exact, {-20, 30, 0.6}, {-20, 30, 7}, {0, 1, 2, 10, -1, -2.4570247382208005, -2.7476826467274126, -3.1435808883499798}},
};

struct Binary {
  Op op;
  long double (*exact)(long double, long double);
  Range f32_first, f32_second, f64_first, f64_second;  ///< the bounds are those of the first
  std::vector<double> near_first, near_second;
};

const std::vector<Binary> binary = {
    {Op::pow, powl, {0, 3, 0.6}, {-100, 100, 0}, {0, 3, 1}, {-700, 700, 0}, {1}, {0, 1, 2}},
    {Op::atan2, atan2l, {-2, 2, 2.5}, {-2, 2, 0}, {-2, 2, 2.5}, {-2, 2, 0}, {0, 1}, {0, 1, 2}},
};

template <class T> using Operands = std::vector<std::vector<T>>;

template <class T> std::vector<T> compiled(Op op, const Operands<T>& x, const char* target) {
  const ir::Type type(ir::dtype_of<T>(), Shape(static_cast<std::int64_t>(x[0].size())));
  ir::Builder b;
  std::vector<ir::Value> operands;
  std::vector<ir::Literal> inputs;
  for (const auto& operand : x) {
    operands.push_back(b.input(type));
    inputs.push_back(ir::literal(type, operand.data()));
  }
  const ir::Value result = b.add(op, operands);
  const auto out = test::Compiled(b.finish({&result, 1}), {.target = target})(inputs);
  const T* data = static_cast<const T*>(out[0].data());
  return {data, data + x[0].size()};
}

template <class T> void expect_within(double bound, const std::vector<T>& got, const std::vector<long double>& exact, const Operands<T>& x, const std::string& name) {
  double worst = 0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double off = test::error(got[i], exact[i]);
    if (off > worst) worst = off, at = i;
  }
  std::ostringstream arguments;
  arguments.precision(17);
  for (const auto& operand : x) arguments << operand[at] << " ";
  EXPECT_LE(worst, bound) << name << " of " << arguments.str() << "is " << got[at] << ", not " << exact[at];
}

template <class T, class Exact> void expect_compiled_within(Op op, double bound, const Operands<T>& x, Exact exact) {
  std::vector<long double> wanted;
  for (std::size_t i = 0; i < x[0].size(); ++i) wanted.push_back(exact(i));
  for (const char* target : {"", "avx2"}) {
    expect_within(bound, compiled(op, x, target), wanted, x, std::string(ir::name(op)) + " in " + std::string(ir::name(ir::dtype_of<T>())) + " " + target);
  }
}

template <class T> void expect(const Unary& row, const Range& range) {
  std::mt19937_64 random(7);
  const Operands<T> x{test::samples<T>(range.low, range.high, row.near, sample_count, random)};
  expect_compiled_within(row.op, range.bound, x, [&](std::size_t i) { return row.exact(x[0][i]); });
}

template <class T> void expect(const Binary& row, const Range& first, const Range& second) {
  std::mt19937_64 random(7);
  auto x = test::samples<T>(first.low, first.high, row.near_first, sample_count, random);
  auto y = test::samples<T>(second.low, second.high, row.near_second, sample_count, random);
  const std::size_t count = std::min(x.size(), y.size());
  x.resize(count), y.resize(count);
  for (T a : test::special_values<T>())
    for (T b : test::special_values<T>()) x.push_back(a), y.push_back(b);
  expect_compiled_within(row.op, first.bound, Operands<T>{x, y}, [&](std::size_t i) { return row.exact(x[i], y[i]); });
}

TEST(Accuracy, OfUnaryFunctionsOfF32) {
  for (const Unary& row : unary) expect<float>(row, row.f32);
}
TEST(Accuracy, OfUnaryFunctionsOfF64) {
  for (const Unary& row : unary) expect<double>(row, row.f64);
}
TEST(Accuracy, OfBinaryFunctionsOfF32) {
  for (const Binary& row : binary) expect<float>(row, row.f32_first, row.f32_second);
}
TEST(Accuracy, OfBinaryFunctionsOfF64) {
  for (const Binary& row : binary) expect<double>(row, row.f64_first, row.f64_second);
}

// Targets without a C library have an lgamma of f64 of our own, measured as it is written.
TEST(Accuracy, OfLgammaWithoutLibrary) {
  std::mt19937_64 random(7);
  Operands<double> x{test::samples<double>(-2, 30, {0, 1, 1.46, 2, 10, -1}, sample_count, random)};
  std::erase_if(x[0], [](double at) { return at < -2; });  // beside its zeros there it is right to an absolute error only
  std::vector<long double> wanted;
  std::vector<double> got;
  for (double at : x[0]) wanted.push_back(lgamma_exact(at)), got.push_back(math::lgamma(math::HostF64{at}).value);
  expect_within(6, got, wanted, x, "lgamma without a library");
}

TEST(Accuracy, IsWhatThePagePromises) {
  std::ifstream file = test::data_file("../../docs/ops.md");
  const std::string page(std::istreambuf_iterator<char>(file), {});
  const auto promised = [&](Op op, double f32, double f64) {
    std::ostringstream line;
    line << "\n| " << ir::name(op) << " | " << f32 << " | " << f64 << " |";
    EXPECT_NE(page.find(line.str()), std::string::npos) << line.str();
  };
  for (const Unary& row : unary) promised(row.op, row.f32.bound, row.f64.bound);
  for (const Binary& row : binary) promised(row.op, row.f32_first.bound, row.f64_first.bound);
}

}  // namespace
}  // namespace espalier::codegen
