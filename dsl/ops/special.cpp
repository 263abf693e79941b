#include "espalier/dsl/ops/special.h"

#include <cmath>
#include <limits>
#include <numbers>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/settled.h"
#include "espalier/dsl/trace.h"
#include "espalier/ir/half.h"

namespace espalier {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// f of x in its float dtype, of halves in f32. A number becomes one of f32.
template <class F> Array of_floats(const Operand& x, const char* name, const F& f) {
  return detail::called_at(x.where, name, [&]() -> Array {
    detail::require_real(x, name);
    const Array a = detail::settled_floats(x);
    return f(ir::is_half(a.dtype()) ? a.as(f32) : a).as(a.dtype());
  });
}

Array lower_tail(const Array& x) { return 0.5 * erfc(-x * std::numbers::sqrt2 / 2); }

// Below `far` erfc nears the least numbers. There the tail is the density by -x, times an asymptotic series (DLMF 7.12.1): its terms fall
// below the rounding error.
Array log_lower_tail(const Array& x) {
  const double far = x.dtype() == f64 ? -30 : -10;
  const Array is_far = x < far, y = where(is_far, x, far), z = 1 / (y * y);
  const Array series = 1 - z * (1 - 3 * z * (1 - 5 * z * (1 - 7 * z * (1 - 9 * z * (1 - 11 * z * (1 - 13 * z))))));
  const Array tail = -0.5 * y * y - log(-y) - 0.5 * std::log(2 * std::numbers::pi) + log(series);
  const Array near = where(is_far, 0.0, x), above = near > 0;
  const Array central = where(above, log1p(-lower_tail(-where(above, near, 0.0))), log(lower_tail(where(above, 0.0, near))));
  return where(is_far, tail, central);
}

// The quantile of a probability below 0.14: an approximation within 0.00045 (Abramowitz & Stegun 26.2.23), then Newton's steps on the
// logarithm, each of which doubles the digits.
Array lower_quantile(const Array& p) {
  const Array log_p = log(p), t = sqrt(-2 * log_p);
  Array x = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (int step = 0; step < (p.dtype() == f64 ? 3 : 2); ++step) {
    const Array log_tail = log_lower_tail(x), slope = exp(-0.5 * x * x - log_tail) / std::sqrt(2 * std::numbers::pi);
    x = x - (log_tail - log_p) / slope;
  }
  return x;
}

}  // namespace

Array i0(Operand x) {
  return of_floats(x, "i0", [](const Array& a) { return exp(abs(a)) * bessel_i0e(a); });
}
Array i0e(Operand x) { return bessel_i0e(x); }
Array i1e(Operand x) { return bessel_i1e(x); }
Array logit(Operand p) {
  return of_floats(p, "logit", [](const Array& a) { return log(a) - log1p(-a); });
}
Array ndtr(Operand x) {
  return of_floats(x, "ndtr", lower_tail);
}
Array log_ndtr(Operand x) {
  return of_floats(x, "log_ndtr", log_lower_tail);
}
Array ndtri(Operand p) {
  return of_floats(p, "ndtri", [](const Array& a) {
    const Array is_low = a < 0.14, is_high = a > 0.86, inside = (a > 0) & (a < 1);
    const Array tail = where(is_low, a, where(is_high, 1 - a, 0.1)), outer = lower_quantile(where(inside, tail, 0.1));
    const Array central = std::numbers::sqrt2 * erf_inv(2 * where(is_low | is_high, 0.5, a) - 1);
    const Array value = where(is_low, outer, where(is_high, -outer, central));
    return where(a == 0, -infinity, where(a == 1, infinity, where((a < 0) | (a > 1), std::numeric_limits<double>::quiet_NaN(), value)));
  });
}
Array betaln(Operand a, Operand b) {
  return detail::called_at(a.where, "betaln", [&] {
    detail::require_real(a, "betaln"), detail::require_real(b, "betaln");
    return lgamma(a) + lgamma(b) - lgamma(a + b);
  });
}
Array multigammaln(Operand a, std::int64_t d) {
  return of_floats(a, "multigammaln", [d](const Array& x) {
    if (d < 1) throw ArgumentError("multigammaln", "d is " + std::to_string(d), "give 1 or more");
    Array total = static_cast<double>(d) * static_cast<double>(d - 1) / 4 * std::log(std::numbers::pi) + lgamma(x);
    for (std::int64_t j = 1; j < d; ++j) total = total + lgamma(x - static_cast<double>(j) / 2);
    return total;
  });
}

}  // namespace espalier
