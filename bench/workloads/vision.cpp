// Convolutional networks: a train step of a small one, and a residual block with its gradient.
#include "groups.h"
#include "mlp.h"

namespace bench {
namespace {

// A kernel of size x size, in channels to out channels; its weights have variance 1 / (size² in).
ep::Array kernel(std::uint32_t seed, std::int64_t size, std::int64_t in, std::int64_t out) {
  return reshape(weight(seed, {size * size * in, out}), {size, size, in, out});
}

// LeCun et al., "Gradient-based learning applied to document recognition", 1998, with rectified units and maxima.
struct LeNet {
  ep::Parameter first, first_bias, second, second_bias;
  Mlp classifier;
  ep::Array operator()(ep::Array x) const {
    x = max_pool(relu(conv(x, first, {.padding = "SAME"}) + first_bias), 2);
    x = max_pool(relu(conv(x, second) + second_bias), 2);
    return classifier(reshape(x, {x.shape(0), -1}));
  }
};
struct Momentum {
  LeNet net, velocity;
};
LeNet lenet() { return {kernel(11, 5, 1, 6), ep::zeros({6}), kernel(12, 5, 6, 16), ep::zeros({16}), {mlp({400, 120, 84, 10}, 13)}}; }

auto lenet_step(Momentum state, ep::Array image, ep::Array label) {
  const auto [loss, gradient] = ep::value_and_grad([&](LeNet net) { return cross_entropy(net(image), label); })(state.net);
  const auto velocity = ep::map([](ep::Array v, ep::Array g) { return 0.9 * v + g; }, state.velocity, gradient);
  const auto net = ep::map([](ep::Array p, ep::Array v) { return p - 0.01 * v; }, state.net, velocity);
  return std::pair{Momentum{net, velocity}, loss};
}

// Over all but the channels (Ioffe & Szegedy, 2015).
ep::Array normalised(ep::Array x, ep::Array gain, ep::Array bias) {
  const auto centred = x - mean(x, {.axis = {0, 1, 2}});
  return centred * rsqrt(mean(square(centred), {.axis = {0, 1, 2}}) + 1e-5) * gain + bias;
}
struct ResidualBlock {
  ep::Parameter first, gain1, bias1, second, gain2, bias2;
  ep::Array operator()(ep::Array x) const {
    const auto h = relu(normalised(conv(x, first, {.padding = "SAME"}), gain1, bias1));
    return relu(x + normalised(conv(h, second, {.padding = "SAME"}), gain2, bias2));
  }
};
auto residual_with_gradient(ResidualBlock net, ep::Array x, ep::Array w) {
  return ep::value_and_grad([](ResidualBlock net, ep::Array x, ep::Array w) { return sum(net(x) * w); }, ep::argnums<0, 1>)(net, x, w);
}

}  // namespace

Workloads vision() {
  const auto block = [] { return ResidualBlock{kernel(3, 3, 64, 64), ep::ones({64}), ep::zeros({64}), kernel(4, 3, 64, 64), ep::ones({64}), ep::zeros({64})}; };
  return {
      stepped("lenet_step", "b64", lenet_step, [] { return Momentum{lenet(), ep::map([](ep::Array p) { return ep::zeros_like(p); }, lenet())}; },
              [] { return std::tuple{uniform(1, {64, 28, 28, 1}), integers(2, {64}, 10)}; }),
      jitted("resblock_grad", "8x64x56x56", residual_with_gradient, [=] { return std::tuple{block(), uniform(1, {8, 56, 56, 64}), uniform(2, {8, 56, 56, 64})}; }),
  };
}

}  // namespace bench
