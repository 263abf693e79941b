// The time to trace and compile: the first call of a function less a later one.
#include "gpt.h"
#include "groups.h"
#include "mlp.h"

namespace bench {
namespace {

/// A new jit of f for every sample. `inputs()` makes the arguments of one call.
template <class F, class Inputs> Workload compiled(std::string name, std::string size, F f, Inputs inputs) {
  return {std::move(name), std::move(size), [f, inputs] {
    const auto once = [f, inputs] {
      const auto fresh = ep::jit(f);
      const auto args = inputs();
      const auto call = [&] { (void)std::apply(fresh, args); };
      const double first = seconds(1, call);
      return first - seconds(1, call);
    };
    return Prepared{
        [once](std::int64_t calls) {
      double sum = 0;
      for (std::int64_t i = 0; i < calls; ++i) sum += once();
      return sum;
    },
        [] { return std::numeric_limits<double>::quiet_NaN(); }};
  }};
}

ep::Array unrolled(ep::Array x) {
  for (int i = 0; i < 2000; ++i) x = sin(x) * 1.0001 + 0.001 * i;
  return x;
}

}  // namespace

Workloads compilation() {
  return {
      compiled("compile_mlp_step", "784-256-256-10 b128", classifier_step,
               [] { return std::tuple{adam_state(mlp({784, 256, 256, 10})), uniform(1, {128, 784}), integers(2, {128}, 10)}; }),
      compiled("compile_gpt12", "d256 h4 T64 B2 grad", [](Gpt net, ep::Array ids, ep::Array next) { return ep::value_and_grad(gpt_loss)(net, ids, next); },
               [] { return std::tuple{gpt(256, 4, 12, 64, 96), integers(1, {2, 64}, 96), integers(2, {2, 64}, 96)}; }),
      compiled("compile_chain2000", "(8,)", unrolled, [] { return std::tuple{uniform(1, 8)}; }),
  };
}

}  // namespace bench
