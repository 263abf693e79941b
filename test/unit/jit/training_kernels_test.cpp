// What the kernels of training programs are: bias, activation, dropout and normalisation ride on others, equal layers
// share their code, and intermediate arrays live in an arena about as small as it can be.
#include <gtest/gtest.h>

#include "demo_step.h"
#include "espalier/espalier.h"

namespace {

using ep::Array;
namespace nn = ep::nn;

template <class... A> ep::Cost cost(const auto& f, const A&... args) { return ep::jit(f).lower(args...).cost(); }

struct Mlp {
  std::vector<nn::Linear> layers;
  Array operator()(Array x) const {
    for (const nn::Linear& layer : layers) x = relu(layer(x));
    return x;
  }
};
Mlp mlp(std::initializer_list<int> widths) {
  Mlp net;
  for (auto width = widths.begin(); width + 1 != widths.end(); ++width) net.layers.push_back(nn::Linear::init(ep::Key(1), width[0], width[1]));
  return net;
}

TEST(TrainingKernels, BiasAndActivationRideOnTheProduct) {
  EXPECT_EQ(cost([](Mlp net, Array x) { return net(x); }, mlp({64, 48, 32, 10}), ep::abstract({16, 64})).kernels, 3);
}

TEST(TrainingKernels, EqualLayersShareTheirCode) {
  const Mlp net = mlp({64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64});
  const ep::Cost forward = cost([](Mlp net, Array x) { return net(x); }, net, ep::abstract({16, 64}));
  EXPECT_EQ(forward.kernels, 12);
  EXPECT_EQ(forward.distinct_kernels, 1);
}

struct Dropped {
  nn::Linear in, out;
  nn::Dropout drop{0.5};
  Array operator()(Array x) const { return out(drop(relu(in(x)))); }
};
TEST(TrainingKernels, DropoutRidesToo) {
  const Dropped net{nn::Linear::init(ep::Key(1), 64, 48), nn::Linear::init(ep::Key(2), 48, 10)};
  const auto run = [](Dropped net, ep::Key key, Array x) { return ep::apply(net, key, ep::immutable)(x); };
  EXPECT_LE(cost(run, net, ep::Key(3), ep::abstract({16, 64})).kernels, 2 + 1);  // and the words of its key, a scalar each
}

TEST(TrainingKernels, BatchNormIsOneForwardAndAtMostTwoBackward) {
  const auto norm = nn::BatchNorm::init(32);
  const Array x = ep::abstract({64, 32});
  EXPECT_EQ(cost([](nn::BatchNorm norm, Array x) { return ep::mutate(norm)(x); }, norm, x).kernels, 1);
  const auto loss = [](nn::BatchNorm norm, Array x) {
    auto [y, next] = ep::mutate(norm)(x);
    return std::pair{sum(square(y) * y), next};
  };
  EXPECT_LE(cost(ep::grad(loss, ep::has_aux, ep::argnums<0, 1>), norm, x).kernels, 1 + 2);
}

// The train step of the Fashion-MNIST example: 8 products; a kernel forward and one backward for each normalisation with
// the bias, activation and dropout around it; the loss; the last bias; the images; and 8 of scalars.
TEST(TrainingKernels, ATrainStepIsItsProductsAndLittleElse) {
  const ep::Key key(1);
  const auto net = espalier::test::Net::init(784, 256, 128);
  const auto opt = ep::optim::adam(1e-3).init(net);
  const ep::Cost cost = ep::jit(espalier::test::train_step).lower(net, opt, ep::metrics::Accuracy(), key, ep::abstract({128, 784}, ep::u8), ep::abstract({128}, ep::u8)).cost();
  EXPECT_LE(cost.kernels, 23) << cost;
  EXPECT_LE(static_cast<double>(cost.arena_bytes), 1.1 * static_cast<double>(cost.arena_lower_bound)) << cost;
}

}  // namespace
