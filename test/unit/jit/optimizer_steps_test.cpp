// A step of an optimizer over a tree of many leaves, compiled: how many kernels it is, that its state stays where it lies, and that it
// means what it means at once.
#include <gtest/gtest.h>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/runtime/pool.h"
#include "espalier/stdlib/optim.h"

namespace ep = espalier;
namespace optim = ep::optim;

namespace {

using ep::Array;

struct Net {
  std::vector<Array> leaves;
};
// Leaves whose elements differ, of these shapes in turn.
Net leaves(int count, const std::vector<ep::Shape>& shapes, double scale) {
  Net net;
  for (int i = 0; i < count; ++i) {
    const ep::Shape& shape = shapes[static_cast<std::size_t>(i) % shapes.size()];
    net.leaves.push_back(scale * sin(ep::reshape(ep::arange(static_cast<double>(shape.size())), shape) + i));
  }
  return net;
}

// A layer of a real network has a matrix and a vector.
const std::vector<ep::Shape> equal = {{1000}}, mixed = {{30, 40}, {40}, {17, 3}, {3}, {2, 3, 4, 5}};

struct Step {
  template <class O> auto operator()(Net net, O optimizer, Net gradient) const {
    auto [next, after] = optimizer.update(gradient, net);
    return std::pair{std::move(next), std::move(after)};
  }
};

template <class O> void expect_few_kernels(const std::string& name, const O& optimizer, int most) {
  for (const auto& shapes : {equal, mixed}) {
    const Net net = leaves(200, shapes, 1);
    EXPECT_LE(ep::jit(Step{}).lower(net, optimizer.init(net), net).cost().kernels, most) << name;
  }
}
// One for the numbers that all leaves need, one for the leaves.
TEST(OptimizerSteps, AreFewKernels) {
  expect_few_kernels("sgd", optim::sgd(0.1), 2);
  expect_few_kernels("momentum", optim::sgd(0.1, {.momentum = 0.9}), 2);
  expect_few_kernels("adam", optim::adam(1e-3), 2);
  expect_few_kernels("adamw", optim::adamw(1e-3), 2);
  expect_few_kernels("lion", optim::lion(1e-3), 2);
  expect_few_kernels("rmsprop", optim::rmsprop(1e-3), 2);
}

template <class T> std::vector<const void*> places(const T& tree) {
  std::vector<const void*> all;
  for (const Array& leaf : ep::leaves(tree)) all.push_back(ep::detail::ArrayAccess::data(leaf));
  return all;
}

// No array is made: each leaf, and each moment, is renewed where it lies, though the caller keeps the gradients.
TEST(OptimizerSteps, RenewTheirStateWhereItLies) {
  const auto step = ep::jit(Step{});
  const Net gradient = leaves(200, mixed, 0.1);
  Net net = leaves(200, mixed, 1);
  auto state = step(std::move(net), optim::adam(1e-3).init(gradient), gradient);
  const auto before = places(state);
  for (int i = 0; i < 3; ++i) state = step(std::move(state.first), std::move(state.second), gradient);
  EXPECT_EQ(places(state), before);
}

// A leaf becomes the same, to the bit, by itself and among others, on one thread and on two.
TEST(OptimizerSteps, AreThoseOfEachLeafAlone) {
  const auto step = ep::jit(Step{});
  const std::vector<ep::Shape> shapes = {{30, 40}, {40}, {17, 3}, {70000}, {3}};
  const Net net = leaves(40, shapes, 1), gradient = leaves(40, shapes, 0.1);
  const auto twice = [&](const Net& net, const Net& gradient) {
    const auto [once, optimizer] = step(net, optim::adam(1e-3).init(net), gradient);
    return step(once, optimizer, gradient).first;
  };
  for (const int threads : {1, 2}) {
    ep::runtime::set_threads(threads);
    const Net together = twice(net, gradient);
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      const Net alone = twice(Net{{net.leaves[35 + i]}}, Net{{gradient.leaves[35 + i]}});
      EXPECT_TRUE(ep::equal(together.leaves[35 + i], alone.leaves[0])) << i << ", " << threads << " threads";
    }
  }
  ep::runtime::set_threads(0);
}

}  // namespace
