// The Lorenz-96 system (Lorenz, 1996) by the classical Runge-Kutta method, and the gradient through its 600 steps.
#include "groups.h"
#include "workload.h"

namespace bench {
namespace {

ep::Array slope(ep::Array x) { return (roll(x, -1) - roll(x, 2)) * roll(x, 1) - x + 8.0; }

ep::Array integrate(ep::Array x) {
  const double dt = 0.005;
  const auto step = [=](ep::Array x) {
    const auto k1 = slope(x);
    const auto k2 = slope(x + 0.5 * dt * k1);
    const auto k3 = slope(x + 0.5 * dt * k2);
    const auto k4 = slope(x + dt * k3);
    return std::pair{x + (dt / 6) * (k1 + 2 * k2 + 2 * k3 + k4), ep::nothing};
  };
  return ep::scan(step, x, ep::none, {.length = 600}).first;
}

auto with_gradient(ep::Array x) {
  return ep::value_and_grad([](ep::Array x) { return sum(square(integrate(x))); })(x);
}

}  // namespace

Workloads differential_equations() {
  const auto start = [] { return std::tuple{uniform(1, 60) + 8}; };
  return {jitted("ode_rk4", "L96 n60 600 steps", integrate, start), jitted("ode_rk4_grad", "L96 n60 600 steps", with_gradient, start)};
}

}  // namespace bench
