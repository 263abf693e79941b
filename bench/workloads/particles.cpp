// Gravity between all pairs of particles: accelerations, and the gradient of the potential.
#include "groups.h"
#include "workload.h"

namespace bench {
namespace {

constexpr double softening = 1e-2;

// Differences of all pairs along one axis: [i, j] is x[j] - x[i].
ep::Array differences(ep::Array position, int axis) {
  const auto x = position[{ep::slice(), axis}];
  return x[{ep::newaxis, ep::slice()}] - x[{ep::slice(), ep::newaxis}];
}

ep::Array accelerations(ep::Array position, ep::Array mass) {
  const auto dx = differences(position, 0), dy = differences(position, 1), dz = differences(position, 2);
  const auto inverse = rsqrt(dx * dx + dy * dy + dz * dz + softening);
  const auto pull = mass * inverse * inverse * inverse;
  return ep::stack({sum(dx * pull, 1), sum(dy * pull, 1), sum(dz * pull, 1)}, 1);
}

ep::Array potential(ep::Array position, ep::Array mass) {
  const auto dx = differences(position, 0), dy = differences(position, 1), dz = differences(position, 2);
  const auto pairs = mass[{ep::newaxis, ep::slice()}] * mass[{ep::slice(), ep::newaxis}];
  return -0.5 * sum(pairs * rsqrt(dx * dx + dy * dy + dz * dz + softening));
}

auto bodies() { return std::tuple{uniform(1, {4096, 3}), uniform(2, 4096, 0.5, 1.5)}; }

}  // namespace

Workloads particles() {
  const auto slope = [](ep::Array position, ep::Array mass) { return ep::grad(potential)(position, mass); };
  return {jitted("nbody", "N4096", accelerations, bodies), jitted("nbody_grad", "N4096", slope, bodies)};
}

}  // namespace bench
