// Layers of tables and products: their formulas written plainly, their trees, their errors. What all layers have in common stands
// in layer_checks.h.
#include <gtest/gtest.h>

#include "layer_checks.h"

namespace {

using namespace espalier::layer_checks;

TEST(Embedding, TakesRows) {
  const nn::Embedding table = nn::Embedding::init(ep::random::key(0), 7, 3, {.dtype = ep::f64});
  EXPECT_EQ(table.weight.shape(), (Shape{7, 3}));
  const Array ids = {{0, 6, 2}, {-1, 2, 2}}, rows = table(ids);
  ASSERT_EQ(rows.shape(), (Shape{2, 3, 3}));
  const auto weight = values(table.weight), found = values(rows);
  const int wanted[] = {0, 6, 2, 6, 2, 2};
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t f = 0; f < 3; ++f) EXPECT_EQ(found[3 * i + f], weight[static_cast<std::size_t>(wanted[i]) * 3 + f]) << i;
  EXPECT_EQ(table(Array(4)).shape(), Shape(3));
  EXPECT_TRUE(ep::all(ep::isnan(table(Array{7}))).item<bool>());
  // The gradient of a row that comes thrice adds up.
  const nn::Embedding slope = ep::grad([](nn::Embedding t, Array i) { return ep::sum(t(i)); })(table, ids);
  expect_near(slope.weight, ep::broadcast_to(Array({{1.}, {0.}, {3.}, {0.}, {0.}, {0.}, {2.}}, ep::f64), {7, 3}), 0);
  // Vectors of unit length, on the average.
  const Array drawn = nn::initializers::embedding_normal(ep::random::key(1), {500, 400});
  EXPECT_NEAR(ep::mean(ep::square(drawn)).item<double>(), 1 / 400., 0.02 / 400);
  EXPECT_TRUE(ep::equal(nn::Embedding::init(ep::random::key(1), 500, 400).weight, ep::Parameter(drawn)));
  EXPECT_THROW((void)nn::initializers::embedding_normal(ep::random::key(1), Shape{}), ep::ShapeError);
}

TEST(Embedding, AttendsToAllRows) {
  const nn::Embedding table = nn::Embedding::init(ep::random::key(0), 7, 3, {.dtype = ep::f64});
  const Array x = sample(1, {2, 5, 3}), logits = table.attend(x);
  ASSERT_EQ(logits.shape(), (Shape{2, 5, 7}));
  const auto w = values(table.weight), v = values(x), found = values(logits);
  for (std::size_t i = 0; i < 10; ++i) {
    for (std::size_t id = 0; id < 7; ++id) {
      double product = 0;
      for (std::size_t f = 0; f < 3; ++f) product += v[3 * i + f] * w[3 * id + f];
      EXPECT_NEAR(found[7 * i + id], product, 1e-14);
    }
  }
}

TEST(LinearGeneral, SumsOverSeveralAxes) {
  const Key key = ep::random::key(2);
  const nn::LinearGeneral layer = nn::LinearGeneral::init(key, {2, 3}, {4, 5}, {.axis = {1, -1}, .bias_init = nn::initializers::normal(1), .dtype = ep::f64});
  EXPECT_EQ(layer.weight.shape(), (Shape{2, 3, 4, 5}));
  EXPECT_EQ(layer.bias.shape(), (Shape{4, 5}));
  const Array x = sample(3, {6, 2, 7, 3}), y = layer(x);
  ASSERT_EQ(y.shape(), (Shape{6, 7, 4, 5}));
  const auto v = values(x), w = values(layer.weight), b = values(layer.bias), found = values(y);
  for (std::size_t n = 0; n < 6; ++n) {
    for (std::size_t m = 0; m < 7; ++m) {
      for (std::size_t k = 0; k < 20; ++k) {
        double sum = b[k];
        for (std::size_t i = 0; i < 2; ++i)
          for (std::size_t j = 0; j < 3; ++j) sum += v[((n * 2 + i) * 7 + m) * 3 + j] * w[(i * 3 + j) * 20 + k];
        EXPECT_NEAR(found[(n * 7 + m) * 20 + k], sum, 1e-13);
      }
    }
  }
  // By default the last axes; one of each is a linear layer, of the same draws.
  EXPECT_EQ(nn::LinearGeneral::init(key, {2, 3}, 4)(ep::ones({5, 2, 3})).shape(), (Shape{5, 4}));
  EXPECT_EQ(nn::LinearGeneral::init(key, 3, Shape{}, {.bias = false})(ep::ones({5, 3})).shape(), Shape(5));
  EXPECT_TRUE(ep::equal(nn::LinearGeneral::init(key, 3, 4).weight, nn::Linear::init(key, 3, 4).weight));
  // The weight starts as a matrix does: the variance is 1 over all that is summed.
  EXPECT_NEAR(ep::var(nn::LinearGeneral::init(key, {20, 20}, {20, 20}).weight).item<double>(), 1 / 400., 0.03 / 400);
}

