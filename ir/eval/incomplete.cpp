// The incomplete gamma and beta functions in long double, one number at a time: series and continued fractions term by term until they
// no longer change, and Temme's expansion where a is so large that they would take thousands.
#include <cmath>
#include <limits>
#include <math.h>

#include "espalier/ir/eval/special.h"

namespace espalier::ir::scalar {
namespace {

using Real = long double;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr Real nothing = 1e-22L;  // a share that no longer counts
constexpr Real two_pi = 2 * M_PIl;
constexpr Real stirling_from = 20;

// log(gamma(z) / (sqrt(2 pi / z) (z / e)^z)) for z >= 20 (Abramowitz & Stegun 6.1.41).
Real stirling_error(Real z) {
  constexpr Real bernoulli[] = {1.0L / 6, -1.0L / 30, 1.0L / 42, -1.0L / 30, 5.0L / 66, -691.0L / 2730, 7.0L / 6, -3617.0L / 510, 43867.0L / 798, -174611.0L / 330};
  Real sum = 0, power = 1 / z;
  for (int k = 1; k <= 10; ++k, power /= z * z) sum += bernoulli[k - 1] / (2 * k * (2 * k - 1)) * power;
  return sum;
}

// lgamma(1 + z), with the digits of a small z.
Real lgamma_of_one_more(Real z) {
  int sign = 0;
  if (z > 1e-3L) return lgammal_r(1 + z, &sign);
  constexpr Real zeta[] = {1.64493406684822643647L, 1.20205690315959428540L, 1.08232323371113819152L, 1.03692775514336992633L, 1.01734306198444913971L, 1.00834927738192282684L};
  Real sum = -0.577215664901532860607L * z, power = z * z;
  for (int k = 2; k <= 7; ++k, power *= -z) sum += zeta[k - 2] / k * power;
  return sum;
}

// u - log(1 + u), which is u^2 / 2 beside 0; whole is 1 + u.
Real above_logarithm(Real u, Real whole) {
  if (std::fabs(u) > 0.1L) return u - std::log(whole);
  Real sum = 0, power = u * u;
  for (int k = 2; std::fabs(power) > nothing * std::fabs(sum); ++k, power *= -u) sum += power / k;
  return sum;
}

// x^a e^-x / gamma(a + 1).
Real gamma_density(Real a, Real x) {
  if (a < stirling_from) return std::exp(a * std::log(x) - x - lgamma_of_one_more(a));
  return std::exp(-a * above_logarithm((x - a) / a, x / a) - stirling_error(a)) / std::sqrt(two_pi * a);
}

struct ByA {
  Real value, slope;
};

// P(a, x) / gamma_density(a, x) (DLMF 8.7.1), and its derivative by a.
ByA series(Real a, Real x) {
  ByA sum{1, 0}, term{1, 0};
  for (Real n = a + 1; term.value > nothing * sum.value || std::fabs(term.slope) > nothing * std::fabs(sum.slope); n += 1) {
    const Real next = term.value * x / n;
    term = {next, (term.slope * x - next) / n};
    sum = {sum.value + term.value, sum.slope + term.slope};
  }
  return sum;
}

// Q(a, x) / (a gamma_density(a, x)), and its derivative by a: the continued fraction of DLMF 8.9.2 from the front, b_n - c_n / (b_(n+1) - …)
// with b_n = x - a + 2 n + 1 and c_n = n (n - a), by the ratios of its convergents.
ByA fraction(Real a, Real x) {
  Real p0 = 0, p1 = 1, q0 = 1, q1 = x - a + 1, dp0 = 0, dp1 = 0, dq0 = 0, dq1 = -1;
  ByA before{0, 0}, now{p1 / q1, (dp1 - p1 / q1 * dq1) / q1};
  for (int n = 1; n < 100000 && (std::fabs(now.value - before.value) > nothing * std::fabs(now.value) || std::fabs(now.slope - before.slope) > nothing * std::fabs(now.slope)); ++n) {
    const Real b = x - a + 2 * n + 1, c = -n * (n - a);
    const Real p = b * p1 + c * p0, q = b * q1 + c * q0;
    const Real dp = b * dp1 - p1 + c * dp0 + n * p0, dq = b * dq1 - q1 + c * dq0 + n * q0;
    p0 = p1 / q, q0 = q1 / q, dp0 = dp1 / q, dq0 = dq1 / q;  // scaled: they grow as factorials
    p1 = p / q, q1 = 1, dp1 = dp / q, dq1 = dq / q;
    before = now;
    now = {p1, dp1 - p1 * dq1};
  }
  return now;
}

// Temme, "On the computation of the incomplete gamma functions for large values of the parameters", 1987: with eta^2 / 2 = u - log(1 + u),
// u = x / a - 1 and f(eta) = eta / u, Q = erfc(eta sqrt(a / 2)) / 2 + e^(-a eta^2 / 2) / sqrt(2 pi a) S, and S by the derivatives of f.
struct Uniform {
  Real eta, half, sum, slope;
};
Uniform uniform(Real a, Real x) {
  constexpr Real f[] = {1,
                        -0.3333333333333333333333333L,
                        0.08333333333333333333333333L,
                        -0.01481481481481481481481481L,
                        0.001157407407407407407407407L,
                        0.0003527336860670194003527337L,
                        -0.0001787551440329218106995885L,
                        0.00003919263178522437781697041L,
                        -0.000002185448510679992161473643L,
                        -0.000001854062210715159960701799L,
                        0.0000008296711340953086005016242L,
                        -0.0000001766595273682607930436005L,
                        6.707853543401498580369397e-9L,
                        1.026180978424030804257396e-8L,
                        -4.382036018453353186552975e-9L,
                        9.147699582236790234182488e-10L,
                        -2.551419399494624976687795e-11L,
                        -5.830772132550425067464089e-11L};
  constexpr int count = static_cast<int>(sizeof f / sizeof f[0]);
  const Real u = (x - a) / a, phi = above_logarithm(u, x / a), eta = std::copysign(std::sqrt(2 * phi), u), d = 1 / a;
  Real b[count + 2] = {}, db[count + 2] = {};
  Real sum = 0, by_eta = 0, by_d = 0;
  for (int m = count - 2; m >= 0; --m) {
    b[m] = f[m + 1] + (m + 2) * d * b[m + 2];
    db[m] = (m + 2) * (b[m + 2] + d * db[m + 2]);
    by_eta = by_eta * eta + sum, sum = sum * eta + b[m], by_d = by_d * eta + db[m];
  }
  const Real whole = 1 + d * b[1], value = sum / whole, value_by_d = (by_d - value * (b[1] + d * db[1])) / whole;
  const Real ratio = u == 0 ? 1 : u / eta;
  return {eta, a * phi, value, -by_eta / whole * ratio * d - value_by_d * d * d};
}
// Where it is used.
constexpr Real uniform_from = 3000;
bool is_uniform(Real a, Real x) { return a >= uniform_from && x > 0.7L * a && x < 1.4L * a; }
bool is_above(Real a, Real x) { return x > 1 && x > a; }

Real lower(Real a, Real x) {
  if (!is_uniform(a, x)) return gamma_density(a, x) * series(a, x).value;
  const Uniform at = uniform(a, x);
  return erfcl(-std::copysign(std::sqrt(at.half), at.eta)) / 2 - std::exp(-at.half) / std::sqrt(two_pi * a) * at.sum;
}
Real upper(Real a, Real x) {
  if (!is_uniform(a, x)) return a * gamma_density(a, x) * fraction(a, x).value;
  const Uniform at = uniform(a, x);
  return erfcl(std::copysign(std::sqrt(at.half), at.eta)) / 2 + std::exp(-at.half) / std::sqrt(two_pi * a) * at.sum;
}

// Q for a, x <= 1: 1 - x^a / gamma(a + 1), and the rest of P's series in powers of -x (DLMF 8.7.1).
Real upper_of_small(Real a, Real x) {
  const Real exponent = a * std::log(x) - lgamma_of_one_more(a);
  Real sum = 0, term = x;
  for (int n = 1; std::fabs(term) > nothing * std::fabs(sum); ++n, term *= -x / n) sum += term / (a + n);
  return std::exp(exponent) * a * sum - std::expm1(exponent);
}

// P or Q where they are no limits.
bool at_end(double a, double x) { return !(a > 0) || !(x > 0) || std::isinf(a) || std::isinf(x); }
double end(double a, double x, double below, double above) {
  if (!(a >= 0) || !(x >= 0) || (a == 0 && x == 0)) return nan;
  return std::isinf(x) || a == 0 ? above : below;
}

// dP/da, or, of a sample, its quotient by dP/dx.
Real slope(Real a, Real x, bool of_sample) {
  if (is_uniform(a, x)) {
    const Uniform at = uniform(a, x);
    const Real u = (x - a) / a, logarithm = std::log1p(u), ratio = u == 0 ? 1 : logarithm / at.eta;
    const Real inner = -(ratio + at.sum * (logarithm - 0.5L / a) + at.slope);
    return (of_sample ? x / a * std::exp(stirling_error(a)) : std::exp(-at.half) / std::sqrt(two_pi * a)) * inner;
  }
  const Real unit = of_sample ? x / a : gamma_density(a, x), log_ratio = std::log(x) - digamma_in_long_double(1 + a);
  if (!is_above(a, x)) {
    const ByA p = series(a, x);
    return unit * (p.value * log_ratio + p.slope);
  }
  const ByA q = fraction(a, x);
  return -unit * (q.value * (a * log_ratio + 1) + a * q.slope);
}
double slope_or_end(double a, double x, bool of_sample) {
  if (!(a > 0) || !(x >= 0)) return nan;
  if (at_end(a, x)) return 0;
  return static_cast<double>(of_sample ? -slope(a, x, true) : slope(a, x, false));
}

// x^a y^b / B(a, b) for y = 1 - x; log_x and log_y are theirs.
Real beta_density(Real a, Real b, Real x, Real y, Real log_x, Real log_y) {
  if (a > b) return beta_density(b, a, y, x, log_y, log_x);
  const Real all = a + b;
  if (b < stirling_from) return a / all * b * std::exp(a * log_x + b * log_y + lgamma_of_one_more(all) - lgamma_of_one_more(a) - lgamma_of_one_more(b));
  if (a < stirling_from) {
    const Real grown = (all - 0.5L) * std::log1p(a / b) - a + stirling_error(all) - stirling_error(b);
    return a * std::exp(a * (log_x + std::log(b)) + b * log_y + grown - lgamma_of_one_more(a));
  }
  const Real u = x * b - y * a;
  const Real exponent = a * above_logarithm(u / a, x * (all / a)) + b * above_logarithm(-u / b, y * (all / b));
  return std::exp(stirling_error(all) - stirling_error(a) - stirling_error(b) - exponent) * std::sqrt(a * (b / all) / two_pi);
}

// beta_density(a, b, x, 1 - x) / I_x(a, b) by the even part of DLMF 8.17.22's continued fraction, from the front (Lentz's method).
Real beta_fraction(Real a, Real b, Real x) {
  const auto nonzero = [](Real v) { return v == 0 ? 1e-4000L : v; };
  Real numerator = nonzero(a * (a - (a + b) * x + 1) / (a + 1)), denominator = 0, value = numerator, change = 2;
  for (int m = 1; m < 20000 && std::fabs(change - 1) > 1e-19L; ++m) {
    const Real odd = a + 2 * m - 1, share = m * (b - m) * x / odd;
    const Real top = (a + m - 1) * ((a + b + m - 1) * x / odd) * share;
    const Real bottom = m + share + (a + m) * (a - (a + b) * x + 1 + m * (2 - x)) / (odd + 2);
    numerator = nonzero(bottom + top / numerator), denominator = 1 / nonzero(bottom + top * denominator);
    change = numerator * denominator;
    value *= change;
  }
  return value;
}

}  // namespace

double igamma(double a, double x) {
  if (at_end(a, x)) return end(a, x, 0, 1);
  return static_cast<double>(is_above(a, x) ? 1 - upper(a, x) : lower(a, x));
}

double igammac(double a, double x) {
  if (at_end(a, x)) return end(a, x, 1, 0);
  if (is_above(a, x)) return static_cast<double>(upper(a, x));
  return static_cast<double>(a < 1 ? upper_of_small(a, x) : 1 - lower(a, x));
}

double igamma_grad_a(double a, double x) { return slope_or_end(a, x, false); }
double random_gamma_grad(double a, double x) { return slope_or_end(a, x, true); }

double betainc(double a, double b, double x) {
  const bool low = a == 0 || std::isinf(b), high = b == 0 || std::isinf(a);
  if (!(a >= 0) || !(b >= 0) || !(x >= 0) || !(x <= 1) || (low && high)) return nan;
  if (low || high || x == 0 || x == 1) return (low && x > 0) || x == 1 ? 1 : 0;
  const Real from = x, rest = 1 - from, all = static_cast<Real>(a) + b;
  const Real density = beta_density(a, b, from, rest, std::log(from), std::log1p(-from));
  if (from < (a + 1.0L) / (all + 2)) return static_cast<double>(density / beta_fraction(a, b, from));
  return static_cast<double>(1 - density / beta_fraction(b, a, rest));
}

}  // namespace espalier::ir::scalar
