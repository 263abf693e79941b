// Chains of elementwise functions.
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
  return all;
}

}  // namespace bench
