// What a call through jit costs beside the same code called without looking up: the train step of a small network, with Adam
// at a constant rate. Both take turns, so that what else happens on the machine meets both.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include <espalier/espalier.h>

namespace ep = espalier;

namespace {

struct Model {
  ep::nn::MLP net;
  ep::optim::Adam optimizer;
};

std::pair<ep::Array, Model> train_step(Model m, ep::Array x, ep::Array y) {
  const auto [loss, slope] = ep::value_and_grad([&](ep::nn::MLP net) { return mean(square(net(x) - y)); })(m.net);
  auto [net, optimizer] = m.optimizer.update(slope, m.net);
  return {loss, Model{std::move(net), std::move(optimizer)}};
}

// Microseconds per call.
template <class F> double microseconds(const F& call, int calls) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < calls; ++i) call();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count() / calls;
}
double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main() {
  const ep::Array x = ep::random::normal(ep::Key(1), {8, 2}), y = sum(x * x, {.axis = 1, .keepdims = true});
  const ep::nn::MLP net = ep::nn::MLP::init(ep::Key(2), 2, {8, 8, 1});
  const Model model{net, ep::optim::adam(1e-2).init(net)};
  const auto step = ep::jit(train_step);
  const auto direct = step.lower(model, x, y).compile();
  const auto through_jit = [&] { step(model, x, y); };
  const auto without = [&] { direct(model, x, y); };
  microseconds(through_jit, 1000);
  microseconds(without, 1000);
  std::vector<double> ours, theirs, ratios;
  for (int pair = 0; pair < 200; ++pair) {
    ours.push_back(microseconds(through_jit, 500));
    theirs.push_back(microseconds(without, 500));
    ratios.push_back(ours.back() / theirs.back());
  }
  std::printf("a step of a network 2-8-8-1 with Adam, microseconds: %.2f through jit, %.2f by .lower().compile(); median of the ratios of 200 pairs: %.3f\n",
              median(ours), median(theirs), median(ratios));
  std::printf("traced %zu time(s) in %d calls\n", step.trace_count(), 101'000);
}
