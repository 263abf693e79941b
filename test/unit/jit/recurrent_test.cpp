// Recurrent layers: their formulas in plain f64, sequences as loops, batches as vmap, derivatives against finite differences.
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
using Vector = std::vector<double>;

Array sample(std::uint64_t seed, Shape shape) { return ep::random::normal(ep::random::key(seed), shape, {.dtype = ep::f64}); }
void expect_near(const Array& x, const Array& y, double tolerance) {
  ASSERT_EQ(x.shape(), y.shape());
  EXPECT_LE(ep::max(ep::abs(x - y)).item<double>(), tolerance);
}
template <class Cell> Cell made(std::uint64_t seed, std::int64_t in, std::int64_t hidden) {
  return Cell::init(ep::random::key(seed), in, hidden, {.bias_init = nn::initializers::normal(0.5), .dtype = ep::f64});
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
// x W + b, in plain numbers.
Vector affine(const nn::Linear& layer, const Vector& x) {
  const Vector w = layer.weight.to_vector<double>();
  Vector y = layer.bias.is_nothing() ? Vector(static_cast<std::size_t>(layer.weight.shape(1))) : layer.bias.to_vector<double>();
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < y.size(); ++j) y[j] += x[i] * w[i * y.size() + j];
  return y;
}

struct Plain {
  Vector cell, hidden;
};
Plain plain_step(const nn::RNNCell& cell, Plain s, const Vector& x) {
  const Vector a = affine(cell.input, x), b = affine(cell.hidden, s.hidden);
  for (std::size_t j = 0; j < a.size(); ++j) s.hidden[j] = std::tanh(a[j] + b[j]);
  return s;
}
Plain plain_step(const nn::GRUCell& cell, Plain s, const Vector& x) {
  const std::size_t n = s.hidden.size();
  const Vector a = affine(cell.input, x), b = affine(cell.hidden, s.hidden);
  for (std::size_t j = 0; j < n; ++j) {
    const double r = sigmoid(a[j] + b[j]), z = sigmoid(a[n + j] + b[n + j]), next = std::tanh(a[2 * n + j] + r * b[2 * n + j]);
    s.hidden[j] = (1 - z) * next + z * s.hidden[j];
  }
  return s;
}
Plain plain_step(const nn::LSTMCell& cell, Plain s, const Vector& x) {
  const std::size_t n = s.hidden.size();
  const Vector a = affine(cell.input, x), b = affine(cell.hidden, s.hidden);
  const auto gate = [&](std::size_t g, std::size_t j) { return a[g * n + j] + b[g * n + j]; };
  for (std::size_t j = 0; j < n; ++j) {
    s.cell[j] = sigmoid(gate(1, j)) * s.cell[j] + sigmoid(gate(0, j)) * std::tanh(gate(2, j));
    s.hidden[j] = sigmoid(gate(3, j)) * std::tanh(s.cell[j]);
  }
  return s;
}
// The states of a sequence, forth or back, in plain numbers.
template <class Cell> Array plain_states(const Cell& cell, const Array& xs, bool reverse) {
  const std::int64_t length = xs.shape(0), width = cell.hidden.weight.shape(0);
  const auto n = static_cast<std::size_t>(width);
  Vector all(static_cast<std::size_t>(length) * n);
  Plain s{Vector(n), Vector(n)};
  for (std::int64_t t = 0; t < length; ++t) {
    const std::int64_t at = reverse ? length - 1 - t : t;
    s = plain_step(cell, s, xs[at].template to_vector<double>());
    std::copy(s.hidden.begin(), s.hidden.end(), all.begin() + at * width);
  }
  return Array(all, {length, width});
}

template <class Cell> class Cells : public testing::Test {};
using AllCells = testing::Types<nn::RNNCell, nn::GRUCell, nn::LSTMCell>;
TYPED_TEST_SUITE(Cells, AllCells);

TYPED_TEST(Cells, FollowTheirFormulasForthAndBack) {
  const TypeParam cell = made<TypeParam>(1, 3, 4), other = made<TypeParam>(2, 3, 4);
  const Array xs = sample(3, {6, 3});
  expect_near(nn::RNN{cell}(xs), plain_states(cell, xs, false), 1e-13);
  expect_near(nn::RNN{cell, true}(xs), plain_states(cell, xs, true), 1e-13);
  expect_near(ep::jit(nn::RNN{cell})(xs), plain_states(cell, xs, false), 1e-13);
  expect_near(nn::Bidirectional{cell, other}(xs), ep::concatenate({plain_states(cell, xs, false), plain_states(other, xs, true)}, 1), 1e-13);
}

TYPED_TEST(Cells, TakeBatchesByVmapAndSequencesInParts) {
  const nn::RNN rnn{made<TypeParam>(1, 3, 4)};
  const Array batch = sample(3, {5, 6, 3});
  const Array states = ep::jit([](auto rnn, Array batch) { return ep::vmap([&](Array xs) { return rnn(xs); })(batch); })(rnn, batch);
  for (std::int64_t b = 0; b < 5; ++b) expect_near(states[b], rnn(batch[b]), 1e-14);
  const Array xs = batch[0];
  const auto [carry, first] = rnn.run(rnn.cell.initial(), xs[ep::slice(0, 2)]);
  const auto [last, rest] = rnn.run(carry, xs[ep::slice(2, 6)]);
  expect_near(ep::concatenate({first, rest}), rnn(xs), 1e-15);
}

