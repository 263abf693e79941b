// A neural ordinary differential equation (Chen et al. 2018, arXiv:1806.07366): a network is the slope of a motion, and learns it from
// places at a few times. The gradient goes through the solver, which keeps its memory small by checkpoints.
#include "program.h"

namespace ep = espalier;
namespace nn = ep::nn;
namespace ode = ep::ode;

// The motion to learn turns around 0 and comes closer: dy/dt = A y, so y(t) = expm(A t) y(0).
ep::Array turning() { return ep::Array{{-0.2, 2.}, {-2., -0.2}}; }
ep::Array exact(ep::Array y0, ep::Array ts) {
  return ep::vmap([&](ep::Array t) { return matmul(ep::linalg::expm(turning() * t), y0); })(ts);
}

// Where the motion from y0 is at each time, as the network has it: [times, 2].
ep::Array path(const nn::MLP& field, ep::Array y0, ep::Array ts) {
  return ode::odeint([&](ep::Array y, ep::Array) { return field(y); }, y0, ts, {.rtol = 1e-5, .atol = 1e-5, .max_steps = 256});
}

void program(const Options& options) {
  auto [net_key, start_key] = ep::random::split(ep::random::key(options.seed));
  const ep::Array ts = ep::linspace(0, 1.5, 8), starts = ep::random::uniform(start_key, {16, 2}, {.minval = -1.5, .maxval = 1.5});
  const ep::Array seen = ep::vmap([&](ep::Array y0) { return exact(y0, ts); })(starts);  // [starts, times, 2]

  nn::MLP field = nn::MLP::init(net_key, 2, {32, 2}, {.activation = &ep::tanh});
  auto optimizer = ep::optim::adam(ep::optim::schedules::cosine_decay(2e-2, options.quick ? 800 : 4000)).init(field);
  const auto step = ep::jit([](nn::MLP field, ep::optim::Adam optimizer, ep::Array starts, ep::Array ts, ep::Array seen) {
    const auto loss = [&](nn::MLP field) { return mean(square(ep::vmap([&](ep::Array y0) { return path(field, y0, ts); })(starts) - seen)); };
    auto [value, slope] = ep::value_and_grad(loss)(field);
    auto [next, after] = optimizer.update(slope, field);
    return std::tuple{value, next, after};
  });
  ep::Array loss;
  for (int i = 0, steps = options.quick ? 800 : 4000; i < steps; ++i) {
    std::tie(loss, field, optimizer) = step(std::move(field), std::move(optimizer), starts, ts, seen);
  }

  // A start and times that it has not seen; and the same way back.
  const ep::Array y0{0.9, -0.4}, long_ts = ep::linspace(0, 3, 31);
  const auto walk = ep::jit(&path);
  const ep::Array there = walk(field, y0, long_ts), back = walk(field, there[-1], flip(long_ts));
  const double error = max(abs(there - exact(y0, long_ts))).item<double>();
  const double returned = max(abs(back[-1] - y0)).item<double>();
  report("loss: mean squared distance from the places seen", loss.item<double>());
  report("greatest error of a new motion, twice as long", error);
  report("how far from its start the motion ends when it is run back", returned);
  require(loss.item<double>() < 2e-3, "the motions seen are learned");
  require(error < 0.1, "a motion that was not seen is predicted to a tenth");
  require(returned < 1e-3, "run back in time, the motion ends where it began");
}

int main(int argc, char** argv) { return run(argc, argv, "Learns the slope of a motion from places on its path.", &program); }
