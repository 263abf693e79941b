// How often a jitted function is traced: once per signature. Numbers that are part of the program stay constants of it,
// whatever they went through; only arrays from outside are read at each call, and explain() says so.
#include <gtest/gtest.h>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/stdlib/losses.h"
#include "espalier/stdlib/metrics.h"
#include "espalier/stdlib/nn.h"
#include "espalier/stdlib/optim.h"
#include "espalier/stdlib/random.h"

namespace ep = espalier;
namespace nn = ep::nn;
namespace optim = ep::optim;

namespace {

using ep::Array;

struct Row {
  const char* name;
  Array (*f)(Array);
};
struct Weights {
  ep::Parameter weight;
};
template <class O> Array stepped(O optimizer, Array x) {
  const auto opt = optimizer.init(x);
  const auto [next, after] = opt.update(x, x);
  return after.update(next, next).params;
}
ep::Key key() { return ep::Key(3); }

// Functions of numbers, and functions of the library that compute with numbers of their own.
const Row rows[] = {
    {"a_number", [](Array x) { return x * 2.5; }},
    {"a_variable", [](Array x) { const Array a = 3.; return x * a; }},
    {"two_numbers", [](Array x) { const Array a = 3.; return x * (a * 2); }},
    {"numbers_of_two_types", [](Array x) { const Array a = 3; return x * (a / 2 - 1.5); }},
    {"a_moved_number", [](Array x) { Array a = 3.; const Array b = std::move(a); return x * b; }},
    {"an_assigned_number", [](Array x) { Array a; a = 3.; a += 1; a = a * a; return x * a; }},
    {"numbers_in_a_vector", [](Array x) { std::vector<Array> n; for (int i = 0; i < 5; ++i) n.push_back(i * 0.5); for (const Array& a : n) x = x + a; return x; }},
    {"numbers_in_a_tree", [](Array x) { const std::pair<Array, Array> n = ep::map([](Array a) { return a * 2; }, std::pair<Array, Array>(1.5, 2)); return x * n.first + n.second; }},
    {"functions_of_numbers", [](Array x) { const Array a = 3.; return x * exp(-a) + maximum(a, 1) * sqrt(a + 1); }},
    {"a_number_in_a_loop", [](Array x) { const Array a = 0.5; return ep::fori_loop(0, 3, [&](Array, Array c) { return c * (a * 2) + a; }, x); }},
    {"a_number_in_a_branch", [](Array x) { const Array a = 0.5; return ep::cond(sum(x) > a * 2, [&](Array x) { return x * (a + 1); }, [&](Array x) { return x * -a; }, x); }},
    {"a_number_in_vmap", [](Array x) { const Array a = 0.5; return ep::vmap([&](Array x) { return x * (a * 2); })(x); }},
    {"a_number_in_grad", [](Array x) { const Array a = 0.5; return ep::grad([&](Array x) { return sum(x * (a * 2)); })(x); }},
    {"a_number_in_jit", [](Array x) { const Array a = 0.5; return ep::jit([&](Array x) { return x * (a * 2); })(x); }},
    {"braces", [](Array x) { return x * Array{1., 10., 2.}; }},
    {"a_big_integer", [](Array x) { const Array n = 3'000'000'000; return x * (n - 1); }},
    {"sgd", [](Array x) { return stepped(optim::sgd(0.1), x); }},
    {"sgd_momentum", [](Array x) { return stepped(optim::sgd(0.1, {.momentum = 0.9, .nesterov = true}), x); }},
    {"adam", [](Array x) { return stepped(optim::adam(0.1), x); }},
    {"adamw", [](Array x) { return stepped(optim::adamw(0.1, {.nesterov = true}), x); }},
    {"scale", [](Array x) { return stepped(optim::chain(optim::scale(0.1)), x); }},
    {"clip", [](Array x) { return stepped(optim::chain(optim::clip(0.5), optim::clip_by_global_norm(1)), x); }},
    {"schedule", [](Array x) { return stepped(optim::sgd(optim::schedules::warmup_cosine_decay(0, 0.1, 2, 6)), x); }},
    {"exponential", [](Array x) { return stepped(optim::sgd(optim::schedules::exponential_decay(0.1, 3, 0.5)), x); }},
    {"piecewise", [](Array x) { return stepped(optim::sgd(optim::schedules::piecewise_constant(0.1, {{3, 0.5}})), x); }},
    {"l1", [](Array x) { return ep::losses::L1{0.1}(Weights{x}); }},
    {"l2", [](Array x) { return ep::losses::L2{0.1}(Weights{x}); }},
    {"huber", [](Array x) { return ep::losses::huber(x, x * 2); }},
    {"cross_entropy", [](Array x) { return ep::losses::CrossEntropy{}(ep::metrics::Inputs{.target = Array{0, 1, 2}, .preds = outer(x, x)}); }},
    {"mean_metric", [](Array x) { return ep::metrics::Mean{}.update(ep::metrics::Inputs{.values = x}).compute(); }},
    {"linear", [](Array x) { return nn::Linear::init(key(), 3, 2)(x); }},
    {"layer_norm", [](Array x) { return nn::LayerNorm::init(3)(x); }},
    {"group_norm", [](Array x) { return nn::GroupNorm::init(1, 3)(reshape(x, {1, 3})); }},
    {"batch_norm", [](Array x) { auto layer = nn::BatchNorm::init(3); return layer(reshape(x, {1, 3})); }},
    {"normal", [](Array x) { return x + ep::random::normal(key(), {3}); }},
    {"truncated_normal", [](Array x) { return x + ep::random::truncated_normal(key(), -1, 1, {3}); }},
    {"randint", [](Array x) { return x + ep::random::randint(key(), {3}, 0, 5); }},
    {"categorical", [](Array x) { return x + ep::random::categorical(key(), Array{1., 2., 3.}); }},
    {"softplus", [](Array x) { return softplus(x) + gelu(x) + selu(x) + hard_silu(x) + sinc(x) + hypot(x, 3); }},
    {"statistics", [](Array x) { return var(x) + logsumexp(x) + norm(x) + average(x, {.weights = Array{1., 2., 3.}}); }},
    {"makers", [](Array x) { return x + ep::linspace(0, 1, 3) + ep::arange(3) + sum(ep::eye(3)) + pad(x, {{1, 1}}, {.value = 2})[ep::slice(1, 4)]; }},
    {"updates", [](Array x) { return x.at(0).set(3).at(ep::slice(1, 3)).add(0.5).at(-1).multiply(2); }},
};
class Traced : public testing::TestWithParam<Row> {};
TEST_P(Traced, Once) {
  const auto f = ep::jit(GetParam().f);
  for (int call = 0; call < 3; ++call) {
    const Array compiled = f(Array{0.5, 1., 2.});
    EXPECT_EQ(f.explain(), call == 0 ? "first call" : "");
    EXPECT_TRUE(ep::allclose(compiled, GetParam().f(Array{0.5, 1., 2.}), {.rtol = 1e-4, .atol = 1e-5}));
  }
  EXPECT_EQ(f.trace_count(), 1u);
  EXPECT_EQ(f.cache_size(), 1u);
}
INSTANTIATE_TEST_SUITE_P(All, Traced, testing::ValuesIn(rows), [](const auto& test) { return std::string(test.param.name); });

// The program that users write first: a small network and Adam at a constant rate.
TEST(Traces, OfATrainStepAreOneInAThousandCalls) {
  struct Model {
    nn::MLP net;
    optim::Adam optimizer;
  };
  const auto step = ep::jit([](Model m, Array x, Array y) {
    const auto [loss, slope] = ep::value_and_grad([&](nn::MLP net) { return mean(square(net(x) - y)); })(m.net);
    auto [net, optimizer] = m.optimizer.update(slope, m.net);
    return std::pair{loss, Model{std::move(net), std::move(optimizer)}};
  });
  const Array x = ep::random::normal(ep::Key(1), {8, 2}), y = sum(x * x, {.axis = 1, .keepdims = true});
  nn::MLP net = nn::MLP::init(ep::Key(2), 2, {8, 8, 1});
  Model model{net, optim::adam(1e-2).init(net)};
  float first = 0, last = 0;
  for (int i = 0; i < 1000; ++i) {
    auto [loss, next] = step(std::move(model), x, y);
    model = std::move(next);
    (i == 0 ? first : last) = loss.item<float>();
  }
  EXPECT_EQ(step.trace_count(), 1u);
  EXPECT_EQ(step.cache_size(), 1u);
  EXPECT_EQ(step.explain(), "");
  EXPECT_LT(last, first / 20);
}

TEST(Traces, AreExplained) {
  Array rate = 0.1;
  const int made = __LINE__ - 1;
  const auto f = ep::jit([&](Array x) { return x * rate; });
  f(Array{1., 2.});
  EXPECT_EQ(f.explain(), "first call");
  rate = rate * 2;
  f(Array{1., 2.});
  EXPECT_EQ(f.explain(), std::string("traced again, to read what it captures: f32[] weak made at ") + __FILE__ + ":" + std::to_string(made));
  EXPECT_EQ(f.trace_count(), 2u);
  EXPECT_EQ(f.cache_size(), 1u);
  rate = Array{1., 1.};
  f(Array{1., 2.});
  EXPECT_EQ(f.explain(), "what the function captures changed");
  EXPECT_EQ(f.trace_count(), 3u);
  const auto pure = ep::jit([](Array x) { return x + 1; });
  for (int i = 0; i < 5; ++i) pure(Array{1., 2.});
  pure(Array{1.});
  EXPECT_EQ(pure.trace_count(), 2u);
  EXPECT_EQ(pure.explain(), "argument 0: f32[2] -> f32[1]");
}

}  // namespace
