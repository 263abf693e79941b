#include "espalier/ir/eval/special.h"

#include <cmath>
#include <limits>
#include <math.h>

namespace espalier::ir::scalar {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

// Bernoulli numbers B_2, B_4, … for the asymptotic series (Abramowitz & Stegun 6.3.18, 6.4.11).
// clang-format off
constexpr long double bernoulli[] = {1.0L / 6,          -1.0L / 30,          1.0L / 42,         -1.0L / 30,
                                     5.0L / 66,         -691.0L / 2730,      7.0L / 6,          -3617.0L / 510,
                                     43867.0L / 798,    -174611.0L / 330,    854513.0L / 138,   -236364091.0L / 2730};
// clang-format on
// From here on the series above is good to the last bit of a double.
constexpr long double asymptotic_from = 16;

long double digamma_positive(long double x) {
  long double shift = 0;
  for (; x < asymptotic_from; x += 1) shift -= 1 / x;
  const long double r = 1 / (x * x);
  long double sum = 0, power = r;
  for (int k = 0; k < 12; ++k, power *= r) sum += bernoulli[k] / (2 * (k + 1)) * power;
  return shift + std::log(x) - 0.5L / x - sum;
}

// The sum over k >= 0 of (x + k)^-s for positive x, by Euler and Maclaurin's formula, unless its terms have become nothing before.
long double zeta_of_positive(long double s, long double x) {
  long double sum = 0;
  for (long double last = 1; x < asymptotic_from + s; x += 1) {
    if (last <= sum * 1e-22L) return sum;
    sum += last = std::pow(x, -s);
  }
  sum += std::pow(x, 1 - s) / (s - 1) + 0.5L * std::pow(x, -s);
  long double term = s * std::pow(x, -s - 1), factorial = 2;
  for (int k = 0; k < 12; ++k) {
    sum += bernoulli[k] / factorial * term;
    term *= (s + 2 * k + 1) * (s + 2 * k + 2) / (x * x);
    factorial *= (2 * k + 3) * (2 * k + 4);
  }
  return sum;
}

// The same for any x but 0, -1, …; below 0 s is whole. The terms that are positive are a zeta function; the others, up to a sign, the difference
// of two. Beside half-integers the first two cancel for odd s, at them exactly.
long double zeta_series(double s, double from) {
  if (from > 0) return zeta_of_positive(s, from);
  const long double x = from, below = std::floor(x);
  const long double above_zero = zeta_of_positive(s, x - below), all = zeta_of_positive(s, (below + 1) - x), beyond = zeta_of_positive(s, 1 - x);
  return std::fmod(s, 2) == 0 ? (above_zero + all) - beyond : (above_zero - all) + beyond;
}

}  // namespace

double digamma(double x) {
  if (std::isnan(x) || x == -infinity) return nan;
  if (x == infinity) return infinity;
  if (x <= 0) {
    if (x == std::floor(x)) return nan;  // a pole
    // psi(x) = psi(1 - x) - pi / tan(pi x), and the distance to the nearest integer is exact.
    const long double pi = M_PIl, turned = x;
    return static_cast<double>(digamma_positive(1 - turned) - pi / std::tan(pi * (turned - std::nearbyint(turned))));
  }
  return static_cast<double>(digamma_positive(x));
}

double polygamma(double n, double x) {
  if (std::isnan(x) || !(n >= 0) || n != std::floor(n) || n > 60) return nan;
  if (n == 0) return digamma(x);
  const int order = static_cast<int>(n);
  const double sign = order % 2 == 0 ? -1 : 1;
  if (x == infinity) return 0 * sign;
  long double factorial = 1;
  for (int k = 2; k <= order; ++k) factorial *= k;
  if (x <= 0 && x == std::floor(x)) return order % 2 == 1 ? infinity : nan;
  return static_cast<double>(sign * factorial * zeta_series(n + 1, x));
}

long double digamma_in_long_double(long double x) { return digamma_positive(x); }

double zeta(double s, double q) {
  if (s == 1 && !std::isnan(q)) return infinity;
  if (!(s > 1) || std::isnan(q)) return nan;
  if (q <= 0 && q == std::floor(q)) return std::fmod(s, 2) == 0 ? infinity : nan;
  if (q < 0 && (s != std::floor(s) || s == infinity)) return nan;  // of an infinite order no term has a sign
  return q == infinity ? 0 : static_cast<double>(zeta_series(s, q));
}

float erf_inv(float x) {
  if (std::fabs(x) == 1) return x * std::numeric_limits<float>::infinity();
  // clang-format off
  constexpr float low[] = {2.81022636e-08f, 3.43273939e-07f, -3.5233877e-06f, -4.39150654e-06f, 0.00021858087f,
                           -0.00125372503f, -0.00417768164f, 0.246640727f,    1.50140941f};
  constexpr float high[] = {-0.000200214257f, 0.000100950558f, 0.00134934322f, -0.00367342844f, 0.00573950773f,
                            -0.0076224613f,   0.00943887047f,  1.00167406f,    2.83297682f};
  // clang-format on
  float w = -static_cast<float>(std::log1p(static_cast<double>(x * -x)));
  const bool near = w < 5;
  w = near ? w - 2.5f : std::sqrt(w) - 3;
  float p = near ? low[0] : high[0];
  for (int i = 1; i < 9; ++i) p = (near ? low[i] : high[i]) + p * w;
  return p * x;
}

double erf_inv(double x) {
  if (std::fabs(x) == 1) return x * infinity;
  // The f32 form is right to seven digits; two steps of Halley's method double and redouble that (erf is smooth).
  if (!(std::fabs(x) < 1)) return nan;
  long double y = erf_inv(static_cast<float>(x));
  if (std::fabs(static_cast<float>(x)) == 1 || y == 0) {
    const long double tail = -std::log((1 - static_cast<long double>(std::fabs(x))) * std::sqrt(static_cast<long double>(M_PIl)));
    y = std::fabs(x) > 0.5 ? std::copysign(std::sqrt(tail - 0.5L * std::log(tail)), static_cast<long double>(x)) : x * 0.886226925452758013649L;
  }
  for (int i = 0; i < 4; ++i) {
    // Near ±1 the complement keeps the digits that erf loses.
    const long double error = std::fabs(x) < 0.5 ? erfl(y) - x : (x < 0 ? -1 : 1) * ((1 - static_cast<long double>(std::fabs(x))) - erfcl(std::fabs(y)));
    const long double step = error / (1.128379167095512573896L * std::exp(-y * y));
    y -= step / (1 + y * step);
  }
  return static_cast<double>(y);
}

double lgamma(double x) {
  int sign;
  return static_cast<double>(lgammal_r(static_cast<long double>(x), &sign));
}

}  // namespace espalier::ir::scalar
