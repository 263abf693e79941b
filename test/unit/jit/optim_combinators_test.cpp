// Transformations of transformations, and optimizers that need more than gradients. Those that Optax has cases for have their numbers in the oracle
// (../../conformance); here stand trees, kinds, compiled steps, and what the sentences of errors say.
#include <gtest/gtest.h>

#include <cmath>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/stdlib/optim.h"
#include "says.h"

namespace ep = espalier;
namespace optim = ep::optim;

namespace {

using ep::Array, ep::test::expect_says;

struct Layer {
  ep::Parameter weight, bias;
};
struct Net {
  Layer layer;
  ep::BatchStat mean;
  Array scale;
  Array steps;  // integers: not learned
};
Net net() { return {{{{1., 2.}, {3., 4.}}, {0.5, -0.5}}, {7.}, ep::full({}, 2, ep::f32), {1, 2}}; }
Array loss(const Net& n) { return sum(square(n.layer.weight)) / 2 + sum(n.layer.bias) * n.scale; }
Net slope() { return ep::grad(loss)(net()); }
bool same(const Array& a, const Array& b) { return ep::allclose(a, b, {.rtol = 1e-6, .atol = 1e-7}); }

// A compiled step that donates its state gives what the evaluator gives, step by step, and is compiled once.
template <class T> void expect_compiles(const char* name, const T& optimizer) {
  const auto step = [](Net n, T opt) { return opt.update(ep::grad(loss)(n), n); };
  const auto compiled = ep::jit(step);
  Net at_once = net(), fast = net();
  T a = optimizer.init(at_once), b = optimizer.init(fast);
  for (int i = 0; i < 5; ++i) {
    auto first = step(at_once, a);
    at_once = std::move(first.params), a = std::move(first.optimizer);
    auto second = compiled(std::move(fast), std::move(b));
    fast = std::move(second.params), b = std::move(second.optimizer);
  }
  EXPECT_TRUE(ep::allclose(at_once, fast, {.rtol = 1e-4, .atol = 1e-5})) << name << "\n"
                                                                         << ep::to_string(at_once) << ep::to_string(fast);
  EXPECT_EQ(compiled.cache_size(), 1u) << name << ": " << compiled.explain();
  EXPECT_FALSE(ep::equal(at_once.layer.weight, net().layer.weight)) << name;
  EXPECT_TRUE(ep::equal(at_once.mean, net().mean) && ep::equal(at_once.steps, net().steps)) << name;
}
TEST(Combinators, AreTheSameCompiled) {
  expect_compiles("masked", optim::masked<ep::Parameter>(optim::adam(0.1)));
  expect_compiles("multi_transform", optim::multi_transform([](const ep::LeafInfo& leaf) { return leaf.kind; }, optim::branch("Parameter", optim::adam(0.1)), optim::branch("Array", optim::set_to_zero()), optim::branch("BatchStat", optim::set_to_zero())));
  expect_compiles("apply_if_finite", optim::apply_if_finite(optim::adam(0.1), 2));
  expect_compiles("accumulate", optim::accumulate(optim::sgd(0.1, {.momentum = 0.9}), 2));
  expect_compiles("lookahead", optim::lookahead(optim::adam(0.1), 2));
  expect_compiles("sam", optim::sam(optim::sgd(0.1, {.momentum = 0.9})));
  expect_compiles("inject_hyperparams", optim::inject_hyperparams(optim::adamw(0.1)));
  expect_compiles("add_noise", optim::chain(optim::add_noise(0.01, 0.55, ep::Key(3)), optim::scale(-0.1)));
  expect_compiles("sophia", optim::sophia(0.1));
  expect_compiles("lbfgs", optim::lbfgs(0.1));
  expect_compiles("adafactor", optim::adafactor(0.1, {.min_dim_size_to_factor = 2}, {.momentum = 0.9}));
  expect_compiles("rprop", optim::rprop(0.1));
}

TEST(Masked, LeavesTheGradientsOfOthers) {
  const Net start = net(), g = slope();
  const auto by_kind = optim::masked<ep::Parameter>(optim::scale(-0.5)).init(start).transform(g, start).first;
  EXPECT_TRUE(same(by_kind.layer.weight, -0.5 * g.layer.weight));
  EXPECT_TRUE(same(by_kind.scale, g.scale));
  const auto is_bias = [](const ep::LeafInfo& leaf) { return leaf.member == "bias"; };
  const auto both = optim::masked<ep::Parameter>(optim::scale(3), is_bias, [](const ep::LeafInfo& leaf) { return leaf.shape == ep::Shape{2}; }).init(start).transform(g, start).first;
  EXPECT_TRUE(same(both.layer.bias, 3 * g.layer.bias));
  EXPECT_TRUE(same(both.layer.weight, g.layer.weight));
  const auto adam = optim::masked(optim::scale_by_adam(), is_bias).init(start);
  EXPECT_TRUE(std::get<0>(adam.transforms).inner.mu[0].is_nothing());  // no moments of what it does not see
}

TEST(MultiTransform, GoesByLabels) {
  const Net start = net(), g = slope();
  const auto label = [](const ep::LeafInfo& leaf) { return std::string(leaf.member == "bias" ? "slow" : "fast"); };
  const auto opt = optim::multi_transform(label, optim::branch("fast", optim::sgd(0.5)), optim::branch("slow", optim::chain(optim::set_to_zero()))).init(start);
  const Net next = opt.update(g, start).params;
  EXPECT_TRUE(same(next.layer.weight, 0.5 * start.layer.weight));
  EXPECT_TRUE(same(next.layer.bias, start.layer.bias));
  expect_says<ep::ArgumentError>([&] { (void)optim::multi_transform(label, optim::branch("a", optim::sgd(1)), optim::branch("slow", optim::sgd(1))).init(start); },
                                 {"optim_combinators_test.cpp", ".layer.weight", "'fast'", "'a', 'slow'"});
}

TEST(ApplyIfFinite, LeavesOutWhatIsNot) {
  const Array x{1., 2.}, good{1., 1.}, bad{1., INFINITY};
  auto opt = optim::apply_if_finite(optim::sgd(0.5, {.momentum = 1}), 1).init(x);
  auto [first, a] = opt.update(good, x);
  auto [second, b] = a.update(bad, first);
  EXPECT_TRUE(ep::equal(second, first));
  auto [third, c] = b.update(good, second);  // the momentum is that of two steps
  EXPECT_TRUE(same(third, Array{-0.5, 0.5}));
  EXPECT_EQ(std::get<0>(c.transforms).errors.item<int>(), 0);
  EXPECT_EQ(std::get<0>(c.transforms).total_errors.item<int>(), 1);
  const auto d = c.update(bad, third).optimizer.update(bad, third);  // two in a row are one too many
  EXPECT_TRUE(std::isinf(d.params.to_vector<double>()[1]));
}

TEST(Accumulate, StepsByTheMean) {
  const Array x{1.}, wanted = optim::sgd(0.5).init(x).update(Array{4.}, x).params;
  auto opt = optim::accumulate(optim::sgd(0.5), 3).init(x);
  Array at = x;
  for (double g : {1., 4., 7.}) {
    EXPECT_TRUE(ep::equal(at, x));
    const auto step = opt.update(ep::full({1}, g, ep::f32), at);
    at = step.params, opt = step.optimizer;
  }
  EXPECT_TRUE(same(at, wanted));
  // Halves are gathered in f32: a mean of many would lose them.
  const Array half = x.as(ep::bf16);
  const auto halves = optim::accumulate(optim::sgd(0.5), 3).init(half);
  EXPECT_EQ(std::get<0>(halves.transforms).mean[0].dtype(), ep::f32);
  EXPECT_EQ(halves.update(half, half).params.dtype(), ep::bf16);
  expect_says<ep::ArgumentError>([] { (void)optim::accumulate(optim::sgd(1), 0); }, {"optim_combinators_test.cpp", "accumulate", "0"});
  expect_says<ep::ArgumentError>([] { (void)optim::lookahead(optim::sgd(1), -1); }, {"optim_combinators_test.cpp", "lookahead", "-1"});
}

// In closed form: f(p) = |p|² / 2 has gradient p; the climb goes to p (1 + rho / |p|), whose gradient the step takes from p.
TEST(Sam, StepsByTheGradientAtTheTop) {
  const Array x{3., 4.};
  const auto opt = optim::sam(optim::sgd(0.1), 0.5).init(x);
  const auto [top, climbed] = opt.update(x, x);
  EXPECT_TRUE(same(top, x * 1.1));
  const auto [down, after] = climbed.update(top, top);
  EXPECT_TRUE(same(down, x - 0.11 * x));
  EXPECT_TRUE(same(after.update(down, down).params, down * (1 + 0.5 / (5 * 0.89))));
  EXPECT_TRUE(ep::equal(opt.update(0 * x, x).params, x));
}

TEST(Hyperparameters, ChangeWithoutANewCompilation) {
  const Array x{1.};
  const auto step = ep::jit([](Array p, optim::Sgd opt) { return opt.update(p, p).params; });
  const auto opt = optim::inject_hyperparams(optim::sgd(0.1)).init(x);
  EXPECT_NEAR(optim::learning_rate(opt).item<double>(), 0.1, 1e-7);
  EXPECT_NEAR(step(x, opt).item<double>(), 0.9, 1e-6);
  EXPECT_NEAR(step(x, optim::with_learning_rate(opt, Array(0.5))).item<double>(), 0.5, 1e-6);
  EXPECT_EQ(step.cache_size(), 1u);
  EXPECT_NEAR(optim::learning_rate(optim::with_learning_rate(opt, optim::schedules::constant(0.25))).item<double>(), 0.25, 1e-7);
  expect_says<ep::ArgumentError>([] { (void)optim::learning_rate(optim::chain(optim::scale_by_adam())); }, {"optim_combinators_test.cpp", "learning_rate"});
  expect_says<ep::ArgumentError>([] { (void)optim::with_learning_rate(optim::chain(optim::scale_by_adam()), 1.); }, {"optim_combinators_test.cpp", "with_learning_rate"});
}

// The noise has the variance it says, is new at each step and leaf, and the same from the same key.
TEST(AddNoise, HasTheVarianceOfItsStep) {
  const std::pair<Array, Array> zero{ep::zeros({5000}), ep::zeros({5000})};
  auto opt = optim::add_noise(0.04, 1, ep::Key(5)).init(zero);
  const auto [first, next] = opt.transform(zero, zero);
  const auto [second, last] = next.transform(zero, zero);
  EXPECT_NEAR(var(first.first).item<double>(), 0.04, 0.003);
  EXPECT_NEAR(var(second.second).item<double>(), 0.02, 0.0015);
  EXPECT_NEAR(mean(first.first * first.second).item<double>(), 0, 0.003);
  EXPECT_NEAR(mean(first.first * second.first).item<double>(), 0, 0.003);
  EXPECT_TRUE(ep::equal(first, opt.transform(zero, zero).first));
}

// Of a quadratic form the curvature is what stands on its diagonal, and a step with it is Newton's, within the threshold.
TEST(Sophia, DividesByTheCurvature) {
  const Array x{1., -2.}, curvature{2., 8.};
  const auto f = [&](const Array& p) { return sum(curvature * p * p) / 2; };
  const Array diagonal = optim::hessian_diagonal(f, x, ep::Key(0));
  EXPECT_TRUE(same(diagonal, curvature));
  auto opt = optim::sophia(1., {.b2 = 0, .gamma = 1, .clip_threshold = 1.5, .weight_decay = 0}).init(x);
  opt = optim::with_curvature(opt, diagonal);
  EXPECT_TRUE(same(opt.update(ep::grad(f)(x), x).params, Array{0., -0.5}));
}

// Rosenbrock's valley from where everybody starts, in f64: 1, 1 is found by few steps, each of which descends.
TEST(Lbfgs, FindsTheEndOfTheValley) {
  const auto f = [](const Array& p) { return square(1 - p[0]) + 100 * square(p[1] - square(p[0])); };
  const auto step = ep::jit([&](Array p, optim::Lbfgs opt) { return opt.update(f, p); });
  Array p({-1.2, 1.}, ep::f64);
  auto opt = optim::lbfgs().init(p);
  double last = INFINITY;
  for (int i = 0; i < 45; ++i) {
    const auto [next, after, value] = step(p, opt);
    EXPECT_LE(value.item<double>(), last) << i;
    last = value.item<double>(), p = next, opt = after;
  }
  EXPECT_TRUE(ep::allclose(p, Array({1., 1.}, ep::f64), {.rtol = 0, .atol = 1e-8})) << p;
  EXPECT_EQ(step.cache_size(), 1u);
}
// With exact steps on a quadratic form the pairs make conjugate directions: as many steps as there are eigenvalues.
TEST(Lbfgs, MakesDirectionsOfItsPairs) {
  const Array h({1., 3., 10.}, ep::f64), start({1., 1., 1.}, ep::f64);
  Array p = start;
  auto opt = optim::scale_by_lbfgs({.memory_size = 5}).init(p);
  for (int i = 0; i < 4; ++i) {
    const Array g = h * p;
    const auto [d, next] = opt.transform(g, p);
    const double along = i < 3 ? (sum(g * d) / sum(h * d * d)).item<double>() : 0;
    p = p - along * d, opt = next;
  }
  EXPECT_LT(sum(square(p)).item<double>(), 1e-20) << p;
}

}  // namespace
