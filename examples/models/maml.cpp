// Learning to learn (MAML, Finn et al. 2017, arXiv:1703.03400): a network is trained so that a few gradient steps on a new task suffice.
// The few steps are a scan; the gradient goes through it, and vmap runs many tasks at once.
#include "program.h"

namespace ep = espalier;
namespace nn = ep::nn;

const int inner_steps = 3;
const double inner_rate = 0.03;

// A task is a sine of some height and phase: a few points to learn it from, others to see how well that went.
struct Task {
  ep::Array x, y, test_x, test_y;
};
Task task(ep::Key key) {
  auto [height_key, phase_key, x_key, test_key] = ep::random::split<4>(key);
  const ep::Array height = ep::random::uniform(height_key, {}, {.minval = 0.5, .maxval = 3});
  const ep::Array phase = ep::random::uniform(phase_key, {}, {.maxval = 3.14159});
  const ep::Array x = ep::random::uniform(x_key, {10, 1}, {.minval = -3, .maxval = 3});
  const ep::Array test_x = ep::random::uniform(test_key, {40, 1}, {.minval = -3, .maxval = 3});
  return {x, height * sin(x + phase), test_x, height * sin(test_x + phase)};
}

ep::Array loss_of(const nn::MLP& net, ep::Array x, ep::Array y) { return mean(square(net(x) - y)); }

// The network after a few steps of gradient descent on the task, and the loss before each.
std::pair<nn::MLP, ep::Array> adapted(nn::MLP net, ep::Array x, ep::Array y) {
  return ep::scan([&](nn::MLP net) {
    auto [value, slope] = ep::value_and_grad([&](nn::MLP net) { return loss_of(net, x, y); })(net);
    return std::pair{ep::map([](ep::Array p, ep::Array g) { return p - inner_rate * g; }, net, slope), value};
  }, net, ep::none, {.length = inner_steps});
}

// The loss on points that the adaptation has not seen, over tasks.
ep::Array meta_loss(const nn::MLP& net, const Task& tasks) {
  return mean(ep::vmap([&](Task t) { return loss_of(adapted(net, t.x, t.y).first, t.test_x, t.test_y); })(tasks));
}
Task tasks(ep::Key key, std::int64_t n) { return ep::vmap(&task)(ep::random::split(key, n)); }

// How far the gradient is from a difference of the loss along a direction, relative to it; in f64, where differences have digits.
double slope_error(const nn::MLP& net, ep::Key key) {
  const auto wide = [](ep::Array leaf) { return leaf.as(ep::f64); };
  const nn::MLP at = ep::map(wide, net), direction = ep::map([](ep::Array leaf) { return cos(leaf * 100); }, at);
  const Task some = ep::map(wide, tasks(key, 2));
  const auto loss = ep::jit([some](nn::MLP net) { return meta_loss(net, some); });
  const auto moved = [&](double h) { return loss(ep::map([h](ep::Array p, ep::Array d) { return p + h * d; }, at, direction)).item<double>(); };
  const nn::MLP slope = ep::jit(ep::grad([some](nn::MLP net) { return meta_loss(net, some); }))(at);
  const double exact = dot(ep::ravel_tree(slope).first, ep::ravel_tree(direction).first).item<double>();
  return std::abs((moved(1e-5) - moved(-1e-5)) / 2e-5 / exact - 1);
}

void program(const Options& options) {
  auto [net_key, train_key, test_key, slope_key] = ep::random::split<4>(ep::random::key(options.seed));
  const nn::MLP start = nn::MLP::init(net_key, 1, {40, 40, 1}, {.activation = &ep::tanh});
  nn::MLP net = start;
  auto optimizer = ep::optim::adam(3e-3).init(net);
  const auto step = ep::jit([](nn::MLP net, ep::optim::Adam optimizer, ep::Key key) {
    const Task batch = tasks(key, 16);
    return optimizer.update(ep::grad([&](nn::MLP net) { return meta_loss(net, batch); })(net), net);
  });
  for (int i = 0, steps = options.quick ? 1500 : 15000; i < steps; ++i) {
    std::tie(net, optimizer) = step(std::move(net), std::move(optimizer), ep::random::fold_in(train_key, i));
  }

  const auto test = ep::jit([](nn::MLP net, ep::Key key) { return meta_loss(net, tasks(key, 200)); });
  const auto untouched = ep::jit([](nn::MLP net, ep::Key key) {
    return mean(ep::vmap([&](Task t) { return loss_of(net, t.test_x, t.test_y); })(tasks(key, 200)));
  });
  const double before = untouched(net, test_key).item<double>(), after = test(net, test_key).item<double>();
  const double unlearned = test(start, test_key).item<double>();
  const double error = slope_error(start, slope_key);
  report("loss on new tasks before a step", before);
  report("loss after three steps on ten points", after);
  report("loss of a network that did not learn to learn", unlearned);
  report("relative error of the gradient through the steps", error);
  require(after < before / 3, "three steps take the loss to a third");
  require(after < unlearned / 3, "a network that has learned to learn is three times better than a new one");
  require(error < 1e-6, "the gradient through the scan is the slope of the loss");
}

int main(int argc, char** argv) { return run(argc, argv, "Trains a network to learn new tasks in three steps.", &program); }
