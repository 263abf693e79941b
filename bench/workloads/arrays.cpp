// One operation over a large array: what memory and vectors allow.
#include "groups.h"
#include "workload.h"

namespace bench {

Workloads arrays() {
  constexpr std::int64_t million = 1 << 20;
  const auto line = [] { return std::tuple{uniform(1, million, -4, 4)}; };
  return {
      jitted("gelu1M", "1M erf", [](ep::Array x) { return gelu_exact(x); }, line),
      jitted("exp1M", "1M", [](ep::Array x) { return exp(x); }, line),
      jitted("tanh1M", "1M", [](ep::Array x) { return tanh(x); }, line),
      jitted("sum16M", "16M", [](ep::Array x) { return sum(x); }, [] { return std::tuple{uniform(1, 16 * million, 0, 1)}; }),
      jitted("transpose4096", "4096x4096", [](ep::Array x) { return x.T(); }, [] { return std::tuple{uniform(1, {4096, 4096})}; }),
      jitted("sort1M", "1M", [](ep::Array x) { return sort(x); }, [] { return std::tuple{uniform(1, million)}; }),
      jitted("cumsum1M", "1M", [](ep::Array x) { return cumsum(x); }, [] { return std::tuple{uniform(1, million)}; }),
  };
}

}  // namespace bench
