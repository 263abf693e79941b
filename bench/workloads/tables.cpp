// Rows of a table by their numbers: read, added to, and both in a gradient.
#include "groups.h"
#include "workload.h"

namespace bench {

Workloads tables() {
  constexpr std::int64_t million = 1 << 20, rows = 100000, width = 16;
  const auto table = [] { return uniform(1, {rows, width}); };
  const auto numbers = [] { return integers(2, {million}, rows); };
  const auto loss = [](ep::Array t, ep::Array i) { return sum(square(t[i])); };
  return {
      jitted("gather", "1M rows of 16 from 100kx16", [](ep::Array t, ep::Array i) { return t[i]; }, [=] { return std::tuple{table(), numbers()}; }),
      jitted("scatter_add", "1M rows of 16 into 100kx16", [](ep::Array u, ep::Array i) { return ep::zeros({rows, width}).at(i).add(u); }, [=] { return std::tuple{uniform(1, {million, width}), numbers()}; }),
      jitted("embedding_grad", "1M rows of 16 from 100kx16", [loss](ep::Array t, ep::Array i) { return ep::grad(loss)(t, i); }, [=] { return std::tuple{table(), numbers()}; }),
  };
}

}  // namespace bench
