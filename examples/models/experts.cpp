// A mixture of experts (Jacobs et al. 1991; Shazeer et al. 2017, arXiv:1701.06538): a gate sends each example to a few of the experts,
// whose parameters are one module with a leading axis. Only those that are chosen are computed: all while they learn who is good at
// what, then one.
#include "program.h"

namespace ep = espalier;
namespace nn = ep::nn;

const std::int64_t regions = 4, count = 8;  // of the plane, in each of which another linear map is right; and of experts

struct Experts {
  nn::MLP gate;
  nn::Linear experts;     // weight [experts, in, out], bias [experts, out]
  std::int64_t used = 1;  // of them for each example

  struct Answers {
    ep::Array log_weights, answers;  // [used] and [used, out]
  };
  // Of one example, [in]; a batch goes through vmap.
  Answers ask(ep::Array x) const {
    const auto [scores, chosen] = ep::top_k(gate(x), used);
    const nn::Linear theirs = ep::map([&](ep::Array leaf) { return take(leaf, chosen, {.axis = 0}); }, experts);
    return {log_softmax(scores), ep::vmap([&](nn::Linear expert) { return expert(x); })(theirs)};
  }
  ep::Array operator()(ep::Array x) const {
    const auto [log_weights, answers] = ask(x);
    return matmul(exp(log_weights), answers);
  }
  // How unlikely y is, where it is what one of the experts answers and a normal error. An expert learns from the examples that it
  // answers well, so each finds a region of its own.
  ep::Array loss(ep::Array x, ep::Array y) const {
    const auto [log_weights, answers] = ask(x);
    return -logsumexp(log_weights - sum(square(answers - y), -1));
  }
  static Experts init(ep::Key key) {
    auto [a, b] = ep::random::split(key);
    return {nn::MLP::init(a, 2, {32, count}), ep::vmap([](ep::Key key) { return nn::Linear::init(key, 2, 2); })(ep::random::split(b, count)), count};
  }
};

ep::Array region_of(ep::Array x) { return (x[{ep::slice(), 0}] > 0).as(ep::i32) + 2 * (x[{ep::slice(), 1}] > 0).as(ep::i32); }

void program(const Options& options) {
  auto [x_key, net_key, test_key] = ep::random::split<3>(ep::random::key(options.seed));
  const ep::Array maps{{{2., 0.}, {0., 2.}}, {{0., 2.}, {-2., 0.}}, {{-2., 0.}, {0., -2.}}, {{0., -2.}, {2., 0.}}};  // quarter turns
  const auto truth = [&](ep::Array x) { return einsum("ni,nio->no", x, take(maps, region_of(x), {.axis = 0})); };
  const ep::Array x = ep::random::normal(x_key, {1024, 2}), y = truth(x);
  const ep::Array tests = ep::random::normal(test_key, {1024, 2}), wanted = truth(tests);

  Experts net = Experts::init(net_key);
  auto optimizer = ep::optim::adam(1e-2).init(net);
  const auto step = ep::jit([](Experts net, ep::optim::Adam optimizer, ep::Array x, ep::Array y) {
    const auto loss = [&](Experts net) { return mean(ep::vmap([&](ep::Array x, ep::Array y) { return net.loss(x, y); })(x, y)); };
    return optimizer.update(ep::grad(loss)(net), net);
  });
  for (int i = 0, steps = options.quick ? 3000 : 20000; i < steps; ++i) std::tie(net, optimizer) = step(std::move(net), std::move(optimizer), x, y);

  net.used = 1;
  const auto ask = ep::jit([](Experts net, ep::Array x) { return ep::vmap(net)(x); });
  const double error = mean(square(ask(net, tests) - wanted)).item<double>();
  const ep::Array best_map = ep::linalg::lstsq(x, y).x;  // what a single linear map can do
  const double error_of_one = mean(square(matmul(tests, best_map) - wanted)).item<double>();
  // Of each expert the share of its examples that are of one region.
  const ep::Array chosen = argmax(net.gate(tests), -1);
  const ep::Array met = einsum("ne,nr->er", ep::one_hot(chosen, count), ep::one_hot(region_of(tests), regions));
  const double pure = (sum(max(met, 1)) / sum(met)).item<double>();
  // All experts used: the mixture that a gate weighs.
  const Experts everyone = ep::replace<&Experts::used>(net, count);
  const ep::Array weighed = einsum("ne,neo->no", softmax(net.gate(tests)), einsum("ni,eio->neo", tests, net.experts.weight) + net.experts.bias);

  report("squared error of the best linear map", error_of_one);
  report("squared error of the experts", error);
  report("examples that are of their expert's region", pure);
  report("experts that answer for more than one in a hundred", sum(sum(met, 1) > 0.01 * sum(met)).item<double>());
  require(error < error_of_one / 10, "experts have a tenth of the error of the best linear map");
  require(pure > 0.95, "each expert answers for a region of its own");
  require(ep::allclose(ask(everyone, tests), weighed, {.rtol = 1e-4, .atol = 1e-4}), "with all experts it is the sum that the gate weighs");
}

int main(int argc, char** argv) { return run(argc, argv, "Trains a mixture of experts, of which a gate chooses one for each example.", &program); }
