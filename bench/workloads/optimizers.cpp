// Steps of optimizers alone, over trees of many leaves: the state is given away, the gradients stay.
#include "espalier/stdlib/optim.h"

#include "groups.h"
#include "workload.h"

namespace bench {
namespace {

using Leaves = std::vector<ep::Array>;

// The loss is a number of the new parameters, so that peers can be compared.
template <class Optimizer> auto step(std::pair<Leaves, Optimizer> state, Leaves gradients) {
  auto [leaves, next] = state.second.update(gradients, state.first);
  const ep::Array check = leaves.front()[0];
  return std::pair{std::pair{std::move(leaves), std::move(next)}, check};
}

Leaves leaves(std::uint32_t seed, int count, int length) {
  Leaves all;
  for (int i = 0; i < count; ++i) all.push_back(uniform(seed + static_cast<std::uint32_t>(i), {length}));
  return all;
}

}  // namespace

Workloads optimizers() {
  const auto initial = [] {
    const Leaves parameters = leaves(1000, 200, 1000);
    return std::pair{parameters, ep::optim::adam(1e-3).init(parameters)};
  };
  using Optimizer = decltype(initial().second);
  return {stepped("optimizer_200", "adam 200x1000", step<Optimizer>, initial, [] { return std::tuple{leaves(2000, 200, 1000)}; })};
}

}  // namespace bench
