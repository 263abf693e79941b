// Lazy layers: sizes from an abstract run, keys by path, what is kept, and what a layer that waits says.
#include <gtest/gtest.h>

#include "espalier/dsl/mutate.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/stdlib/nn.h"
#include "espalier/stdlib/random.h"

namespace ep = espalier;
namespace nn = espalier::nn;

namespace {

using ep::Array, ep::Key, ep::Shape;

template <class T> std::string shapes(const T& tree) {
  std::string text;
  for (const auto& [path, leaf] : ep::leaves_with_path(tree)) text += path + leaf.shape().str() + " ";
  return text;
}
template <class F> std::string message(F&& call) {
  try {
    call();
  } catch (const ep::Error& error) {
    return error.what();
  }
  return "no error";
}
void expect_says(const std::string& text, const char* part) { EXPECT_NE(text.find(part), std::string::npos) << text; }

// No size is written twice: of each layer the outputs alone.
struct Net {
  nn::Linear in = nn::lazy<nn::Linear>(5);
  std::vector<nn::Linear> middle = {nn::lazy<nn::Linear>(4), nn::lazy<nn::Linear>(3, {.bias = false})};
  nn::Sequential<nn::LayerNorm, nn::Activation, nn::Residual<nn::Linear>> last{nn::lazy<nn::LayerNorm>(), &ep::tanh, nn::Residual{nn::lazy<nn::Linear>(3)}};
  nn::Dropout drop{0.5};

