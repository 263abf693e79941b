#pragma once
// A multilayer perceptron and Adam, shared by the rows that train and compile it.
#include <vector>

#include "workload.h"

namespace bench {

struct Layer {
  ep::Parameter weight, bias;
  ep::Array operator()(ep::Array x) const { return matmul(x, weight) + bias; }
};

struct Mlp {
  std::vector<Layer> layers;
  ep::Array operator()(ep::Array x) const {
    for (std::size_t i = 0; i + 1 < layers.size(); ++i) x = relu(layers[i](x));
    return layers.back()(x);
  }
};
/// Widths from input to output; weights of the streams first_seed, first_seed + 2, …; biases 0.
inline Mlp mlp(const std::vector<int>& widths, std::uint32_t first_seed = 10) {
  Mlp net;
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
    net.layers.push_back({weight(first_seed + 2 * static_cast<std::uint32_t>(i), {widths[i], widths[i + 1]}), ep::zeros({widths[i + 1]})});
  }
  return net;
}

/// The mean negative log-likelihood of class ids.
inline ep::Array cross_entropy(ep::Array logits, ep::Array label) {
  return -mean(sum(log_softmax(logits, -1) * one_hot(label, logits.shape(-1)), -1));
}

/// Parameters with Adam's two moments and the number of steps taken (Kingma & Ba, 2014).
struct AdamState {
  Mlp net, first, second;
  ep::Array count;
};
inline AdamState adam_state(Mlp net) {
  const auto zeros = [](ep::Array p) { return ep::zeros_like(p); };
  return {net, ep::map(zeros, net), ep::map(zeros, net), ep::full({}, 0, ep::i32)};
}
inline AdamState adam(const AdamState& state, const Mlp& gradient, double rate = 1e-3, double b1 = 0.9, double b2 = 0.999) {
  const auto count = state.count + 1;
  const auto steps = count.as(ep::f32);
  const auto c1 = 1 - pow(b1, steps), c2 = 1 - pow(b2, steps);
  const auto first = ep::map([&](ep::Array m, ep::Array g) { return b1 * m + (1 - b1) * g; }, state.first, gradient);
  const auto second = ep::map([&](ep::Array v, ep::Array g) { return b2 * v + (1 - b2) * g * g; }, state.second, gradient);
  const auto net = ep::map([&](ep::Array p, ep::Array m, ep::Array v) { return p - rate * (m / c1) / (sqrt(v / c2) + 1e-8); },
                           state.net, first, second);
  return {net, first, second, count};
}

/// One step of training a classifier on a batch.
inline auto classifier_step(AdamState state, ep::Array image, ep::Array label) {
  const auto [loss, gradient] = ep::value_and_grad([&](Mlp net) { return cross_entropy(net(image), label); })(state.net);
  return std::pair{adam(state, gradient), loss};
}

}  // namespace bench
