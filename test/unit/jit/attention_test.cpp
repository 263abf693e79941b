// Attention: its formula in plain f64, rotations, decoding with a cache against the whole sequence, derivatives by finite differences.
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

Array sample(std::uint64_t seed, Shape shape) { return ep::random::normal(ep::random::key(seed), shape, {.dtype = ep::f64}); }
void expect_near(const Array& x, const Array& y, double tolerance) {
  ASSERT_EQ(x.shape(), y.shape());
  EXPECT_LE(ep::max(ep::abs(x - y)).item<double>(), tolerance);
}
const nn::Initializer some_bias = nn::initializers::normal(0.5);

// One example, head by head and query by query, in plain numbers.
Array plain_attention(const nn::MultiHeadAttention& layer, const Array& x, const Array& context, const std::vector<bool>& mask) {
  const auto q = layer.query(x).to_vector<double>(), k = layer.key(context).to_vector<double>(), v = layer.value(context).to_vector<double>();
  const std::size_t places = static_cast<std::size_t>(x.shape(0)), sources = static_cast<std::size_t>(context.shape(0)), heads = static_cast<std::size_t>(layer.heads), width = q.size() / places, size = width / heads;
  std::vector<double> merged(q.size());
  for (std::size_t head = 0; head < heads; ++head) {
    for (std::size_t t = 0; t < places; ++t) {
      std::vector<double> weights(sources);
      double total = 0;
      for (std::size_t s = 0; s < sources; ++s) {
        double product = 0;
        for (std::size_t d = 0; d < size; ++d) product += q[t * width + head * size + d] * k[s * width + head * size + d];
        const bool seen = (mask.empty() || mask[t * sources + s]) && !(layer.causal && s > t);
        total += weights[s] = seen ? std::exp(product / std::sqrt(static_cast<double>(size))) : 0;
      }
      for (std::size_t s = 0; s < sources; ++s)
        for (std::size_t d = 0; d < size; ++d) merged[t * width + head * size + d] += weights[s] / total * v[s * width + head * size + d];
    }
  }
  return layer.out(Array(merged, {x.shape(0), static_cast<std::int64_t>(width)}));
}

TEST(MultiHeadAttention, FollowsItsFormula) {
  const Array x = sample(1, {5, 6}), context = sample(2, {7, 4});
  const nn::MultiHeadAttention own = nn::MultiHeadAttention::init(Key(3), 6, 2, {.bias_init = some_bias, .dtype = ep::f64});
  expect_near(own(x), plain_attention(own, x, x, {}), 1e-13);
  const nn::MultiHeadAttention causal = nn::MultiHeadAttention::init(Key(3), 6, 3, {.causal = true, .bias_init = some_bias, .dtype = ep::f64});
  expect_near(causal(x), plain_attention(causal, x, x, {}), 1e-13);
  const nn::MultiHeadAttention cross = nn::MultiHeadAttention::init(Key(3), 6, 2, {.bias = false, .context_features = 4, .dtype = ep::f64});
  std::vector<bool> mask(35);
  for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = i % 3 != 1;
  expect_near(cross(x, {.context = context}), plain_attention(cross, x, context, {}), 1e-13);
  expect_near(cross(x, {.context = context, .mask = Array(mask, {5, 7})}), plain_attention(cross, x, context, mask), 1e-13);
  expect_near(ep::jit([](nn::MultiHeadAttention layer, Array x, Array context) { return layer(x, {.context = context}); })(cross, x, context), plain_attention(cross, x, context, {}), 1e-13);
  // A batch is its examples.
  const Array batch = sample(4, {3, 5, 6});
  for (std::int64_t b = 0; b < 3; ++b) expect_near(causal(batch)[b], causal(batch[b]), 1e-14);
}