  Array operator()(Array x) const {
    x = in(x);
    for (const nn::Linear& layer : middle) x = layer(x);
    return drop(last(x));
  }
};
const char* const net_shapes = ".in.weight[2,5] .in.bias[5] .middle[0].weight[5,4] .middle[0].bias[4] .middle[1].weight[4,3] .last.layers[0].weight[3] .last.layers[0].bias[3] .last.layers[2].layer.weight[3,3] .last.layers[2].layer.bias[3] ";

TEST(Init, FindsSizesOut) {
  const Net net = nn::init(Net(), Key(1), ep::ones({7, 2}));
  EXPECT_EQ(shapes(net), net_shapes);
  EXPECT_EQ(nn::eval(net)(ep::ones({7, 2})).shape(), (Shape{7, 3}));
  // An example of shape and dtype alone does, however large: nothing is computed of it.
  EXPECT_TRUE(ep::equal(nn::init(Net(), Key(1), ep::abstract({std::int64_t{1} << 50, 2})), net));
  // The structure is that of a module made by hand, so that nothing is compiled twice.
  Net made = Net{nn::Linear::init(Key(0), 2, 5), {nn::Linear::init(Key(0), 5, 4), nn::Linear::init(Key(0), 4, 3, {.bias = false})}, nn::Sequential<nn::LayerNorm, nn::Activation, nn::Residual<nn::Linear>>(nn::LayerNorm::init(3), &ep::tanh, nn::Residual{nn::Linear::init(Key(0), 3, 3)}), {0.5}};
  EXPECT_TRUE(ep::structure(net) == ep::structure(made));
  EXPECT_EQ(ep::to_string(net).find("lazy"), std::string::npos);
  EXPECT_EQ(ep::to_json(net).find("lazy"), std::string::npos);
  expect_says(ep::to_string(Net()), "lazy: waits for init");
}

// Draws the key that the layer of the same path is made with.
struct Drawing {
  struct Place {
    int unused = 0;
  };
  Place in;
  std::vector<Place> middle = {Place(), Place()};
  ep::Parameter leaf = 0.0;
  std::pair<Key, Key> operator()() const { return {ep::next_key(in), ep::next_key(middle[1])}; }
};
TEST(Init, DrawsFromTheStreamOfEachPath) {
  const Net net = nn::init(Net(), Key(1), ep::ones({7, 2}));
  const auto [first, second] = ep::apply(Drawing(), Key(1))().output;
  EXPECT_TRUE(ep::equal(net.in, nn::Linear::init(first, 2, 5)));
  EXPECT_TRUE(ep::equal(net.middle[1], nn::Linear::init(second, 4, 3, {.bias = false})));
  struct More {
    nn::Linear before = nn::lazy<nn::Linear>(2);
    nn::Linear in = nn::lazy<nn::Linear>(5);
    Array operator()(Array x) const { return in(before(x)); }
  };
  EXPECT_TRUE(ep::equal(nn::init(More(), Key(1), ep::ones({7, 2})).in, net.in));
}

TEST(Init, MakesEveryLayer) {
  const Array image = ep::ones({2, 6, 4}), x = ep::ones({6, 4});
  const auto made = [](const auto& layer, const Array& x) { return shapes(nn::init(layer, Key(1), x)); };
  EXPECT_EQ(made(nn::lazy<nn::Linear>(3, {.dtype = ep::f64}), x), ".weight[4,3] .bias[3] ");
  EXPECT_EQ(made(nn::lazy<nn::MLP>({5, 2}, {.activation = &ep::tanh}), x), ".layers[0].weight[4,5] .layers[0].bias[5] .layers[1].weight[5,2] .layers[1].bias[2] ");
  EXPECT_EQ(made(nn::lazy<nn::RMSNorm>(), x), ".weight[4] ");
  EXPECT_EQ(made(nn::lazy<nn::GroupNorm>(2), image), ".weight[4] .bias[4] ");
  EXPECT_EQ(made(nn::lazy<nn::InstanceNorm>({.affine = false}), image), "");
  EXPECT_EQ(made(nn::lazy<nn::MultiHeadAttention>(2, {.bias = false, .cache = 8}), x), shapes(nn::MultiHeadAttention::init(Key(0), 4, 2, {.bias = false, .cache = 8})));
  EXPECT_EQ(made(nn::lazy<nn::TransformerBlock>(2), x), shapes(nn::TransformerBlock::init(Key(0), 4, 2)));
  EXPECT_EQ(made(nn::RNN{nn::lazy<nn::RNNCell>(3)}, x), ".cell.input.weight[4,3] .cell.input.bias[3] .cell.hidden.weight[3,3] ");
  EXPECT_EQ(made(nn::Sequential(nn::Bidirectional{nn::lazy<nn::LSTMCell>(3), nn::lazy<nn::LSTMCell>(3)}, nn::RNN{nn::lazy<nn::GRUCell>(2)}), x),
            shapes(nn::Sequential(nn::Bidirectional{nn::LSTMCell::init(Key(0), 4, 3), nn::LSTMCell::init(Key(0), 4, 3)}, nn::RNN{nn::GRUCell::init(Key(0), 6, 2)})));
}

TEST(Init, SeesThroughTransforms) {
  struct Inside {
    nn::Linear mapped = nn::lazy<nn::Linear>(3), looped = nn::lazy<nn::Linear>(3), chosen = nn::lazy<nn::Linear>(2), copied = nn::lazy<nn::Linear>(1);
    Array operator()(Array x) const {
      x = ep::vmap(mapped)(x);
      x = ep::scan([this](Array carry, Array) { return std::pair{looped(carry), ep::nothing}; }, x, ep::ones(4)).first;
      x = ep::cond(ep::sum(x) > 0, [this](Array x) { return chosen(x); }, [this](Array x) { return -chosen(x); }, x);
      const nn::Linear copy = copied;
      return copy(x);
    }
  };
  const Inside net = nn::init(Inside(), Key(1), ep::ones({7, 2}));
  EXPECT_EQ(shapes(net), ".mapped.weight[2,3] .mapped.bias[3] .looped.weight[3,3] .looped.bias[3] .chosen.weight[3,2] .chosen.bias[2] .copied.weight[2,1] .copied.bias[1] ");
  EXPECT_EQ(net(ep::ones({7, 2})).shape(), (Shape{7, 1}));
}

TEST(Init, IsTransformedItself) {
  const Array x = ep::ones({7, 2});
  const Net net = nn::init(Net(), Key(1), x);
  EXPECT_TRUE(ep::allclose(ep::jit([](Key key, Array x) { return nn::init(Net(), key, x); })(Key(1), x), net));
  // An ensemble: one key each.
  const Key keys = ep::random::split(Key(5), 3);
  const Net ensemble = ep::vmap([&](Key key) { return nn::init(Net(), key, x); })(keys);
  EXPECT_EQ(ensemble.in.weight.shape(), (Shape{3, 2, 5}));
  EXPECT_TRUE(ep::allclose(ep::map([](Array leaf) { return leaf[1]; }, ensemble), nn::init(Net(), keys[1], x)));
}

TEST(Init, KeepsWhatIsThere) {
  const Array x = ep::ones({7, 2});
  const Net net = nn::init(Net(), Key(1), x);
  EXPECT_TRUE(ep::equal(nn::init(net, Key(2), x), net));
  EXPECT_EQ(nn::init(nn::eval(Net()), Key(1), x).drop.mode, nn::Mode::eval);
  const auto block = nn::init(nn::eval(nn::lazy<nn::TransformerBlock>(2, {.dropout = 0.5})), Key(1), ep::ones({3, 4}));
  EXPECT_EQ(block.attention.drop.mode, nn::Mode::eval);
  EXPECT_EQ(block.drop.mode, nn::Mode::eval);
  EXPECT_TRUE(nn::init(ep::freeze(Net()), Key(1), x).in.weight.frozen);

  // What a run does not reach waits for another.
  struct Branches {
    nn::Linear a = nn::lazy<nn::Linear>(3), b = nn::lazy<nn::Linear>(3);
    bool first = true;
    Array operator()(Array x) const { return first ? a(x) : b(x); }
  };
  Branches half = nn::init(Branches(), Key(1), x);
  EXPECT_TRUE(half.b.lazy.waits() && !half.a.lazy.waits());
  half.first = false;
  const Branches both = nn::init(half, Key(1), ep::ones({7, 4}));
  EXPECT_EQ(shapes(both), ".a.weight[2,3] .a.bias[3] .b.weight[4,3] .b.bias[3] ");
  EXPECT_TRUE(ep::equal(both.a, half.a));
}

// A lazy layer of a user's own.
struct Scale {
  ep::Parameter weight;
  nn::Lazy lazy = {};
  static Scale init(std::int64_t features, double value) { return {ep::full(features, value)}; }
  Array operator()(ep::Operand x) const {
    return nn::layer_call(*this, x, [&](const Scale& self) { return x * self.weight; });
  }
};
// One whose state changes with a call, and which says itself how it is made.
struct Count {
  ep::State calls;
  nn::Lazy lazy = {};
  static Count for_input(const Key&, const Array& x) { return {ep::zeros(x.shape())}; }
  Array operator()(ep::Operand x) {
    return nn::layer_call(*this, x, [&](Count& self) { return self.calls = self.calls + x; });
  }
};
TEST(Init, MakesLayersOfAUsersOwn) {
  const auto net = nn::init(nn::Sequential(nn::lazy<Scale>(2.5), nn::lazy<Count>()), Key(1), ep::ones({2, 3}));
  const auto [y, next] = ep::mutate(net)(ep::ones({2, 3}));
  EXPECT_TRUE(ep::equal(y, ep::full({2, 3}, 2.5)));
  EXPECT_TRUE(ep::equal(Array(std::get<1>(next.layers).calls), y));
  EXPECT_TRUE(ep::equal(Array(std::get<1>(net.layers).calls), ep::zeros({2, 3})));
}

TEST(Waiting, IsAMissingValueOfItsPath) {
  const Array x = ep::ones({7, 2});
  const Net net;
  const int line = __LINE__ + 1;
  const nn::Linear alone = nn::lazy<nn::Linear>(3);
  const std::string text = message([&] { (void)alone(x); });
  expect_says(text, ("made by lazy at " + std::string(__FILE__) + ":" + std::to_string(line)).c_str());
  expect_says(text, "net = nn::init(net, key, example)");
  try {
    (void)ep::apply(net, Key(1))(x);
    FAIL() << "called";
  } catch (const ep::MissingValue& error) {
    EXPECT_EQ(error.path, ".in");
    expect_says(error.what(), "the layer at .in, made by lazy at ");
    expect_says(error.what(), "lazy_test.cpp:");
  }
  // One whose leaves may be Nothing, and one that is asked before it is called, wait as well.
  EXPECT_THROW((void)nn::lazy<nn::LayerNorm>()(x), ep::MissingValue);
  EXPECT_THROW((void)nn::RNN{nn::lazy<nn::LSTMCell>(3)}(x), ep::MissingValue);
  // It may be asked for types after init, not before.
  EXPECT_THROW((void)ep::eval_shape(net, x), ep::MissingValue);
}

TEST(Waiting, MustBeAMember) {
  struct Compact {
    nn::Linear in = nn::lazy<nn::Linear>(3);
    Array operator()(Array x) const { return nn::lazy<nn::Linear>(2)(in(x)); }
  };
  const std::string text = message([&] { (void)nn::init(Compact(), Key(1), ep::ones({7, 2})); });
  expect_says(text, "make the layer a member");
  expect_says(text, "lazy_test.cpp:");
}

TEST(Waiting, HasTheWidthOfItsFirstCall) {
  struct Shared {
    nn::Linear layer = nn::lazy<nn::Linear>(3);
    Array operator()(Array x) const { return layer(layer(x)); }
  };
  EXPECT_EQ(nn::init(Shared(), Key(1), ep::ones({7, 3})).layer.weight.shape(), (Shape{3, 3}));
  expect_says(message([&] { (void)nn::init(Shared(), Key(1), ep::ones({7, 2})); }), "x has shape [7,3], the layer 2 features");
  // What a layer's own init refuses names the place where the layer was made.
  expect_says(message([&] { (void)nn::init(nn::lazy<nn::MultiHeadAttention>(3), Key(1), ep::ones({7, 4})); }), "3 heads do not divide 4 features");
}

}  // namespace