TYPED_TEST(Cells, HaveDerivatives) {
  const nn::Bidirectional<TypeParam> net{made<TypeParam>(1, 2, 3), made<TypeParam>(2, 2, 3)};
  const Array xs = sample(3, {5, 2}), weights = sample(4, {5, 6});
  const auto loss = [](const nn::Bidirectional<TypeParam>& net, const Array& xs, const Array& weights) { return ep::sum(net(xs) * weights); };
  const auto slope = ep::jit(ep::grad(loss))(net, xs, weights);
  const auto direction = ep::map([seed = 20](Array p) mutable { return sample(static_cast<std::uint64_t>(seed++), p.shape()); }, net);
  const double h = 1e-6;
  const auto at = [&](double t) { return loss(ep::map([t](Array p, Array d) { return p + t * d; }, net, direction), xs, weights).template item<double>(); };
  const double along = ep::reduce([](double sum, Array product) { return sum + ep::sum(product).item<double>(); }, ep::map([](Array g, Array d) { return g * d; }, slope, direction), 0.0);
  EXPECT_NEAR((at(h) - at(-h)) / (2 * h), along, 1e-7 * (std::abs(along) + 1));
}

TYPED_TEST(Cells, StartAsTheirOptionsSay) {
  const TypeParam cell = TypeParam::init(ep::random::key(1), 3, 4), plain = TypeParam::init(ep::random::key(1), 3, 4, {.bias = false});
  EXPECT_EQ(cell.input.weight.shape(0), 3);
  EXPECT_EQ(cell.input.bias.size(), cell.hidden.weight.shape(1));
  EXPECT_TRUE(plain.input.bias.is_nothing() && plain.hidden.bias.is_nothing());
  EXPECT_TRUE(ep::equal(plain.hidden.weight, cell.hidden.weight));
  // Each gate's square is orthogonal by itself.
  for (const Array& square : ep::split(cell.hidden.weight, cell.hidden.weight.shape(1) / 4, {.axis = 1})) {
    expect_near(ep::matmul(square.T(), square), ep::eye(4), 1e-5);
  }
  EXPECT_EQ(nn::RNN{plain}(ep::ones({2, 3})).shape(), (Shape{2, 4}));
}

TYPED_TEST(Cells, RefuseWhatDoesNotGoTogether) {
  const nn::RNN rnn{made<TypeParam>(1, 3, 4)};
  const auto text = [](auto&& call) -> std::string {
    try {
      call();
    } catch (const ep::Error& error) {
      return error.what();
    }
    return "no error";
  };
  const auto contains = [](const std::string& text, const char* part) { EXPECT_NE(text.find(part), std::string::npos) << text; };
  const std::string wide = text([&] { (void)rnn(ep::ones({5, 2}, ep::f64)); });
  contains(wide, "recurrent_test.cpp:");
  contains(wide, "x has shape [2], the layer 3 features");
  const std::string batch = text([&] { (void)rnn(ep::ones({5, 7, 3}, ep::f64)); });
  contains(batch, "x has shape [7,3], so the state must have [7,4], and it has [4]");
  contains(batch, "vmap");
  const std::string empty = text([&] { (void)nn::RNN<TypeParam>{}(ep::ones({5, 3})); });
  contains(empty, ".input.weight is Nothing");
  contains(empty, "recurrent_test.cpp:");
}

// A cell of a user's own: it carries a struct, and draws.
struct Counting {
  struct Carry {
    Array hidden, steps;
  };
  ep::Parameter rate = 0.5;
  nn::Dropout drop{0.5};
  Carry operator()(const Carry& carry, const Array& x) const { return {carry.hidden * rate + drop(x), carry.steps + 1}; }
  Carry initial() const { return {ep::zeros(8), ep::zeros({}, ep::i32)}; }
};

TEST(RNN, RunsCellsOfAUsersOwn) {
  const nn::RNN rnn{Counting()};
  const Array xs = ep::ones({4, 8});
  const nn::RNN quiet = nn::eval(rnn);
  expect_near(quiet(xs)[3], ep::full(8, 1.875), 0);
  EXPECT_EQ(quiet.run(quiet.cell.initial(), xs).first.steps.template item<int>(), 4);
  const Array drawn = ep::apply(rnn, Key(1))(xs).output;
  expect_near(ep::jit([](auto rnn, Key key, Array xs) { return ep::apply(rnn, key)(xs).output; })(rnn, Key(1), xs), drawn, 0);
  // Each step drops others.
  EXPECT_FALSE(ep::equal(drawn[1] - 0.5 * drawn[0], drawn[0]));
  EXPECT_FALSE(ep::equal(drawn[2] - 0.5 * drawn[1], drawn[1] - 0.5 * drawn[0]));
}

}  // namespace
