// A block of a transformer with its gradient, and a train step of a small one.
#include "adam.h"
#include "gpt.h"
#include "groups.h"

namespace bench {
namespace {

auto block_with_gradient(Block net, ep::Array x, ep::Array w) {
  const auto loss = [](Block net, ep::Array x, ep::Array w) { return sum(net(x) * w); };
  return ep::value_and_grad(loss, ep::argnums<0, 1>)(net, x, w);
}

auto train_step(AdamState<Gpt> state, ep::Array ids, ep::Array next) {
  const auto [loss, gradient] = ep::value_and_grad([&](Gpt net) { return gpt_loss(net, ids, next); })(state.net);
  return std::pair{adam(state, gradient, {.b2 = 0.95, .decay = 0.1}), loss};
}

}  // namespace

Workloads transformers() {
  return {
      jitted("gpt_block_grad", "d768 h12 T256 B4", block_with_gradient, [] { return std::tuple{block(768, 12, 60), uniform(1, {4, 256, 768}), uniform(2, {4, 256, 768})}; }),
      stepped("nanogpt_step", "d128 L4 h4 T128 B8 V96", train_step, [] { return adam_state(gpt(128, 4, 4, 128, 96)); },
              [] { return std::tuple{integers(1, {8, 128}, 96), integers(2, {8, 128}, 96)}; }),
  };
}

}  // namespace bench