TEST(Bilinear, IsLinearInBoth) {
  const nn::Bilinear layer = nn::Bilinear::init(ep::random::key(4), 2, 3, 4, {.bias_init = nn::initializers::normal(1), .dtype = ep::f64});
  const Array x = sample(5, {6, 1, 2}), y = sample(6, {7, 3}), z = layer(x, y);
  ASSERT_EQ(z.shape(), (Shape{6, 7, 4}));
  const auto a = values(x), c = values(y), w = values(layer.weight), b = values(layer.bias), found = values(z);
  for (std::size_t n = 0; n < 6; ++n) {
    for (std::size_t m = 0; m < 7; ++m) {
      for (std::size_t k = 0; k < 4; ++k) {
        double sum = b[k];
        for (std::size_t i = 0; i < 2; ++i)
          for (std::size_t j = 0; j < 3; ++j) sum += a[n * 2 + i] * w[(i * 3 + j) * 4 + k] * c[m * 3 + j];
        EXPECT_NEAR(found[(n * 7 + m) * 4 + k], sum, 1e-13);
      }
    }
  }
  EXPECT_TRUE(nn::Bilinear::init(ep::random::key(4), 2, 3, 4, {.bias = false}).bias.is_nothing());
}

TEST(Layers, AreFunctionsAndTrees) {
  behaves("Linear", [](Key k) { return nn::Linear::init(k, 3, 4, {.dtype = ep::f64}); }, {5, 3});
  behaves("LinearGeneral", [](Key k) { return nn::LinearGeneral::init(k, {2, 3}, {2, 2}, {.dtype = ep::f64}); }, {5, 2, 3});
}

TEST(LayerErrors, NameLayerPathShapesAndLine) {
  struct Model {
    nn::Embedding table = nn::Embedding::init(ep::random::key(0), 7, 3);
    std::vector<nn::Linear> layers{nn::Linear::init(ep::random::key(0), 3, 4), nn::Linear::init(ep::random::key(1), 5, 2)};
    Array operator()(Array ids) const { return layers[1](layers[0](table(ids))); }
  };
  const Key key = ep::random::key(0);
  const Array x = ep::ones({2, 3});
  const nn::Embedding table = nn::Embedding::init(key, 7, 4);
  expect_error<ep::ShapeError>([] { (void)ep::apply(Model())(Array{1, 2}); }, "Linear: x has shape [2,4], the layer at .layers[1] 5 features, along axis -1");
  expect_error<ep::ShapeError>([] { (void)Model()(Array{1, 2}); }, "Linear: x has shape [2,4], the layer 5 features, along axis -1");
  expect_error<ep::DTypeError>([&] { (void)table(x); }, "Embedding: ids are integers, not f32[2,3]");
  expect_error<ep::DTypeError>([&] { (void)table(Array{true}); }, "Embedding: ids are integers, not bool[1]");
  expect_error<ep::ShapeError>([&] { (void)table.attend(x); }, "x has shape [2,3], the layer 4 features");
  expect_error<ep::MissingValue>([&] { (void)nn::Embedding{}(Array{1}); }, "Embedding: .weight is Nothing");
  expect_error<ep::MissingValue>([&] { (void)nn::Embedding{}.attend(x); }, ".weight is Nothing");
  expect_error<ep::ArgumentError>([&] { (void)nn::LinearGeneral::init(key, {2, 3}, 4, {.axis = -1}); }, "LinearGeneral: axes {-1} for extents [2,3]");
  expect_error<ep::ShapeError>([&] { (void)nn::LinearGeneral::init(key, {2, 4}, 5)(x); }, "LinearGeneral: x has shape [2,3], the layer 4 features, along axis -1");
  expect_error<ep::AxisError>([&] { (void)nn::LinearGeneral::init(key, {2, 2, 3}, 5)(x); }, "LinearGeneral: the layer takes features along axis -3, and x has shape [2,3]");
  expect_error<ep::Error>([&] { (void)nn::LinearGeneral::init(key, {3, 3}, 5, {.axis = {1, -1}})(x); }, "LinearGeneral: ");
  expect_error<ep::MissingValue>([&] { (void)nn::LinearGeneral{}(x); }, ".weight is Nothing");
  expect_error<ep::ShapeError>([&] { (void)nn::Bilinear::init(key, 3, 4, 5)(x, x); }, "Bilinear: x has shape [2,3], the layer 4 features");
  expect_error<ep::ShapeError>([&] { (void)nn::Bilinear::init(key, 4, 3, 5)(x, x); }, "Bilinear: x has shape [2,3], the layer 4 features");
  expect_error<ep::MissingValue>([&] { (void)nn::Bilinear{}(x, x); }, ".weight is Nothing");
}

}  // namespace