TEST(MultiHeadAttention, SharesKeysAmongHeads) {
  nn::MultiHeadAttention layer = nn::MultiHeadAttention::init(Key(3), 8, 4, {.dtype = ep::f64});
  const Array x = sample(1, {5, 8});
  // Two groups of two heads: the same as four heads whose keys and values are each there twice.
  const auto twice = [](const nn::Linear& narrow) {
    const Array w = ep::reshape(narrow.weight, {8, 2, 1, 2});
    return nn::Linear{ep::reshape(ep::concatenate({w, w}, 2), {8, 8}), {}};
  };
  nn::MultiHeadAttention grouped = layer;
  grouped.key = nn::Linear::init(Key(4), 8, 4, {.bias = false, .dtype = ep::f64});
  grouped.value = nn::Linear::init(Key(5), 8, 4, {.bias = false, .dtype = ep::f64});
  layer.key = twice(grouped.key);
  layer.value = twice(grouped.value);
  expect_near(grouped(x), layer(x), 1e-14);
  grouped.drop.rate = layer.drop.rate = 0.5;
  expect_near(ep::apply(grouped, Key(1))(x).output, ep::apply(layer, Key(1))(x).output, 1e-14);
  const auto [y, next] = ep::mutate(nn::eval(grouped).with_cache(5))(x);
  EXPECT_EQ(next.keys.shape(), (Shape{5, 2, 2}));
  expect_near(y, nn::eval(grouped)(x), 1e-14);
}

TEST(MultiHeadAttention, DropsWeights) {
  nn::MultiHeadAttention layer = nn::MultiHeadAttention::init(Key(3), 6, 2, {.causal = true, .dropout = 0.25, .dtype = ep::f64});
  const Array x = sample(1, {2, 5, 6});
  EXPECT_THROW((void)layer(x), ep::MissingKey);
  EXPECT_FALSE(ep::allclose(ep::apply(layer, Key(1))(x).output, ep::apply(layer, Key(2))(x).output));
  const Array still = nn::eval(layer)(x);
  // The mean over many draws is what it is without dropout.
  const Array draws = ep::jit([](nn::MultiHeadAttention layer, Key keys, Array x) { return ep::mean(ep::vmap([&](Key key) { return ep::apply(layer, key)(x).output; })(keys), 0); })(layer, ep::random::split(Key(5), 4000), x);
  expect_near(draws, still, 0.06);
  layer.drop.rate = 1e-300;  // drops none, by the way that drops
  expect_near(ep::apply(layer, Key(1))(x).output, still, 1e-14);
}

TEST(RotaryEmbedding, TurnsByThePlace) {
  const Array x = sample(1, {4, 2, 6});
  const Array turned = nn::RotaryEmbedding{100}(x, 3);
  const auto from = x.to_vector<double>(), to = turned.to_vector<double>();
  for (std::size_t t = 0; t < 4; ++t)
    for (std::size_t h = 0; h < 2; ++h)
      for (std::size_t j = 0; j < 3; ++j) {
        const double angle = static_cast<double>(t + 3) * std::pow(100, -2.0 * static_cast<double>(j) / 6);
        const double a = from[(t * 2 + h) * 6 + j], b = from[(t * 2 + h) * 6 + j + 3];
        EXPECT_NEAR(to[(t * 2 + h) * 6 + j], a * std::cos(angle) - b * std::sin(angle), 1e-13);
        EXPECT_NEAR(to[(t * 2 + h) * 6 + j + 3], b * std::cos(angle) + a * std::sin(angle), 1e-13);
      }
  EXPECT_EQ(nn::RotaryEmbedding()(x.as(ep::bf16)).dtype(), ep::bf16);
  // Attention then depends on distances alone: all places moved by as much give the same.
  const Array q = sample(2, {4, 1, 6}), k = sample(3, {4, 1, 6});
  const auto products = [&](int first) { return ep::einsum("tnd,snd->ts", nn::RotaryEmbedding()(q, first), nn::RotaryEmbedding()(k, first)); };
  expect_near(products(0), products(17), 1e-13);
  EXPECT_THROW((void)nn::RotaryEmbedding()(ep::ones({4, 2, 5})), ep::ShapeError);
}

