// Layers: their trees, their errors, what training and evaluating do, and derivatives against finite differences. Their
// numbers against JAX's are conformance cases.
#include <gtest/gtest.h>

#include <cmath>

#include "espalier/dsl/mutate.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/stdlib/nn.h"
#include "espalier/stdlib/random.h"

namespace ep = espalier;
namespace nn = espalier::nn;

namespace {

using ep::Array, ep::Key, ep::Shape;

std::vector<double> values(const Array& x) { return x.to_vector<double>(); }
Array sample(std::uint64_t seed, Shape shape, ep::DType dtype = ep::f64) { return ep::random::normal(ep::random::key(seed), shape, {.dtype = dtype}); }
void expect_near(const Array& x, const Array& y, double tolerance) {
  ASSERT_EQ(x.shape(), y.shape());
  EXPECT_LE(ep::max(ep::abs(x - y)).item<double>(), tolerance);
}

struct Block {
  nn::Linear in;
  nn::BatchNorm norm;
  nn::Dropout drop{0.25};
  nn::Linear out;

  static Block init(Key key) {
    const auto [a, b] = ep::random::split(key);
    return {.in = nn::Linear::init(a, 3, 5, {.dtype = ep::f64}), .norm = nn::BatchNorm::init(5, {.dtype = ep::f64}), .out = nn::Linear::init(b, 5, 2, {.dtype = ep::f64})};
  }
  Array operator()(Array x) { return out(drop(ep::relu(norm(in(x))))); }
};

TEST(Layers, AreTreesOfTheirMembers) {
  const Block block = Block::init(ep::random::key(0));
  std::string paths;
  for (const auto& [info, leaf] : ep::leaves_with_info(block)) paths += info.path + ":" + info.kind + leaf.shape().str() + " ";
  EXPECT_EQ(paths,
            ".in.weight:Parameter[3,5] .in.bias:Parameter[5] .norm.weight:Parameter[5] .norm.bias:Parameter[5] "
            ".norm.mean:BatchStat[5] .norm.var:BatchStat[5] .out.weight:Parameter[5,2] .out.bias:Parameter[2] ");
  EXPECT_EQ(ep::count<ep::Parameter>(block), 3 * 5 + 5 + 5 + 5 + 5 * 2 + 2);
}

TEST(Linear, TakesOptions) {
  const Key key = ep::random::key(1);
  const nn::Linear plain = nn::Linear::init(key, 4, 3, {.bias = false});
  EXPECT_TRUE(plain.bias.is_nothing());
  EXPECT_EQ(plain(ep::ones({2, 5, 4})).shape(), (Shape{2, 5, 3}));
  EXPECT_EQ(plain(ep::ones(4)).shape(), Shape(3));
  const nn::Linear made = nn::Linear::init(key, 2, 3, {.weight_init = nn::initializers::constant(2), .bias_init = [](const Key&, const Shape& shape, ep::DType dtype) { return ep::full(shape, 0.5, dtype); }, .dtype = ep::f64});
  EXPECT_EQ(values(made(Array{1., 10.})), (std::vector<double>{22.5, 22.5, 22.5}));
  // The same key gives the same layer; LeCun's variance is 1 / in.
  EXPECT_TRUE(ep::equal(nn::Linear::init(key, 4, 3), nn::Linear::init(key, 4, 3)));
  EXPECT_NEAR(ep::var(nn::Linear::init(key, 400, 500).weight).item<double>(), 1 / 400., 0.02 / 400);
}

TEST(Initializers, HaveTheVarianceTheySay) {
  namespace init = nn::initializers;
  const Key key = ep::random::key(2);
  const Shape shape{2, 200, 600};  // fans: 400 in, 1200 out
  const struct {
    const char* name;
    Array drawn;
    double variance;
  } rows[] = {
      {"lecun_normal", init::lecun_normal(key, shape), 1 / 400.},
      {"lecun_uniform", init::lecun_uniform(key, shape), 1 / 400.},
      {"glorot_normal", init::glorot_normal(key, shape), 1 / 800.},
      {"glorot_uniform", init::glorot_uniform(key, shape), 1 / 800.},
      {"he_normal", init::he_normal(key, shape), 2 / 400.},
      {"he_uniform", init::he_uniform(key, shape), 2 / 400.},
      {"fan out", init::variance_scaling(3, init::Fan::out, init::Distribution::normal)(key, shape), 3 / 1200.},
      {"normal", init::normal(0.5)(key, shape), 0.25},
      {"uniform", init::uniform(6)(key, shape), 3},
  };
  for (const auto& row : rows) EXPECT_NEAR(ep::var(row.drawn).item<double>(), row.variance, 0.02 * row.variance) << row.name;
  EXPECT_THROW(init::he_normal(key, 3), ep::ShapeError);
  EXPECT_EQ(init::truncated_normal(1, -1, 1)(key, 4, ep::f64).dtype(), ep::f64);
}

// JAX 0.10.2's for key 1701 and shape [6,4], the first four of each.
TEST(Initializers, AreJaxs) {
  namespace init = nn::initializers;
  const Key key = ep::random::key(1701);
  const struct {
    nn::Initializer init;
    std::vector<double> first;
  } rows[] = {
      {init::glorot_uniform, {-0.3737616240978241, 0.19188697636127472, -0.4230893552303314, -0.5863199830055237}},
      {init::glorot_normal, {-0.3120000958442688, 0.1529444307088852, -0.3602013885974884, -0.5521072149276733}},
      {init::he_uniform, {-0.48252415657043457, 0.2477250099182129, -0.546205997467041, -0.7569358348846436}},
      {init::he_normal, {-0.4027904272079468, 0.1974504142999649, -0.46501800417900085, -0.7127673625946045}},
      {init::lecun_uniform, {-0.34119608998298645, 0.17516803741455078, -0.38622596859931946, -0.5352344512939453}},
      {init::lecun_normal, {-0.28481584787368774, 0.13961853086948395, -0.3288174271583557, -0.5040026903152466}},
      {init::normal(), {-0.006472411099821329, 0.0031564109958708286, -0.007491047494113445, -0.011673620902001858}},
      {init::uniform(), {0.00258737918920815, 0.006238624919205904, 0.002268970012664795, 0.0012153207790106535}},
  };
  for (const auto& row : rows) {
    const auto drawn = values(row.init(key, {6, 4}));
    for (std::size_t i = 0; i < row.first.size(); ++i) EXPECT_NEAR(drawn[i], row.first[i], 1e-6 * std::abs(row.first[i])) << i;
  }
}

TEST(Initializers, AreOrthogonal) {
  namespace init = nn::initializers;
  const Key key = ep::random::key(5);
  const auto near_identity = [](const Array& product, double scale) {
    return ep::max(ep::abs(product - scale * ep::eye(product.shape(0), {.dtype = product.dtype()}))).item<double>();
  };
  const Array tall = init::orthogonal()(key, {3, 5, 4}, ep::f64), wide = init::orthogonal(3)(key, {4, 9}, ep::f64);
  EXPECT_EQ(tall.shape(), Shape({3, 5, 4}));
  const Array rows = ep::reshape(tall, {15, 4});
  EXPECT_LT(near_identity(ep::matmul(rows.T(), rows), 1), 1e-14);
  EXPECT_LT(near_identity(ep::matmul(wide, wide.T()), 9), 1e-13);
  // A convolution with it keeps the length of every pixel.
  const Array kernel = init::delta_orthogonal()(key, {3, 5, 4, 6}, ep::f64);
  EXPECT_LT(near_identity(ep::matmul(kernel[1][2], kernel[1][2].T()), 1), 1e-14);
  EXPECT_EQ(ep::count_nonzero(kernel).item<int>(), 24);
  EXPECT_THROW(init::orthogonal()(key, 3), ep::ShapeError);
  EXPECT_THROW(init::delta_orthogonal()(key, {3, 4}), ep::ShapeError);
  EXPECT_THROW(init::delta_orthogonal()(key, {3, 6, 4}), ep::ShapeError);
}

TEST(Dropout, DropsInTrainingAlone) {
  const nn::Dropout drop{0.25};
  const Array x = ep::ones(100000);
  const auto y = ep::apply(drop, ep::random::key(1))(x).output;
  EXPECT_NEAR(ep::mean(y == 0).item<double>(), 0.25, 0.01);
  EXPECT_NEAR(ep::mean(y).item<double>(), 1, 0.02);
  EXPECT_TRUE(ep::equal(nn::eval(drop)(x), x));
  EXPECT_TRUE(ep::equal(nn::Dropout{0}(x), x));
  EXPECT_TRUE(ep::equal(ep::apply(nn::Dropout{1}, ep::random::key(1))(x).output, ep::zeros(100000)));
  EXPECT_THROW(nn::Dropout{1.5}(x), ep::ArgumentError);
  EXPECT_THROW(nn::Dropout{-0.1}(x), ep::ArgumentError);
}

TEST(Dropout, MissesAKeyWithItsPath) {
  const Block block = Block::init(ep::random::key(0));
  try {
    (void)ep::mutate(block)(ep::ones({4, 3}));
    FAIL() << "drew";
  } catch (const ep::MissingKey& error) {
    EXPECT_NE(std::string(error.what()).find("nn_test.cpp:"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("Dropout"), std::string::npos) << error.what();
  }
  try {
    (void)ep::apply(block)(ep::ones({4, 3}));
    FAIL() << "drew";
  } catch (const ep::MissingKey& error) {
    EXPECT_EQ(error.path, ".drop");
  }
}

TEST(Mode, IsSetThroughoutATree) {
  struct Deep {
    std::vector<nn::Dropout> drops{{0.1}, {0.2}};
    std::optional<nn::BatchNorm> norm = nn::BatchNorm::init(2);
    ep::Static<nn::Dropout> kept{nn::Dropout{0.3}};
    ep::Immutable<nn::BatchNorm> fixed = nn::BatchNorm::init(3);
  };
  const Deep deep = nn::eval(Deep());
  EXPECT_EQ(deep.drops[1].mode, nn::Mode::eval);
  EXPECT_EQ(deep.norm->mode, nn::Mode::eval);
  EXPECT_EQ(deep.kept.value.mode, nn::Mode::eval);
  EXPECT_EQ(deep.fixed->mode, nn::Mode::eval);
  const Deep again = nn::train(deep);
  EXPECT_EQ(again.drops[0].mode, nn::Mode::train);
  EXPECT_EQ(again.kept.value.mode, nn::Mode::train);
  EXPECT_EQ(deep.drops[0].rate, 0.1);
}

TEST(BatchNorm, FollowsItsDefinition) {
  const Array x = sample(3, {16, 4}) * 3 + 2;
  const nn::BatchNorm norm{.weight = sample(4, 4), .bias = sample(5, 4), .mean = sample(6, 4), .var = ep::abs(sample(7, 4)), .momentum = 0.9};
  const auto [y, next] = ep::mutate(norm)(x);
  const Array mean = ep::mean(x, 0), var = ep::var(x, 0);
  expect_near(y, (x - mean) / ep::sqrt(var + 1e-5) * norm.weight + norm.bias, 1e-12);
  expect_near(next.mean, 0.9 * norm.mean + 0.1 * mean, 1e-14);
  expect_near(next.var, 0.9 * norm.var + 0.1 * var, 1e-14);
  const auto [z, same] = ep::mutate(nn::eval(norm))(x);
  expect_near(z, (x - norm.mean) / ep::sqrt(norm.var + 1e-5) * norm.weight + norm.bias, 1e-12);
  EXPECT_TRUE(ep::equal(same, nn::eval(norm)));
}

TEST(BatchNorm, TakesAnyAxis) {
  const Array x = sample(3, {2, 4, 3, 5});
  const nn::BatchNorm last = nn::BatchNorm::init(4, {.affine = false, .dtype = ep::f64});
  nn::BatchNorm second = last;
  second.axis = 1;
  const auto [y, next] = ep::mutate(second)(x);
  const auto [moved, expected] = ep::mutate(last)(ep::moveaxis(x, 1, -1));
  expect_near(y, ep::moveaxis(moved, -1, 1), 1e-13);
  expect_near(next.var, expected.var, 1e-13);
  EXPECT_TRUE(next.weight.is_nothing());
  EXPECT_EQ(ep::mutate(nn::BatchNorm::init(3))(ep::zeros({2, 3})).output.dtype(), ep::f32);
  EXPECT_EQ(ep::mutate(nn::BatchNorm::init(3))(ep::ones({2, 3}, ep::i32)).output.dtype(), ep::f32);
}

TEST(LayerNorm, FollowsItsDefinition) {
  const Array x = sample(3, {2, 3, 6}) * 3 + 2;
  const nn::LayerNorm norm{.weight = sample(4, 6), .bias = sample(5, 6)};
  expect_near(norm(x), (x - ep::mean(x, {.axis = -1, .keepdims = true})) / ep::sqrt(ep::var(x, {.axis = -1, .keepdims = true}) + 1e-6) * norm.weight + norm.bias, 1e-12);
  const Array plain = nn::LayerNorm::init(6, {.affine = false})(x);
  expect_near(ep::var(plain, -1), ep::ones({2, 3}, ep::f64), 1e-5);
}

TEST(Norms, FollowTheirDefinitions) {
  const Array x = sample(3, {2, 3, 5, 6}) * 3 + 2, weight = sample(4, 6), bias = sample(5, 6);
  expect_near(nn::RMSNorm{weight}(x), x / ep::sqrt(ep::mean(x * x, {.axis = -1, .keepdims = true}) + 1e-6) * weight, 1e-12);
  // Two groups of three features, each over its own axes and the two in the middle.
  const auto standard = [](Array g) { return (g - ep::mean(g, {.axis = {1, 2, 3}, .keepdims = true})) / ep::sqrt(ep::var(g, {.axis = {1, 2, 3}, .keepdims = true}) + 1e-6); };
  const auto halves = ep::split(x, 2, {.axis = -1});
  expect_near(nn::GroupNorm{weight, bias, 2, 6}(x), ep::concatenate({standard(halves[0]), standard(halves[1])}, -1) * weight + bias, 1e-12);
  const auto features = ep::split(x, 6, {.axis = -1});
  std::vector<Array> each;
  for (const Array& feature : features) each.push_back(standard(feature));
  expect_near(nn::InstanceNorm{weight, bias, 6}(x), ep::concatenate(each, -1) * weight + bias, 1e-12);
  EXPECT_EQ(nn::GroupNorm::init(3, 6, {.affine = false})(ep::ones({4, 6})).shape(), (Shape{4, 6}));
}

TEST(Containers, CallWhatTheyHold) {
  const auto [a, b] = ep::random::split(ep::random::key(3));
  const nn::Linear first = nn::Linear::init(a, 3, 3, {.dtype = ep::f64}), second = nn::Linear::init(b, 3, 2, {.dtype = ep::f64});
  const Array x = sample(8, {6, 3});
  const nn::Sequential plain(first, &ep::relu, [](Array y) { return y * 2; }, second);
  expect_near(plain(x), second(ep::relu(first(x)) * 2), 0);
  EXPECT_EQ(ep::leaves_with_path(plain)[2].first, ".layers[3].weight");
  expect_near(nn::Residual{first}(x), x + first(x), 0);
  expect_near(nn::Lambda{&ep::tanh}(x), ep::tanh(x), 0);
  expect_near(nn::Identity()(x), x, 0);
  EXPECT_EQ(nn::Flatten()(ep::ones({2, 3, 4})).shape(), (Shape{2, 12}));
  EXPECT_EQ(nn::Flatten()(ep::ones({2})).shape(), (Shape{2, 1}));
  EXPECT_EQ(nn::Flatten()(ep::ones({0, 3, 0})).shape(), (Shape{0, 0}));

  // What changes is called on a copy; what draws has a stream of its own path.
  const nn::Sequential changing(first, nn::BatchNorm::init(3, {.dtype = ep::f64}), nn::Dropout{0.5}, nn::Residual{nn::Sequential(nn::Dropout{0.5}, first)}, second);
  const auto [y, next] = ep::apply(changing, ep::random::key(1))(x);
  EXPECT_EQ(y.shape(), (Shape{6, 2}));
  EXPECT_FALSE(ep::equal(std::get<1>(next.layers).mean, std::get<1>(changing.layers).mean));
  const auto compiled = ep::jit([](auto net, Key key, Array x) { return ep::apply(net, key)(x).output; })(changing, ep::random::key(1), x);
  expect_near(compiled, y, 1e-12);
  const auto steady = nn::eval(changing);
  expect_near(ep::mutate(steady)(x).output, ep::mutate(steady)(x).output, 0);
  EXPECT_EQ(std::get<0>(std::get<3>(steady.layers).layer.layers).mode, nn::Mode::eval);
}

TEST(MLP, IsLinearLayersWithAnActivationBetween) {
  const nn::MLP net = nn::MLP::init(ep::random::key(1), 3, {8, 5, 2}, {.activation = &ep::tanh, .dtype = ep::f64});
  ASSERT_EQ(net.layers.size(), 3u);
  const Array x = sample(8, {6, 3});
  expect_near(net(x), net.layers[2](ep::tanh(net.layers[1](ep::tanh(net.layers[0](x))))), 0);
  expect_near(ep::jit(net)(x), net(x), 1e-14);
  EXPECT_FALSE(ep::equal(net.layers[0].weight, nn::MLP::init(ep::random::key(2), 3, {8, 5, 2}, {.dtype = ep::f64}).layers[0].weight));
  EXPECT_EQ(nn::MLP::init(ep::random::key(1), 3, {2}).layers.size(), 1u);
  // Another activation is another structure.
  EXPECT_TRUE(ep::structure(net) == ep::structure(nn::MLP::init(ep::random::key(2), 3, {8, 5, 2}, {.activation = &ep::tanh, .dtype = ep::f64})));
  EXPECT_FALSE(ep::structure(net) == ep::structure(nn::MLP::init(ep::random::key(1), 3, {8, 5, 2}, {.dtype = ep::f64})));
}

// A training step of a block: loss, gradient and new statistics, compiled and not, against finite differences.
TEST(Block, TrainsAlikeCompiledAndNot) {
  const Block block = Block::init(ep::random::key(0));
  const Array x = sample(8, {6, 3}), target = sample(9, {6, 2});
  const auto loss = [](Block net, Key key, Array x, Array target) {
    auto [y, next] = ep::apply(net, key)(x);
    return std::pair{ep::mean(ep::square(y - target)), next};
  };
  const auto step = [loss](Block net, Key key, Array x, Array target) { return ep::value_and_grad(loss, ep::has_aux)(net, key, x, target); };
  const Key key = ep::random::key(5);
  const auto [value, next, slope] = step(block, key, x, target);
  const auto [compiled_value, compiled_next, compiled_slope] = ep::jit(step)(block, key, x, target);
  expect_near(value, compiled_value, 1e-12);
  EXPECT_TRUE(ep::allclose(ep::filter<ep::Parameter>(slope), ep::filter<ep::Parameter>(compiled_slope), {.rtol = 1e-9, .atol = 1e-12}));
  EXPECT_TRUE(ep::allclose(next, compiled_next, {.rtol = 1e-9, .atol = 1e-12}));
  EXPECT_FALSE(ep::equal(next.norm.mean, block.norm.mean));

  // Along a random direction of all parameters.
  const auto direction = ep::map<ep::Parameter>([seed = 20](Array p) mutable { return sample(static_cast<std::uint64_t>(seed++), p.shape()); }, ep::filter<ep::Parameter>(block));
  const double h = 1e-6;
  const auto at = [&](double t) {
    const Block moved = ep::merge(block, ep::map([t](Array p, Array d) { return p + t * d; }, ep::filter<ep::Parameter>(block), direction));
    return loss(moved, key, x, target).first.item<double>();
  };
  const double slope_along = ep::reduce([](double sum, Array product) { return sum + ep::sum(product).item<double>(); },
                                        ep::map([](Array g, Array d) { return g * d; }, ep::filter<ep::Parameter>(slope), direction), 0.0);
  EXPECT_NEAR((at(h) - at(-h)) / (2 * h), slope_along, 1e-7 * (std::abs(slope_along) + 1));
}

TEST(LayerErrors, NameTheMemberThatIsNothing) {
  const auto path_of = [](auto&& call) -> std::string {
    try {
      call();
    } catch (const ep::MissingValue& error) {
      EXPECT_NE(std::string(error.what()).find("nn_test.cpp:"), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find(error.path), std::string::npos) << error.what();
      return error.path;
    }
    return "nothing";
  };
  const Array x = ep::ones({2, 3});
  EXPECT_EQ(path_of([&] { (void)nn::Linear{}(x); }), ".weight");
  EXPECT_EQ(path_of([&] { (void)nn::RMSNorm{}(x); }), ".weight");
  EXPECT_EQ(path_of([&] { (void)ep::mutate(nn::BatchNorm{})(x); }), ".mean");
  nn::MLP net = nn::MLP::init(ep::Key(0), 3, {4, 2});
  net.layers[1].weight = {};
  EXPECT_EQ(path_of([&] { (void)ep::apply(net, ep::Key(1))(x); }), ".layers[1].weight");
}

TEST(LayerErrors, NameTheUsersLine) {
  const auto message = [](auto&& call) -> std::string {
    try {
      call();
    } catch (const ep::Error& error) {
      return error.what();
    }
    return "";
  };
  const nn::Linear linear = nn::Linear::init(ep::random::key(0), 4, 2);
  nn::BatchNorm norm = nn::BatchNorm::init(4);
  const nn::LayerNorm layer = nn::LayerNorm::init(4);
  const Array x = ep::ones({2, 3});
  const struct {
    std::string text, wanted;
  } rows[] = {
      {message([&] { linear(x); }), "Linear: x has shape [2,3], the layer 4 features"},
      {message([&] { ep::jit(linear)(x); }), "Linear: x has shape [2,3], the layer 4 features"},
      {message([&] { (void)ep::mutate(norm)(x); }), "BatchNorm: x has shape [2,3]"},
      {message([&] { nn::Sequential(linear, layer)(x); }), "Linear: x has shape [2,3]"},
      {message([&] { nn::Sequential(nn::Identity(), nn::Residual{linear})(ep::ones({3, 4})); }), "[3,4]"},
      {message([&] { nn::MLP::init(ep::random::key(0), 3, {}); }), "it has no layers"},
      {message([&] { nn::Flatten()(Array(1.0)); }), "no batch to keep"},
      {message([&] { nn::GroupNorm::init(4, 6); }), "4 groups do not divide 6 features"},
      {message([&] { nn::GroupNorm{.groups = 0, .features = 6}(x); }), "0 groups do not divide"},
      {message([&] { nn::InstanceNorm::init(3)(ep::ones(3)); }), "no batch"},
      {message([&] { linear(Array()); }), "Nothing"},
      {message([&] { norm(x); }), "x has shape [2,3], the layer 4 features, along axis -1"},
      {message([&] { norm(ep::ones({})); }), "axis -1"},
      {message([&] { layer(x); }), "x has shape [2,3], the layer 4 features"},
      {message([&] { nn::Dropout{2}(x); }), "from 0 to 1"},
      {message([&] { nn::Dropout{0.5}(x); }), "apply(tree, key)"},
      {message([&] { nn::Linear::init(ep::random::split(ep::random::key(0), 2), 3, 4); }), "takes one key"},
      {message([&] { nn::Linear::init(ep::random::key(0), 3, 4, {.dtype = ep::i32}); }), "draws floats"},
  };
  for (const auto& row : rows) {
    EXPECT_NE(row.text.find(row.wanted), std::string::npos) << row.text;
    EXPECT_NE(row.text.find("nn_test.cpp:"), std::string::npos) << row.text;
  }
}

TEST(Activation, IsAnyFunctionOfAnArray) {
  const nn::Activation relu = &ep::relu, again = &ep::relu, gelu = &ep::gelu;
  const auto square_of = [](Array x) { return x * x; };
  const nn::Activation square = square_of, cube = [](auto x) { return x * x * x; };
  EXPECT_EQ(values(relu(Array{-1., 2.})), (std::vector<double>{0, 2}));
  EXPECT_EQ(values(square(Array{-1., 2.})), (std::vector<double>{1, 4}));
  EXPECT_EQ(values(cube(Array{-1., 2.})), (std::vector<double>{-1, 8}));
  EXPECT_TRUE(relu == again);
  EXPECT_FALSE(relu == gelu);
  EXPECT_FALSE(square == cube);
  EXPECT_TRUE(square == nn::Activation(square_of));
}

// Layers and functions that take an Operand are callables like any other.
TEST(Layers, TransformLikeFunctions) {
  const nn::Linear linear = nn::Linear::init(ep::random::key(0), 3, 2, {.dtype = ep::f64});
  const Array x = sample(1, {5, 3});
  expect_near(ep::jit(linear)(x), linear(x), 1e-14);
  expect_near(ep::vmap(linear)(x), linear(x), 1e-14);
  expect_near(ep::vmap(ep::vmap(&ep::relu))(x), ep::relu(x), 0);
}

}  // namespace
