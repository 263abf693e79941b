// Batch normalisation over a mapped axis, and layers whose weight is made from another one, beside their formulas.
#include <gtest/gtest.h>

#include "espalier/dsl/linalg.h"
#include "layer_checks.h"

namespace {

using namespace espalier::layer_checks;

// Members of a named axis normalise as the one batch that they are together.
TEST(BatchNorm, TakesAllMembersOfAnAxisForOneBatch) {
  const Array x = sample(1, {4, 3, 5, 2}) * ep::arange(1.0, 5.0, 1.0, {.dtype = ep::f64})[{ep::slice(), ep::newaxis, ep::newaxis, ep::newaxis}] + 1;
  nn::BatchNorm together = nn::BatchNorm::init(2, {.momentum = 0.9, .dtype = ep::f64}), across = nn::BatchNorm::init(2, {.momentum = 0.9, .axis_name = "batch", .dtype = ep::f64});
  EXPECT_FALSE(ep::structure(together) == ep::structure(across));
  together.weight = across.weight = sample(2, 2);
  const auto call = [](nn::BatchNorm norm, Array v) {
    const auto [y, next] = ep::mutate(norm)(v);
    return std::pair{y, next};
  };
  const auto [y, next] = call(together, ep::reshape(x, {12, 5, 2}));
  const auto mapped = ep::vmap(call, {.in_axes = {ep::none, 0}, .out_axes = {0, 0}, .axis_name = "batch"});
  const auto [each, moved] = mapped(across, x);
  expect_near(ep::reshape(each, {12, 5, 2}), y, 1e-12);
  for (int i = 0; i < 4; ++i) {
    expect_near(moved.mean[i], next.mean, 1e-14);
    expect_near(moved.var[i], next.var, 1e-13);
  }
  const auto [compiled, compiled_moved] = ep::jit([mapped](nn::BatchNorm norm, Array v) { return mapped(norm, v); })(across, x);
  expect_near(compiled, each, 1e-12);
  expect_near(compiled_moved.var, moved.var, 1e-13);

  // What is the same for all members need not be mapped.
  const auto [once, kept] = ep::vmap(call, {.in_axes = {ep::none, 0}, .out_axes = {0, ep::none}, .axis_name = "batch"})(across, x);
  expect_near(kept.mean, next.mean, 1e-14);
  expect_near(once, each, 0);

  // The derivative goes through the statistics of all.
  const Array weights = sample(3, {4, 3, 5, 2});
  const auto loss = [weights](auto norm, Array v, auto run) { return ep::sum(ep::sin(run(norm, v)) * weights); };
  const Array by_all = ep::grad([&](Array v) { return loss(across, v, [&](auto norm, Array u) { return mapped(norm, u).first; }); })(x);
  const Array by_one = ep::grad([&](Array v) { return loss(together, v, [&](auto norm, Array u) { return ep::reshape(call(norm, ep::reshape(u, {12, 5, 2})).first, u.shape()); }); })(x);
  expect_near(by_all, by_one, 1e-12);

  // Evaluating there is nothing to average.
  expect_near(ep::mutate(nn::eval(across))(x).output, ep::mutate(nn::eval(together))(x).output, 0);
  expect_error<ep::AxisNameError>([&] { (void)ep::mutate(across)(x); }, "BatchNorm: there is no axis 'batch' here");
}

TEST(BatchNorm, StacksInModels) {
  const nn::BatchNorm norm = nn::BatchNorm::init(2, {.dtype = ep::f64});
  const auto call = [](nn::BatchNorm n, Array v) {
    const auto [y, next] = ep::mutate(n)(v);
    return std::pair{y, next};
  };
  const nn::BatchNorm stack = ep::map([](Array leaf) { return ep::stack({leaf, leaf + 1}); }, norm);
  const Array xs = sample(4, {2, 6, 2});
  const auto [ys, next] = ep::vmap(call)(stack, xs);
  const auto [y, one] = call(ep::map([](Array leaf) { return leaf + 1; }, norm), xs[1]);
  expect_near(ys[1], y, 1e-13);
  expect_near(next.var[1], one.var, 1e-14);
}

using Spectral = nn::SpectralNorm<nn::Linear>;

// The largest singular value, which the power iteration finds from any start.
TEST(SpectralNorm, DividesByTheLargestSingularValue) {
  const nn::Linear linear = nn::Linear::init(ep::random::key(0), 5, 4, {.bias_init = nn::initializers::normal(1), .dtype = ep::f64});
  const Array x = sample(1, {6, 5});
  Spectral layer = Spectral::init(ep::random::key(1), linear, {.steps = 200});
  EXPECT_EQ(layer.u.shape(), Shape(4));
  const double largest = ep::linalg::svdvals(linear.weight)[0].item<double>();
  const auto [y, next] = ep::mutate(layer)(x);
  EXPECT_NEAR(next.sigma.item<double>(), largest, 1e-12);
  expect_near(y, ep::matmul(x, linear.weight / largest) + linear.bias, 1e-12);
  EXPECT_TRUE(ep::equal(next.layer, linear));

  // One step at a time comes there too; evaluating, u and sigma stay.
  layer.steps = 1;
  for (int i = 0; i < 200; ++i) layer = ep::mutate(layer)(x).tree;
  EXPECT_NEAR(layer.sigma.item<double>(), largest, 1e-12);
  const Spectral steady = nn::eval(Spectral::init(ep::random::key(1), linear));
  EXPECT_TRUE(ep::equal(ep::mutate(steady)(x).tree, steady));
}

// A step of the iteration as Flax writes it, and the derivative for which u and v are constants.
TEST(SpectralNorm, StepsAsFlaxDoes) {
  const nn::Conv conv = nn::Conv::init(ep::random::key(0), 2, 3, 2, {.dtype = ep::f64});
  using Layer = nn::SpectralNorm<nn::Conv>;
  const Layer layer = Layer::init(ep::random::key(1), conv);
  const Array x = sample(2, {2, 5, 2});
  const auto [y, next] = ep::mutate(layer)(x);
  const auto w = values(conv.weight), u0 = values(layer.u);
  std::vector<double> v(4, 0), u(3, 0);
  double length = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 3; ++j) v[i] += w[3 * i + j] * u0[j];
    length += v[i] * v[i];
  }
  for (double& e : v) e /= std::sqrt(length);
  length = 0;
  for (std::size_t j = 0; j < 3; ++j) {
    for (std::size_t i = 0; i < 4; ++i) u[j] += v[i] * w[3 * i + j];
    length += u[j] * u[j];
  }
  for (double& e : u) e /= std::sqrt(length);
  double sigma = 0;
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 3; ++j) sigma += v[i] * w[3 * i + j] * u[j];
  expect_near(next.u, Array(u), 1e-11);
  EXPECT_NEAR(next.sigma.item<double>(), sigma, 1e-11);
  nn::Conv divided = conv;
  divided.weight = conv.weight / sigma;
  expect_near(y, divided(x), 1e-11);

  const auto loss = [x](Layer l) { return ep::sum(ep::sin(ep::mutate(l)(x).output)); };
  const auto plain = [x, v = Array(v), u = Array(u)](nn::Conv c) {
    nn::Conv by = c;
    by.weight = c.weight / ep::sum(ep::matmul(v, ep::reshape(c.weight, {4, 3})) * u);
    return ep::sum(ep::sin(by(x)));
  };
  const Layer slope = ep::grad(loss)(layer);
  expect_near(slope.layer.weight, ep::grad(plain)(conv).weight, 1e-10);
  EXPECT_TRUE(slope.u.is_nothing() && slope.sigma.is_nothing());
  EXPECT_EQ(ep::leaves(ep::filter<ep::Parameter>(ep::grad([x](Layer l, Array s) { return ep::sum(s * ep::mutate(l)(x).output); }, ep::argnums<0>)(ep::freeze(layer, [](const ep::LeafInfo& leaf) { return leaf.path == ".layer.weight"; }), Array(1.0)))).size(), 1u);

  // Compiled, in a stack, and in half precision.
  const auto call = [](Layer l, Array a) {
    const auto [output, tree] = ep::mutate(l)(a);
    return std::pair{output, tree};
  };
  const auto [compiled, compiled_next] = ep::jit(call)(layer, x);
  expect_near(compiled, y, 1e-12);
  expect_near(compiled_next.u, next.u, 1e-13);
  const Layer stack = ep::vmap([conv](Key k) { return Layer::init(k, conv); })(ep::random::split(ep::random::key(3), 2));
  const auto [ys, nexts] = ep::vmap(call)(stack, ep::stack({x, 2 * x}));
  const auto [second, second_next] = call(Layer::init(ep::random::split(ep::random::key(3), 2)[1], conv), 2 * x);
  expect_near(ys[1], second, 1e-12);
  expect_near(nexts.sigma[1], second_next.sigma, 1e-13);
  const auto half = Spectral::init(ep::random::key(0), nn::Linear::init(ep::random::key(0), 5, 4, {.dtype = ep::bf16}));
  EXPECT_EQ(half.u.dtype(), ep::f32);
  EXPECT_EQ(ep::mutate(half)(ep::ones({2, 5}, ep::bf16)).output.dtype(), ep::bf16);
}

