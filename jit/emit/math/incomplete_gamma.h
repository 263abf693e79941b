#pragma once
#include "espalier/jit/emit/math/error_function.h"
#include "espalier/jit/emit/math/stirling.h"

/// The regularized incomplete gamma functions P(a, x) and Q(a, x) = 1 - P(a, x), and their derivatives by a, for f64 lanes.
///
/// Three methods meet (Gil, Segura & Temme, "Efficient and accurate algorithms for the computation and inversion of the incomplete
/// gamma function ratios", 2012): the power series of P (DLMF 8.7.1) where x is small, the continued fraction of Q (DLMF 8.9.2) where it is
/// large, and Temme's expansion, uniform in x, where a is large and x beside it: there the first two take sqrt(a) steps.
namespace espalier::codegen::math {

/// Where each method is used.
template <Real V> struct GammaRegions {
  using M = typename V::mask;
  M uniform, fraction, series;
  GammaRegions(V a, V x)
      : uniform((a >= 20.0) & (x > a * 0.3) & (x < a * 2.35)), fraction((!uniform) & (x > 1.0) & (x > a)), series((!uniform) & (!fraction)) {}
};

/// A number, and its derivative by a.
template <Real V> struct ByA {
  V value, slope;
};

/// P(a, x) / gamma_density(a, x): the sum over n of x^n / ((a + 1) … (a + n)). Zero x end at once.
template <Real V> ByA<V> gamma_series(V a, V x) {
  const V zero = constant(a, 0.0), one = constant(a, 1.0);
  const auto [at, term, slope, sum, slopes] = iterate_while(
      std::tuple{a, one, zero, one, zero},
      [](V, V term, V slope, V sum, V slopes) { return (term > sum * 0x1p-54) | (abs(slope) > abs(slopes) * 0x1p-54); },
      [&](V at, V term, V slope, V sum, V slopes) {
    const V n = at + 1.0, next = term * x / n, next_slope = (slope * x - next) / n;
    return std::tuple{n, next, next_slope, sum + next, slopes + next_slope};
  });
  return {sum, slopes};
}

/// Q(a, x) / (a gamma_density(a, x)) by the even part of the continued fraction, as a series of its partial products.
template <Real V> ByA<V> gamma_fraction(V a, V x) {
  const V zero = constant(a, 0.0), one = constant(a, 1.0), first = x + 1.0 - a;
  // p and q are numerator and denominator of a step; r and s what they grow by. Each has its derivative by a.
  const auto step = [](V p, V dp, V q, V dq, V k, V s, V r, V ro, V dro, V t, V dt, V g, V dg) {
    const V p1 = p + s, dp1 = dp - 1.0, q1 = q + r, dq1 = dq - 4.0;
    const V tau = p1 * (1.0 + ro), dtau = dp1 * (1.0 + ro) + p1 * dro, rest = 1.0 / (q1 - tau);
    const V ro1 = tau * rest, dro1 = (dtau * q1 - tau * dq1) * rest * rest;
    const V t1 = t * ro1, dt1 = dt * ro1 + t * dro1;
    return std::tuple{p1, dp1, q1, dq1, k + 1.0, s + 2.0, r + 8.0, ro1, dro1, t1, dt1, g + t1, dg + dt1};
  };
  const auto goes_on = [](V, V, V, V, V k, V, V, V, V, V t, V dt, V g, V dg) {
    return ((abs(t) > abs(g) * 0x1p-54) | (abs(dt) > abs(dg) * 0x1p-54)) & (k < 500.0);
  };
  const auto result = iterate_while(std::tuple{zero, zero, (x - 1.0 - a) * first, (a - x) * 2.0, zero, 1.0 - a, first * 4.0, zero, zero, one, zero, one, zero}, goes_on, step);
  const V g = std::get<11>(result), dg = std::get<12>(result);
  return {g / first, (dg + g / first) / first};
}

/// The uniform expansion at a and u = x / a - 1.
template <Real V> struct GammaUniform {
  V eta;    ///< eta^2 / 2 = u - log(1 + u), with the sign of u
  V half;   ///< a eta^2 / 2
  V sum;    ///< (Q - erfc(sqrt(half)) / 2) sqrt(2 pi a) e^half, for eta > 0
  V slope;  ///< its derivative by a
};

template <Real V> GammaUniform<V> gamma_uniform(V a, V x) {
  // eta / u as a series in eta, from eta u'(eta) = … (Temme 1987).
  constexpr double f[] = {1.0,
                          -0.3333333333333333333333333,
                          0.08333333333333333333333333,
                          -0.01481481481481481481481481,
                          0.001157407407407407407407407,
                          0.0003527336860670194003527337,
                          -0.0001787551440329218106995885,
                          0.00003919263178522437781697041,
                          -0.000002185448510679992161473643,
                          -0.000001854062210715159960701799,
                          0.0000008296711340953086005016242,
                          -0.0000001766595273682607930436005,
                          6.707853543401498580369397e-9,
                          1.026180978424030804257396e-8,
                          -4.382036018453353186552975e-9,
                          9.147699582236790234182488e-10,
                          -2.551419399494624976687795e-11,
                          -5.830772132550425067464089e-11,
                          2.436194802066741624369407e-11,
                          -5.02766928011417558909055e-12,
                          1.100439203195613477083742e-13,
                          3.371763262400985378827699e-13,
                          -1.392388722418162065919366e-13,
                          2.853489380704744320396691e-14,
                          -5.139111834242572618990646e-16,
                          -1.975228829434944283539624e-15,
                          8.099521156704561334071157e-16};
  const V u = (x - a) / a, phi = above_logarithm(u, x / a), root = sqrt(phi * 2.0);
  const V eta = select(u < 0.0, -root, root);
  const V d = 1.0 / a;
  // Coefficients b_m = f_(m+1) + (m + 2) b_(m+2) / a, from the last, each with its derivative by 1 / a; their polynomial in eta on the way.
  V later = constant(a, 0.0), later_slope = later, next = later, next_slope = later, sum = later, by_eta = later, by_d = later;
  for (int m = 25; m >= 0; --m) {
    const double k = m + 2;
    const V b = fma(d * k, later, f[m + 1]), b_slope = (later + d * later_slope) * k;
    later = next, later_slope = next_slope, next = b, next_slope = b_slope;
    by_eta = fma(by_eta, eta, sum), sum = fma(sum, eta, b), by_d = fma(by_d, eta, b_slope);
  }
  // Now `later` is b_1: 1 + b_1 / a is gamma(a) over its Stirling's formula.
  const V whole = fma(d, later, 1.0), whole_slope = later + d * later_slope;
  const V value = sum / whole, slope_by_d = (by_d - value * whole_slope) / whole;
  const V ratio = select(u == 0.0, 1.0, u / eta);
  return {eta, a * phi, value, (by_eta / whole * -ratio - slope_by_d * d) * d};
}

constexpr double gamma_two_pi = 6.283185307179586477;

/// P or, if `upper`, Q by the uniform expansion.
template <bool upper, Real V> V gamma_uniform_ratio(V a, V x) {
  const auto at = gamma_uniform(a, x);
  const V root = sqrt(at.half), z = select(at.eta < 0.0, -root, root);
  const V rest = exp(-at.half) / sqrt(a * gamma_two_pi) * at.sum;
  return upper ? erfc(z) * 0.5 + rest : erfc(-z) * 0.5 - rest;
}

/// Q(a, x) for a, x <= 1, where 1 - P cancels: 1 - x^a / gamma(a + 1), and the rest of the series of P.
template <Real V> V gamma_upper_of_small(V a, V x) {
  const V exponent = a * log(x) - lgamma_of_one_more(a);
  const auto [n, term, sum] = iterate_while(
      std::tuple{constant(a, 1.0), x, x / (a + 1.0)}, [](V, V term, V sum) { return abs(term) > abs(sum) * 0x1p-54; },
      [&](V n, V term, V sum) {
    const V next = term * -x / (n + 1.0);
    return std::tuple{n + 1.0, next, sum + next / (a + n + 1.0)};
  });
  return exp(exponent) * a * sum - expm1(exponent);
}

/// x, or where it is so far above a that more of it changes nothing but its logarithm, a number whose sums and products stay in range.
template <Real V> V within_reach(V a, V x) { return select((x > 0x1p340) & (a < 0x1p270), constant(x, 0x1p340), x); }

/// P(a, x), or Q(a, x) if `upper`. NaN outside of a >= 0, x >= 0, and at (0, 0).
template <bool upper, Real V> V regularized_gamma(V given_a, V given_x) {
  const auto finite = (given_a > 0.0) & (given_a < infinity) & (given_x > 0.0) & (given_x < infinity);
  const V a = select(finite, given_a, 1.0), x = within_reach(a, select(finite, given_x, 1.0));
  const GammaRegions<V> regions(a, x);
  const V density = gamma_density(a, x);
  const V lower = density * gamma_series(a, select(regions.series, x, 0.0)).value;
  const V series = upper ? 1.0 - lower : lower;
  const auto [by_fraction] = where_any(regions.fraction, std::tuple{series}, [&] {
    const V q = density * a * gamma_fraction(select(regions.fraction, a, 1.0), select(regions.fraction, x, 2.0)).value;
    return std::tuple{upper ? q : 1.0 - q};
  });
  const auto [usual] = where_any(regions.uniform, std::tuple{by_fraction}, [&] {
    return std::tuple{gamma_uniform_ratio<upper>(select(regions.uniform, a, 20.0), select(regions.uniform, x, 20.0))};
  });
  V result = usual;
  if constexpr (upper) {
    const auto small = regions.series & (a < 1.0);
    result = std::get<0>(where_any(small, std::tuple{usual}, [&] { return std::tuple{gamma_upper_of_small(select(small, a, 0.5), select(small, x, 0.5))}; }));
  }
  // At the ends: all of it lies below an infinite x and above a zero, where a is 0 below any x, where it is infinite above.
  const auto all_below = (given_x == infinity) | (given_a == 0.0);
  const V ends = select(all_below, constant(x, upper ? 0.0 : 1.0), constant(x, upper ? 1.0 : 0.0));
  const auto valid = (given_a >= 0.0) & (given_x >= 0.0) & !((given_a == 0.0) & (given_x == 0.0));
  return select(valid, select(finite, result, ends), not_a_number);
}

template <Real V> V igamma(V a, V x) { return regularized_gamma<false>(a, x); }
template <Real V> V igammac(V a, V x) { return regularized_gamma<true>(a, x); }

/// The derivative of P by a, or, if `of_sample`, that of a draw of the gamma distribution by a: -(dP/da) / (dP/dx), which is
/// right where dP/da has vanished. 0 at x = 0; NaN outside of a > 0, x >= 0.
template <bool of_sample, Real V> V gamma_slope(V given_a, V given_x) {
  const auto finite = (given_a > 0.0) & (given_a < infinity) & (given_x > 0.0) & (given_x < infinity);
  const V a = select(finite, given_a, 1.0), all_of_x = select(finite, given_x, 1.0), x = within_reach(a, all_of_x);
  const GammaRegions<V> regions(a, x);
  const V density = of_sample ? x : gamma_density(a, x);  // of a draw: a / (dP/dx), with the density taken out
  const V log_ratio = log(all_of_x) - digamma(a + 1.0);
  const auto lower = gamma_series(a, select(regions.series, x, 0.0));
  const V series = density * (lower.value * log_ratio + lower.slope);
  const auto [by_fraction] = where_any(regions.fraction, std::tuple{series}, [&] {
    const V b = select(regions.fraction, a, 1.0);
    const auto above = gamma_fraction(b, select(regions.fraction, x, 2.0));
    // The derivative of log(a density) is log x - digamma(a).
    return std::tuple{-density * (above.value * (b * log_ratio + 1.0) + b * above.slope)};
  });
  const auto [by_a] = where_any(regions.uniform, std::tuple{by_fraction}, [&] {
    const V b = select(regions.uniform, a, 20.0), y = select(regions.uniform, x, 20.0), u = (y - b) / b;
    const auto at = gamma_uniform(b, y);
    const V logarithm = select(abs(u) < 0.5, log1p(u), log(y / b));
    const V ratio = select(u == 0.0, 1.0, logarithm / at.eta);
    const V inner = -(ratio + at.sum * (logarithm - 0.5 / b) + at.slope);
    const V outer = of_sample ? y / b * exp(stirling_error(b)) : exp(-at.half) / sqrt(b * gamma_two_pi);
    return std::tuple{outer * inner};
  });
  const V result = of_sample ? -by_a / select(regions.uniform, 1.0, a) : by_a;
  const auto valid = (given_a > 0.0) & (given_x >= 0.0);
  return select(valid, select(finite, result, constant(x, 0.0)), not_a_number);
}

template <Real V> V igamma_grad_a(V a, V x) { return gamma_slope<false>(a, x); }
template <Real V> V random_gamma_grad(V a, V x) { return gamma_slope<true>(a, x); }

}  // namespace espalier::codegen::math