struct Decoded {
  Array whole, steps;
};
// A layer's outputs at once, and by calls of one or more places each, as scan would carry the cache.
template <class Layer> Decoded decoded(const Layer& layer, const Array& x) {
  const std::int64_t places = x.shape(-2);
  Layer cached = layer.with_cache(places + 2, x.ndim() == 3 ? x.shape(0) : 0);
  std::vector<Array> steps;
  for (std::int64_t t = 0, next = 0; t < places; t = next) {
    next = t == 0 ? 3 : t + 1;
    auto [y, after] = ep::mutate(cached)(x[{ep::ellipsis, ep::slice(t, next), ep::slice()}]);
    steps.push_back(y);
    cached = after;
  }
  return {layer(x), ep::concatenate(steps, {.axis = -2})};
}

TEST(Cache, DecodesWhatTheWholeSequenceGives) {
  for (const bool rope : {false, true}) {
    const auto layer = nn::MultiHeadAttention::init(Key(3), 8, 2, {.causal = true, .rope = rope, .bias_init = some_bias, .dtype = ep::f64});
    const auto [whole, steps] = decoded(layer, sample(1, {7, 8}));
    expect_near(whole, steps, 1e-14);
    const auto [whole_batch, batch_steps] = decoded(layer, sample(2, {3, 7, 8}));
    expect_near(whole_batch, batch_steps, 1e-14);
  }
  const auto block = nn::TransformerBlock::init(Key(3), 8, 2, {.causal = true, .rope = true, .dtype = ep::f64});
  const auto [whole, steps] = decoded(block, sample(1, {7, 8}));
  expect_near(whole, steps, 1e-13);
}

TEST(Cache, IsCarriedByScan) {
  const auto block = nn::TransformerBlock::init(Key(3), 8, 2, {.causal = true, .rope = true, .cache = 9, .dtype = ep::f64});
  const Array x = sample(1, {9, 8});
  const auto decode = [](nn::TransformerBlock block, Array x) {
    return ep::scan([](nn::TransformerBlock block, Array place) {
      auto [y, next] = ep::mutate(block)(ep::expand_dims(place, 0));
      return std::pair{next, y[0]};
    }, block, x);
  };
  const auto [last, steps] = ep::jit(decode)(block, x);
  expect_near(steps, block.with_cache(0)(x), 1e-13);
  EXPECT_EQ(last.attention.filled.item<int>(), 9);
  // A cache is state of the model, and no parameter.
  EXPECT_EQ(ep::count<ep::Cache>(block), 2 * 9 * 8 + 1);
  EXPECT_TRUE(ep::grad([](nn::TransformerBlock b, Array x) { return ep::sum(ep::mutate(b)(x).output); })(block, x).attention.keys.is_nothing());
}

TEST(Cache, WithoutCausalityShowsAllPlacesSoFar) {
  const auto layer = nn::MultiHeadAttention::init(Key(3), 8, 2, {.dtype = ep::f64});
  const Array x = sample(1, {5, 8});
  const auto [first, next] = ep::mutate(layer.with_cache(6))(x[ep::slice(0, 3)]);
  expect_near(first, layer(x[ep::slice(0, 3)]), 1e-14);
  expect_near(ep::mutate(next)(x[ep::slice(3, 5)]).output, layer(x)[ep::slice(3, 5)], 1e-14);
  // A mask is of the places of the cache.
  const Array blind = ep::ones({2, 6}, ep::bool_).at(ep::slice(), 0).set(false);
  const Array expected = layer(x[ep::slice(3, 5)], {.context = x[ep::slice(1, 5)]});
  expect_near(ep::mutate([&](nn::MultiHeadAttention& layer, Array x) { return layer(x, {.mask = blind}); })(next, x[ep::slice(3, 5)]).output, expected, 1e-14);
}

TEST(TransformerBlock, AddsToItsInput) {
  const auto block = nn::TransformerBlock::init(Key(3), 8, 2, {.hidden = 10, .dtype = ep::f64});
  const Array x = sample(1, {5, 8});
  const Array y = x + block.attention(block.attention_norm(x));
  expect_near(block(x), y + block.mlp.layers[1](ep::gelu(block.mlp.layers[0](block.mlp_norm(y)))), 1e-14);
  EXPECT_EQ(block.mlp.layers[0].weight.shape(), (Shape{8, 10}));
  EXPECT_EQ(nn::TransformerBlock::init(Key(3), 8, 2).mlp.layers[0].weight.shape(), (Shape{8, 32}));
  const nn::Sequential tower(block, block);
  expect_near(tower(x), block(block(x)), 1e-14);
}

