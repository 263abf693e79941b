#pragma once
// The network of the Fashion-MNIST example and the step that trains it, for tests of what they compile to.
#include "espalier/espalier.h"

namespace espalier::test {

namespace nn = ep::nn;
using ep::Array;

struct Net {
  nn::Linear in, hidden, out;
  nn::BatchNorm norm_in, norm_hidden;
  nn::Dropout drop{0.2};
  static Net init(std::int64_t pixels, std::int64_t wide, std::int64_t narrow) {
    const ep::Key key(1);
    return {nn::Linear::init(key, pixels, wide), nn::Linear::init(key, wide, narrow), nn::Linear::init(key, narrow, 10), nn::BatchNorm::init(wide), nn::BatchNorm::init(narrow)};
  }
  Array operator()(Array x) {
    x = drop(relu(norm_in(in(x))));
    x = drop(relu(norm_hidden(hidden(x))));
    return out(x);
  }
};

/// One step of its training: (loss, net, optimizer, accuracy).
inline auto train_step(Net net, ep::optim::Adam opt, ep::metrics::Accuracy accuracy, ep::Key key, Array image, Array label) {
  auto loss = [&](Net net) {
    auto [logits, next] = ep::apply(net, key)(image.as(ep::f32) / 255);
    return std::pair{mean(ep::losses::cross_entropy(logits, label)), std::pair{next, logits}};
  };
  auto [value, aux, grads] = ep::value_and_grad(loss, ep::has_aux)(net);
  auto [trained, opt2] = opt.update(grads, aux.first);
  return std::tuple{value, trained, opt2, accuracy.update(ep::metrics::Inputs{.target = label, .preds = aux.second})};
}

}  // namespace espalier::test
