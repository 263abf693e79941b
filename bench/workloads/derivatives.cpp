// Gradients per example, Hessians and Jacobians.
#include "groups.h"
#include "mlp.h"

namespace bench {
namespace {

auto per_example(Mlp net, ep::Array image, ep::Array label) {
  const auto loss = [](Mlp net, ep::Array image, ep::Array label) {
    return cross_entropy(net(image[ep::newaxis]), label[ep::newaxis]);
  };
  return ep::vmap(ep::grad(loss), {.in_axes = {ep::none, 0, 0}})(net, image, label);
}

ep::Array rosenbrock(ep::Array x) {
  const auto left = x[ep::slice(-1)], right = x[ep::slice(1, ep::none)];
  return sum(100.0 * square(right - square(left)) + square(1 - left));
}

// Two layers of tanh; the Jacobian is of its output by its input.
struct Net {
  ep::Array w1, b1, w2, b2;
};
ep::Array two_layers(const Net& p, ep::Array x) { return tanh(matmul(tanh(matmul(x, p.w1) + p.b1), p.w2) + p.b2); }
auto net_and_input() {
  return std::tuple{uniform(1, 64), Net{weight(2, {64, 64}), uniform(3, 64), weight(4, {64, 64}), uniform(5, 64)}};
}

}  // namespace

Workloads derivatives() {
  const auto reverse = [](ep::Array x, Net p) { return ep::jacrev([&](ep::Array x) { return two_layers(p, x); })(x); };
  const auto forward = [](ep::Array x, Net p) { return ep::jacfwd([&](ep::Array x) { return two_layers(p, x); })(x); };
  return {
      jitted("perexample_grad", "784-128-10 B256", per_example,
             [] { return std::tuple{mlp({784, 128, 10}), uniform(1, {256, 784}), integers(2, {256}, 10)}; }),
      jitted("hessian", "Rosenbrock n64", [](ep::Array x) { return ep::hessian(rosenbrock)(x); }, [] { return std::tuple{uniform(1, 64)}; }),
      jitted("jacrev", "64-64-64 tanh", reverse, net_and_input),
      jitted("jacfwd", "64-64-64 tanh", forward, net_and_input),
  };
}

}  // namespace bench
