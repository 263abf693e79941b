#pragma once
// A multilayer perceptron, shared by the rows that train and compile it.
#include <vector>

#include "adam.h"

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

/// One step of training a classifier on a batch.
inline auto classifier_step(AdamState<Mlp> state, ep::Array image, ep::Array label) {
  const auto [loss, gradient] = ep::value_and_grad([&](Mlp net) { return cross_entropy(net(image), label); })(state.net);
  return std::pair{adam(state, gradient), loss};
}

}  // namespace bench
