// What a call through jit costs beside the same code called without looking up: the train step of a small network, with Adam
// at a constant rate. And what one costs whose function captures the network, beside one that is given it. Both take turns, so that what
// else happens on the machine meets both.
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

// The medians of both in turns, and of their ratios, as text.
template <class F, class G> void report(const char* what, const char* first, const F& ours, const char* second, const G& theirs) {
  microseconds(ours, 1000);
  microseconds(theirs, 1000);
  std::vector<double> mine, others, ratios;
  for (int pair = 0; pair < 200; ++pair) {
    mine.push_back(microseconds(ours, 500));
    others.push_back(microseconds(theirs, 500));
    ratios.push_back(mine.back() / others.back());
  }
  std::printf("%s, microseconds: %.2f %s, %.2f %s; median of the ratios of 200 pairs: %.3f\n", what, median(mine), first, median(others), second, median(ratios));
}

}  // namespace

int main() {
  const ep::Array x = ep::random::normal(ep::Key(1), {8, 2}), y = sum(x * x, {.axis = 1, .keepdims = true});
  const ep::nn::MLP net = ep::nn::MLP::init(ep::Key(2), 2, {8, 8, 1});
  const Model model{net, ep::optim::adam(1e-2).init(net)};
  const auto step = ep::jit(train_step);
  const auto direct = step.lower(model, x, y).compile();
  report("a step of a network 2-8-8-1 with Adam", "through jit", [&] { step(model, x, y); }, "by .lower().compile()", [&] { direct(model, x, y); });
  std::printf("traced %zu time(s) in %d calls\n", step.trace_count(), 101'000);

  const auto given = ep::jit([](ep::nn::MLP net, ep::Array x) { return net(x); });
  const auto captured = ep::jit([&](ep::Array x) { return net(x); });
  report("a network 2-8-8-1", "captured", [&] { (void)captured(x); }, "given", [&] { (void)given(net, x); });
  std::printf("traced %zu time(s) in %d calls\n", captured.trace_count(), 101'000);
}