TEST(TransformerBlock, HasDerivatives) {
  const auto block = nn::TransformerBlock::init(Key(3), 4, 2, {.hidden = 6, .causal = true, .rope = true, .dropout = 0.25, .dtype = ep::f64});
  const Array x = sample(1, {2, 5, 4}), weights = sample(2, {2, 5, 4});
  const auto loss = [](const nn::TransformerBlock& block, const Array& x, const Array& weights) { return ep::sum(ep::apply(block, Key(7))(x).output * weights); };
  const auto slope = ep::jit(ep::grad(loss))(block, x, weights);
  const auto direction = ep::map([seed = 20](Array p) mutable { return sample(static_cast<std::uint64_t>(seed++), p.shape()); }, block);
  const double h = 1e-6;
  const auto at = [&](double t) { return loss(ep::map([t](Array p, Array d) { return p + t * d; }, block, direction), x, weights).item<double>(); };
  const double along = ep::reduce([](double sum, Array product) { return sum + ep::sum(product).item<double>(); }, ep::map([](Array g, Array d) { return g * d; }, slope, direction), 0.0);
  EXPECT_NEAR((at(h) - at(-h)) / (2 * h), along, 1e-6 * (std::abs(along) + 1));
}

TEST(AttentionErrors, NameTheUsersLine) {
  const auto layer = nn::MultiHeadAttention::init(Key(3), 8, 2, {.causal = true, .cache = 4});
  const nn::MultiHeadAttention plain = layer.with_cache(0);
  struct Net {
    nn::MultiHeadAttention attention;
    Array operator()(Array x) const { return attention(x); }
  };
  const Array x = ep::ones({3, 8});
  const struct {
    const char* wanted;
    void (*call)(const nn::MultiHeadAttention& cached, const nn::MultiHeadAttention& plain, const Array& x);
  } rows[] = {
      {"3 heads do not divide 8 features", [](auto&, auto&, auto&) { (void)nn::MultiHeadAttention::init(Key(3), 8, 3); }},
      {"x has shape [8]\n  it is [T, features]", [](auto&, auto& plain, auto&) { (void)plain(ep::ones(8)); }},
      {".query.weight is Nothing", [](auto&, auto&, auto& x) { (void)nn::MultiHeadAttention{}(x); }},
      {"the layer 8 features", [](auto&, auto& plain, auto&) { (void)plain(ep::ones({3, 7})); }},
      {"was given a context", [](auto& cached, auto&, auto& x) { (void)ep::mutate([](nn::MultiHeadAttention& layer, Array x) { return layer(x, {.context = x}); })(cached, x); }},
      {"a call writes its cache .attention.keys", [](auto& cached, auto&, auto& x) { (void)ep::apply(Net{cached}, Key(1))(x); }},
      {"which are more places than the cache's 4", [](auto& cached, auto&, auto&) { (void)ep::mutate(cached)(ep::ones({5, 8})); }},
      {"of which 3 are filled, and x has 3 more", [](auto& cached, auto&, auto& x) { (void)ep::mutate(ep::mutate(cached)(x).tree)(x); }},
      {"the cache's keys [4,2,4]", [](auto& cached, auto&, auto&) { (void)ep::mutate(cached)(ep::ones({2, 3, 8})); }},
      {"a cache of -1 places", [](auto& cached, auto&, auto&) { (void)cached.with_cache(-1); }},
  };
  for (const auto& row : rows) {
    try {
      row.call(layer, plain, x);
      ADD_FAILURE() << row.wanted;
    } catch (const ep::Error& error) {
      EXPECT_NE(std::string(error.what()).find(row.wanted), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find("attention_test.cpp:"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
