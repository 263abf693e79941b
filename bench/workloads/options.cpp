// Prices of European options (Black & Scholes, 1973), and their derivatives by grad.
#include "groups.h"
#include "workload.h"

namespace bench {
namespace {

ep::Array normal_cdf(ep::Array x) { return 0.5 * (1.0 + erf(x * 0.7071067811865476)); }

ep::Array price(ep::Array spot, ep::Array strike, ep::Array years, ep::Array volatility) {
  const double rate = 0.03;
  const auto spread = volatility * sqrt(years);
  const auto d1 = (log(spot / strike) + (rate + 0.5 * volatility * volatility) * years) / spread;
  return spot * normal_cdf(d1) - strike * exp(-rate * years) * normal_cdf(d1 - spread);
}

auto delta_and_vega(ep::Array spot, ep::Array strike, ep::Array years, ep::Array volatility) {
  const auto total = [](ep::Array s, ep::Array k, ep::Array t, ep::Array v) { return sum(price(s, k, t, v)); };
  return ep::grad(total, ep::argnums<0, 3>)(spot, strike, years, volatility);
}

auto market() {
  const std::int64_t n = 4 << 20;
  return std::tuple{uniform(1, n, 80, 120), uniform(2, n, 80, 120), uniform(3, n, 0.2, 2), uniform(4, n, 0.1, 0.5)};
}

}  // namespace

Workloads options() {
  return {jitted("blackscholes", "4M f32", price, market), jitted("greeks", "4M f32 dS,dsigma", delta_and_vega, market)};
}

}  // namespace bench