TEST(WeightNorm, LearnsLengthAndDirection) {
  const nn::Conv conv = nn::Conv::init(ep::random::key(0), 2, 3, 2, {.bias_init = nn::initializers::normal(1), .dtype = ep::f64});
  using Layer = nn::WeightNorm<nn::Conv>;
  Layer layer = Layer::init(conv);
  const Array x = sample(2, {2, 5, 2});
  expect_near(Layer::init(conv, {.epsilon = 0})(x), conv(x), 1e-14);
  const auto w = values(conv.weight), g = std::vector<double>{2, -0.5, 3};
  std::vector<double> made(12);
  for (std::size_t j = 0; j < 3; ++j) {
    double length = 0;
    for (std::size_t i = 0; i < 4; ++i) length += w[3 * i + j] * w[3 * i + j];
    for (std::size_t i = 0; i < 4; ++i) made[3 * i + j] = g[j] * w[3 * i + j] / std::sqrt(length);
  }
  layer.weight = Array(g);
  expect_near(layer(x), nn::Conv{Array(made, {2, 2, 3}), conv.bias}(x), 1e-11);
  behaves("WeightNorm", [](Key k) { return nn::WeightNorm<nn::Linear>::init(nn::Linear::init(k, 3, 4, {.dtype = ep::f64})); }, {5, 3});
}

