// A physics-informed neural network (Raissi et al. 2019): it learns no data but an equation, that of heat in a rod, u_t = a u_xx, whose
// derivatives are those of the network by its inputs. The loss is then differentiated once more, by the parameters.
#include "program.h"

namespace ep = espalier;
namespace nn = ep::nn;

const double pi = 3.14159265358979323846, conductivity = 0.1;

ep::Array exact(ep::Array x, ep::Array t) { return exp(-conductivity * pi * pi * t) * sin(pi * x); }

// The temperature at a place in [0, 1] and a time in [0, 1], both scalars. It begins as sin(pi x) and is 0 at both ends by its form, so
// that only the equation is left to learn.
ep::Array temperature(const nn::MLP& net, ep::Array x, ep::Array t) {
  return sin(pi * x) + t * x * (1 - x) * net(ep::stack({x, t}))[0];
}

// u_t - a u_xx.
ep::Array residual(const nn::MLP& net, ep::Array x, ep::Array t) {
  const auto in_place = [&](ep::Array x) { return temperature(net, x, t); };
  const auto in_time = [&](ep::Array t) { return temperature(net, x, t); };
  return ep::grad(in_time)(t) - conductivity * ep::grad(ep::grad(in_place))(x);
}

void program(const Options& options) {
  auto [net_key, point_key] = ep::random::split(ep::random::key(options.seed));
  nn::MLP net = nn::MLP::init(net_key, 2, {32, 32, 1}, {.activation = &ep::tanh});
  const nn::MLP start = net;
  const int steps = options.quick ? 2000 : 10000;
  auto optimizer = ep::optim::adam(ep::optim::schedules::cosine_decay(5e-3, steps)).init(net);

  const auto step = ep::jit([](nn::MLP net, ep::optim::Adam optimizer, ep::Key key) {
    const ep::Array points = ep::random::uniform(key, {2, 256});
    const auto loss = [&](nn::MLP net) {
      return mean(square(ep::vmap([&](ep::Array x, ep::Array t) { return residual(net, x, t); })(points[0], points[1])));
    };
    auto [value, slope] = ep::value_and_grad(loss)(net);
    auto [next, after] = optimizer.update(slope, net);
    return std::tuple{value, next, after};
  });
  ep::Array loss;
  for (int i = 0; i < steps; ++i) {
    std::tie(loss, net, optimizer) = step(std::move(net), std::move(optimizer), ep::random::fold_in(point_key, i));
  }

  const auto grid = ep::meshgrid({ep::linspace(0, 1, 41), ep::linspace(0, 1, 41)});
  const ep::Array x = ravel(grid[0]), t = ravel(grid[1]);
  const auto error_of = ep::jit([](nn::MLP net, ep::Array x, ep::Array t) {
    return max(abs(ep::vmap([&](ep::Array x, ep::Array t) { return temperature(net, x, t); })(x, t) - exact(x, t)));
  });
  // The solution itself has no residual: the equation is written rightly, and its derivatives are.
  const ep::Array slack = ep::vmap([](ep::Array x, ep::Array t) {
    const auto in_place = [&](ep::Array x) { return exact(x, t); };
    const auto in_time = [&](ep::Array t) { return exact(x, t); };
    return ep::grad(in_time)(t) - conductivity * ep::grad(ep::grad(in_place))(x);
  })(x, t);
  const double error = error_of(net, x, t).item<double>(), before = error_of(start, x, t).item<double>();
  report("loss: mean squared residual of the equation", loss.item<double>());
  report("greatest error of the temperature before training", before);
  report("greatest error after it", error);
  report("greatest residual of the exact solution", max(abs(slack)).item<double>());
  require(max(abs(slack)).item<double>() < 1e-5, "the exact solution satisfies the equation");
  require(error < 5e-3, "the temperature is exact to 0.005");
}

int main(int argc, char** argv) { return run(argc, argv, "Solves the equation of heat by a network, whose derivatives it satisfies.", &program); }
