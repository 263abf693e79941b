// An ensemble of networks in one: vmap over modules makes them, trains them and asks them all. Where they have seen data they agree;
// where they have not they differ, which says how little is known there.
#include "program.h"

namespace ep = espalier;
namespace nn = ep::nn;

// A network with its optimizer: for vmap one value with a new leading axis in every leaf.
struct Member {
  nn::MLP net;
  ep::optim::Adam optimizer;
};

const std::int64_t members = 8;

Member make(ep::Key key) {
  const auto net = nn::MLP::init(key, 1, {32, 32, 1}, {.activation = &ep::tanh});
  return {net, ep::optim::adam(1e-2).init(net)};
}

// One step of one member; nothing here knows that there are others.
std::pair<ep::Array, Member> step(Member member, ep::Array x, ep::Array y) {
  const auto loss = [&](nn::MLP net) { return mean(square(net(x) - y)); };
  auto [value, slope] = ep::value_and_grad(loss)(member.net);
  auto [net, optimizer] = member.optimizer.update(slope, member.net);
  return {value, Member{net, optimizer}};
}

void program(const Options& options) {
  auto [data_key, net_key] = ep::random::split(ep::random::key(options.seed));
  auto [x_key, noise_key] = ep::random::split(data_key);
  const ep::Array x = ep::random::uniform(x_key, {128, 1}, {.minval = -2, .maxval = 2});
  const ep::Array y = sin(2 * x) + 0.1 * ep::random::normal(noise_key, {128, 1});
  const ep::Key keys = ep::random::split(net_key, members);

  const auto step_all = ep::jit(ep::vmap(&step, {.in_axes = {0, ep::none, ep::none}}));
  const auto step_one = ep::jit(&step);
  Member all = ep::vmap(&make)(keys), third = make(keys[2]);
  ep::Array losses;
  for (int i = 0, steps = options.quick ? 300 : 2000; i < steps; ++i) {
    std::tie(losses, all) = step_all(std::move(all), x, y);
    third = step_one(std::move(third), x, y).second;
  }

  const auto ask = ep::jit(ep::vmap([](nn::MLP net, ep::Array x) { return net(x); }, {.in_axes = {0, ep::none}}));
  const ep::Array inside = expand_dims(ep::linspace(-2, 2, 101), 1), outside = expand_dims(ep::linspace(4, 6, 101), 1);
  const ep::Array answers = ask(all.net, inside);  // [members, 101, 1]
  const ep::Array truth = sin(2 * inside);
  const double error = mean(square(mean(answers, 0) - truth)).item<double>();
  const double error_of_one = mean(square(answers - truth)).item<double>();
  const double spread = mean(ep::std(answers, 0)).item<double>();
  const double spread_outside = mean(ep::std(ask(all.net, outside), 0)).item<double>();
  const double apart = max(abs(answers[2] - third.net(inside))).item<double>();

  report("training loss, the mean of the members'", mean(losses).item<double>());
  report("squared error of the members' mean", error);
  report("squared error of a member", error_of_one);
  report("how far members lie apart where there were data", spread);
  report("how far where there were none", spread_outside);
  report("the third member, and the same network trained alone", apart);
  require(error < 5e-3, "the ensemble has learned the sine to a squared error of 0.005");
  require(error < error_of_one, "the mean of the members is better than a member");
  require(spread_outside > 4 * spread, "members differ more where they saw no data");
  require(apart < 1e-2, "a member of the ensemble is the network that is trained alone");
}

int main(int argc, char** argv) { return run(argc, argv, "Trains eight networks at once by vmap over modules.", &program); }
