// Train steps: forward, backward and Adam in one jitted function, the state given away.
#include "groups.h"
#include "mlp.h"

namespace bench {
namespace {

auto regression_step(AdamState<Mlp> state, ep::Array x, ep::Array y) {
  const auto [loss, gradient] = ep::value_and_grad([&](Mlp net) { return mean(square(net(x) - y)); })(state.net);
  return std::pair{adam(state, gradient), loss};
}

Workload classifier(std::string name, std::string size, std::vector<int> widths) {
  return stepped(std::move(name), std::move(size), classifier_step, [=] { return adam_state(mlp(widths)); },
                 [=] { return std::tuple{uniform(1, {128, widths.front()}), integers(2, {128}, widths.back())}; });
}

}  // namespace

Workloads training() {
  return {
      classifier("mlp_step", "784-256-256-10 b128", {784, 256, 256, 10}),
      stepped("mlp_tiny_step", "4-16-16-1 b1", regression_step, [] { return adam_state(mlp({4, 16, 16, 1})); },
              [] { return std::tuple{uniform(1, {1, 4}), uniform(2, {1, 1})}; }),
      classifier("mlp_512", "784-512-512-10 b128", {784, 512, 512, 10}),
  };
}

}  // namespace bench
