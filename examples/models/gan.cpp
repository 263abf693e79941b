// A generative adversarial network (Goodfellow et al. 2014): two networks, each with its optimizer, in one tree and one compiled step.
#include "program.h"

namespace ep = espalier;
namespace nn = ep::nn;
namespace losses = ep::losses;

const std::int64_t batch = 256;

// Four heaps around the corners of a square: what the generator shall learn to draw.
ep::Array corners() { return ep::Array{{-1., -1.}, {-1., 1.}, {1., -1.}, {1., 1.}}; }
ep::Array real(ep::Key key, std::int64_t n) {
  auto [which, noise] = ep::random::split(key);
  return take(corners(), ep::random::randint(which, {n}, 0, 4), {.axis = 0}) + 0.1 * ep::random::normal(noise, {n, 2});
}

struct Gan {
  nn::MLP generator, critic;
  ep::optim::Adam generator_optimizer, critic_optimizer;
  ep::Array draw(ep::Key key, std::int64_t n) const { return generator(ep::random::normal(key, {n, 4})); }

  static Gan init(ep::Key key) {
    auto [a, b] = ep::random::split(key);
    const auto leaky = [](ep::Array x) { return leaky_relu(x, 0.2); };
    const nn::MLP generator = nn::MLP::init(a, 4, {64, 64, 2}), critic = nn::MLP::init(b, 2, {64, 64, 1}, {.activation = leaky});
    const auto adam = ep::optim::adam(1e-3, {.b1 = 0.5});
    return {generator, critic, adam.init(generator), adam.init(critic)};
  }
};

// The critic's step, then the generator's against the critic that has just learned.
Gan step(Gan gan, ep::Key key) {
  auto [real_key, fake_key, next_key] = ep::random::split<3>(key);
  const ep::Array truth = real(real_key, batch), fake = gan.draw(fake_key, batch);
  const auto tell_apart = [&](nn::MLP critic) {
    return mean(losses::sigmoid_binary_cross_entropy(critic(truth), ep::full({batch, 1}, 0.9))) +
           mean(losses::sigmoid_binary_cross_entropy(critic(fake), ep::zeros({batch, 1})));
  };
  auto [critic, critic_optimizer] = gan.critic_optimizer.update(ep::grad(tell_apart)(gan.critic), gan.critic);
  const auto deceive = [&](nn::MLP generator) {
    const ep::Array verdict = critic(generator(ep::random::normal(next_key, {batch, 4})));
    return mean(losses::sigmoid_binary_cross_entropy(verdict, ep::ones({batch, 1})));
  };
  auto [generator, generator_optimizer] = gan.generator_optimizer.update(ep::grad(deceive)(gan.generator), gan.generator);
  return {generator, critic, generator_optimizer, critic_optimizer};
}

void program(const Options& options) {
  auto [init_key, train_key, test_key] = ep::random::split<3>(ep::random::key(options.seed));
  const auto hundred_steps = ep::jit([](Gan gan, ep::Key key) {
    return ep::scan([](Gan gan, ep::Key key) { return std::pair{step(gan, key), ep::nothing}; }, gan, ep::random::split(key, 100)).first;
  });
  Gan gan = Gan::init(init_key);
  for (int i = 0, rounds = options.quick ? 15 : 60; i < rounds; ++i) gan = hundred_steps(std::move(gan), ep::random::fold_in(train_key, i));

  const ep::Array drawn = gan.draw(test_key, 4000);
  const ep::Array distances = ep::linalg::norm(expand_dims(drawn, 1) - corners(), {.axis = -1});  // [draws, corners]
  const ep::Array shares = mean(ep::one_hot(argmin(distances, 1), 4), 0);
  const double near = mean(min(distances, 1) < 0.4).item<double>();
  report("draws within 0.4 of a corner", near);
  report("smallest share of a corner", min(shares).item<double>());
  report("greatest share of a corner", max(shares).item<double>());
  require(near > 0.8, "most draws lie in one of the four heaps");
  require(min(shares).item<double>() > 0.08, "the generator has forgotten none of the four heaps");
}

int main(int argc, char** argv) { return run(argc, argv, "Trains a generator and a critic against each other, each with its optimizer.", &program); }
