// Chains of elementwise functions, and the shortest one.
#include "groups.h"
#include "workload.h"

namespace bench {
namespace {

ep::Array chain(ep::Array x) {
  auto t = x * 1.1 + 0.3;
  t = t * t - x;
  t = exp(t * -0.25) * x + 1.0;
  return maximum(t, 0.0) * 0.5;
}

}  // namespace

Workloads elementwise() {
  Workloads all;
  const auto chained = [&](std::string name, std::int64_t n) {
    all.push_back(jitted(std::move(name), std::to_string(n), chain, [=] { return std::tuple{uniform(1, n)}; }));
  };
  chained("chain16M", 1 << 24);
  chained("chain64K", 1 << 16);
  chained("chain1K", 1 << 10);
  const auto triad = [](ep::Array x, ep::Array z) { return x * 0.5 + z; };
  all.push_back(jitted("triad16M", "16777216", triad, [] { return std::tuple{uniform(1, 1 << 24), uniform(2, 1 << 24)}; }));
  return all;
}

}  // namespace bench
