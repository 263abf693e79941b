// The price of a call option from ten million normal draws.
#include <espalier/stdlib/random.h>

#include "groups.h"
#include "workload.h"

namespace bench {
namespace {

ep::Array price(ep::Key key) {
  const double rate = 0.03, volatility = 0.2;
  const auto draws = ep::random::normal(key, {10'000'000});
  const auto spot = 100.0 * exp((rate - 0.5 * volatility * volatility) + volatility * draws);
  return mean(maximum(spot - 100.0, 0.0)) * std::exp(-rate);
}

}  // namespace

Workloads sampling() {
  return {jitted("montecarlo", "1e7 threefry", price, [] { return std::tuple{ep::random::key(0)}; })};
}

}  // namespace bench
