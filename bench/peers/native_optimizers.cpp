#include "native_steps.h"

namespace bench {
namespace {

// Leaves that lie apart, each with moments of its own.
struct Leaves {
  std::vector<Floats> parameters, gradients;
  std::vector<Adam> adam;

  Leaves(std::uint32_t count, std::int64_t length) {
    for (std::uint32_t i = 0; i < count; ++i) {
      parameters.push_back(uniform(1000 + i, length));
      gradients.push_back(uniform(2000 + i, length));
      adam.emplace_back(static_cast<std::size_t>(length));
    }
  }
};

float step(Leaves& leaves) {
  const auto count = static_cast<int>(leaves.adam.size());
#pragma omp parallel for schedule(static)
  for (int i = 0; i < count; ++i) {
    const auto k = static_cast<std::size_t>(i);
    leaves.adam[k].next_step();
    leaves.adam[k].update(leaves.parameters[k], leaves.gradients[k], 0, leaves.parameters[k].size());
  }
  return leaves.parameters[0][0];
}

}  // namespace

Workloads optimizers() {
  return {{"optimizer_200", "adam 200x1000", [] { return trained(std::make_shared<Leaves>(200, 1000), step); }}};
}

}  // namespace bench