TEST(WeightStandardised, HasMeanZeroAndVarianceOne) {
  const nn::Conv conv = nn::Conv::init(ep::random::key(0), 2, 3, 2, {.bias_init = nn::initializers::normal(1), .dtype = ep::f64});
  const Array x = sample(2, {2, 5, 2});
  const auto w = values(conv.weight);
  std::vector<double> made(12);
  for (std::size_t j = 0; j < 3; ++j) {
    double mean = 0, var = 0;
    for (std::size_t i = 0; i < 4; ++i) mean += w[3 * i + j] / 4;
    for (std::size_t i = 0; i < 4; ++i) var += (w[3 * i + j] - mean) * (w[3 * i + j] - mean) / 4;
    for (std::size_t i = 0; i < 4; ++i) made[3 * i + j] = (w[3 * i + j] - mean) / std::sqrt(var + 1e-5);
  }
  expect_near(nn::WeightStandardised{conv}(x), nn::Conv{Array(made, {2, 2, 3}), conv.bias}(x), 1e-12);
  behaves("WeightStandardised", [](Key k) { return nn::WeightStandardised{nn::Linear::init(k, 3, 4, {.dtype = ep::f64})}; }, {5, 3});
}

TEST(NormLayerErrors, NameTheLayerAndTheLine) {
  const Key key = ep::random::key(0);
  const nn::Linear linear = nn::Linear::init(key, 3, 4);
  const Array x = ep::ones({2, 5});
  nn::Linear vector = linear;
  vector.weight = ep::ones(3);
  const nn::Sequential net(nn::Identity(), nn::WeightStandardised{linear});
  expect_error<ep::ShapeError>([&] { (void)ep::apply(net)(x); }, "Linear: x has shape [2,5], the layer at .layers[1].layer 3 features");
  expect_error<ep::ShapeError>([&] { (void)ep::apply(Spectral::init(key, linear))(x); }, "Linear: x has shape [2,5], the layer at .layer 3 features");
  expect_error<ep::ShapeError>([&] { (void)Spectral::init(key, vector); }, "SpectralNorm: the layer's weight has shape [3], and is no matrix");
  expect_error<ep::ShapeError>([&] { (void)nn::WeightNorm<nn::Linear>::init(vector); }, "WeightNorm: the layer's weight has shape [3]");
  expect_error<ep::ShapeError>([&] { (void)nn::WeightStandardised{vector}(x); }, "WeightStandardised: the layer's weight has shape [3]");
  expect_error<ep::MissingValue>([&] { (void)Spectral::init(key, nn::Linear{}); }, "SpectralNorm: .weight is Nothing");
  expect_error<ep::MissingValue>([&] { (void)nn::WeightNorm<nn::Linear>::init(nn::Linear{}); }, "WeightNorm: .weight is Nothing");
  expect_error<ep::MissingValue>([&] { (void)nn::WeightNorm<nn::Linear>{linear}(x); }, "WeightNorm: .weight is Nothing");
  expect_error<ep::MissingValue>([&] { (void)nn::WeightStandardised{nn::Linear{}}(x); }, "WeightStandardised: .weight is Nothing");
  expect_error<ep::MissingValue>([&] { (void)ep::mutate(Spectral{linear})(x); }, "SpectralNorm: .u is Nothing");
  expect_error<ep::ArgumentError>([&] { (void)ep::mutate(Spectral::init(key, linear, {.steps = 0}))(x); }, "SpectralNorm: 0 steps of the power iteration");
}

}  // namespace
