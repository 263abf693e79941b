#include "native.h"

namespace bench {
namespace {

constexpr std::size_t n = 4 << 20, block = 4096;
constexpr float rate = 0.03f, root_half = 0.70710678f;

struct Market {
  Floats spot = uniform(1, n, 80, 120), strike = uniform(2, n, 80, 120), years = uniform(3, n, 0.2, 2), volatility = uniform(4, n, 0.1, 0.5);
};

inline float normal_cdf(float x) { return 0.5f * (1 + fast_erf(x * root_half)); }

__attribute__((noinline)) void prices(const float* __restrict s, const float* __restrict k, const float* __restrict t,
                                      const float* __restrict v, float* __restrict out) {
#pragma omp simd
  for (std::size_t i = 0; i < block; ++i) {
    const float spread = v[i] * std::sqrt(t[i]);
    const float d1 = (fast_log(s[i] / k[i]) + (rate + 0.5f * v[i] * v[i]) * t[i]) / spread;
    out[i] = s[i] * normal_cdf(d1) - k[i] * fast_exp(-rate * t[i]) * normal_cdf(d1 - spread);
  }
}
// In closed form: delta is N(d1), vega S n(d1) sqrt(T).
__attribute__((noinline)) void greeks(const float* __restrict s, const float* __restrict k, const float* __restrict t,
                                      const float* __restrict v, float* __restrict delta, float* __restrict vega) {
#pragma omp simd
  for (std::size_t i = 0; i < block; ++i) {
    const float root = std::sqrt(t[i]);
    const float d1 = (fast_log(s[i] / k[i]) + (rate + 0.5f * v[i] * v[i]) * t[i]) / (v[i] * root);
    delta[i] = normal_cdf(d1);
    vega[i] = s[i] * 0.3989422804f * fast_exp(-0.5f * d1 * d1) * root;
  }
}

}  // namespace

Workloads options() {
  return {
      {"blackscholes", "4M f32", [] {
    const Market m;
    const Floats out(n);
    const auto call = [=] {
#pragma omp parallel for schedule(static)
      for (std::size_t i = 0; i < n; i += block) prices(m.spot + i, m.strike + i, m.years + i, m.volatility + i, out + i);
    };
    return prepared(call, [=] { return magnitude(out); });
  }},
      {"greeks", "4M f32 dS,dsigma", [] {
    const Market m;
    const Floats delta(n), vega(n);
    const auto call = [=] {
#pragma omp parallel for schedule(static)
      for (std::size_t i = 0; i < n; i += block) greeks(m.spot + i, m.strike + i, m.years + i, m.volatility + i, delta + i, vega + i);
    };
    return prepared(call, [=] { return magnitude(delta) + magnitude(vega); });
  }},
  };
}

}  // namespace bench
