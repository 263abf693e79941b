// Optimizers on trees: what the cases of family nn do not say. Those have the numbers of Optax, over lists of arrays.
#include "espalier/stdlib/optim.h"

#include <gtest/gtest.h>

#include <cmath>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "says.h"

namespace ep = espalier;
namespace optim = ep::optim;
namespace schedules = ep::optim::schedules;

namespace {

using ep::Array;

struct Layer {
  ep::Parameter weight, bias;
};
struct Net {
  Layer layer;
  ep::BatchStat mean;
  ep::Key key;
  Array scale;
  Array steps;  // integers: not learned
  int width = 3;
};
Net net() { return {{{{1., 2.}, {3., 4.}}, {0.5, -0.5}}, {7.}, ep::Key(1), ep::full({}, 2, ep::f32), {1, 2}}; }

Array loss(const Net& n) { return sum(square(n.layer.weight)) / 2 + sum(n.layer.bias) * n.scale; }

TEST(Optimizer, KeepsLeavesWithoutGradient) {
  const Net start = net();
  const auto opt = optim::adam(0.1).init(start);
  const auto [next, after] = opt.update(ep::grad(loss)(start), start);
  EXPECT_TRUE(ep::equal(next.mean, start.mean));
  EXPECT_TRUE(ep::equal(next.steps, start.steps));
  EXPECT_TRUE(ep::equal(next.key, start.key));
  EXPECT_FALSE(ep::equal(next.layer.weight, start.layer.weight));
  EXPECT_NEAR(next.layer.bias.to_vector<double>()[0], 0.4, 1e-6);  // Adam's first step is the learning rate
  EXPECT_NEAR(next.scale.item<double>(), 2, 1e-6);                 // its gradient is 0
  const auto& adam = std::get<0>(after.transforms);
  EXPECT_EQ(adam.count.item<int>(), 1);
  EXPECT_EQ(adam.mu.size(), 6u);
  EXPECT_TRUE(adam.mu[2].is_nothing() && adam.mu[3].is_nothing() && adam.mu[5].is_nothing());  // mean, key, steps
}

// The norm may be 0, beyond the dtype, or of squares that are: the direction stays. Optax has NaN and zeros there.
TEST(Clipping, KeepsTheDirectionOfGradientsOfAnySize) {
  using Pair = std::pair<Array, Array>;
  const auto clipped = [](double limit, const Array& a, const Array& b) {
    const auto clip = [limit](Pair g) { return optim::clip_by_global_norm(limit).transform(g, g).first; };
    const Pair at_once = clip({a, b}), compiled = ep::jit(clip)(Pair{a, b});
    EXPECT_TRUE(ep::allclose(at_once, compiled, {.rtol = 1e-6, .atol = 0}));
    return ep::concatenate({at_once.first, at_once.second});
  };
  const auto expect = [](const Array& got, std::vector<double> wanted) {
    const auto values = got.to_vector<double>();
    for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(values[i], wanted[i], 1e-6 * std::abs(wanted[i])) << got;
  };
  expect(clipped(1, {0., 0.}, {0.}), {0, 0, 0});
  expect(clipped(0, {0., 0.}, {0.}), {0, 0, 0});
  expect(clipped(0, {1., 2.}, {3.}), {0, 0, 0});
  expect(clipped(1, {3., 0.}, {4.}), {0.6, 0, 0.8});
  expect(clipped(10, {3., 0.}, {4.}), {3, 0, 4});
  expect(clipped(1, {3e30, 0.}, {4e30}), {0.6, 0, 0.8});
  expect(clipped(1, {3e38, 3e38}, {3e38}), {std::sqrt(1. / 3), std::sqrt(1. / 3), std::sqrt(1. / 3)});
  expect(clipped(1e-30, {3e-25, 0.}, {4e-25}), {6e-31, 0, 8e-31});
  expect(clipped(1, Array({3e200, 0.}, ep::f64), Array({4e200}, ep::f64)), {0.6, 0, 0.8});
  expect(clipped(1, {3., 0.}, Array({4e200}, ep::f64)), {0, 0, 1});
  const std::vector<Array> tiny{{3e-30, 4e-30}}, huge{{3e37, 4e37}};
  EXPECT_NEAR(optim::global_norm(tiny).item<double>(), 5e-30, 1e-36);
  EXPECT_NEAR(optim::global_norm(huge).item<double>(), 5e37, 1e31);
  EXPECT_EQ(optim::global_norm(std::vector<Array>{}).item<double>(), 0);
}

// Values by hand: a quarter of the way at each of four steps, then the peak.
TEST(Schedules, WarmUpToAConstant) {
  const optim::Schedule schedule = schedules::warmup_constant(0, 0.5, 4);
  for (std::int64_t step = 0; step < 8; ++step) EXPECT_NEAR(schedule(Array(step)).item<double>(), 0.125 * static_cast<double>(std::min<std::int64_t>(step, 4)), 1e-7) << step;
}

// A chain that ends in it descends as sgd does.
TEST(Scaling, ByLearningRateDescends) {
  const Array x{1., -2.}, gradients{0.5, 3.};
  const auto [stepped, after] = optim::chain(optim::scale_by_learning_rate(0.1)).init(x).update(gradients, x);
  const auto [expected, sgd] = optim::sgd(0.1).init(x).update(gradients, x);
  EXPECT_EQ(to_string(stepped), to_string(expected));
}

// Optax's values, which counts in integers: f32 has no odd numbers here.
TEST(Schedules, CountInIntegers) {
  constexpr std::int64_t far = 20'000'000;
  const optim::Schedule ramp = schedules::linear(0, 1, 10, {.begin = far}), stairs = schedules::exponential_decay(1, 10, 0.5, {.begin = far, .staircase = true}),
                        step = schedules::piecewise_constant(1, {{far + 1, 0.5}}), joined = schedules::join({1.0, schedules::linear(0, 1, 10)}, {far + 1}),
                        late = schedules::linear(1, 0, 10, {.begin = std::int64_t{1} << 40});
  const struct {
    std::int64_t count;
    double ramp, stairs, step, joined;
  } rows[] = {
      {far, 0, 1, 1, 1}, {far + 1, 0.1, 1, 0.5, 0}, {far + 5, 0.5, 1, 0.5, 0.4}, {far + 10, 1, 0.5, 0.5, 0.9}, {far + 20, 1, 0.25, 0.5, 1}};
  for (const auto& row : rows) {
    for (const Array& count : {Array(row.count), Array(std::vector<std::int32_t>{static_cast<std::int32_t>(row.count)})[0], Array(std::vector<std::int64_t>{row.count})[0]}) {
      EXPECT_NEAR(ramp(count).item<double>(), row.ramp, 1e-6) << row.count;
      EXPECT_NEAR(stairs(count).item<double>(), row.stairs, 1e-6) << row.count;
      EXPECT_NEAR(step(count).item<double>(), row.step, 1e-6) << row.count;
      EXPECT_NEAR(joined(count).item<double>(), row.joined, 1e-6) << row.count;
      EXPECT_EQ(late(count).item<double>(), 1) << row.count;
      EXPECT_EQ(ramp(count).dtype(), ep::f32);
    }
  }
}

// A module that nobody may write is mapped and trained like any other.
struct Scorer {
  ep::Parameter weight;
  Array operator()(const Array& x) const { return x * weight; }
};
TEST(Optimizer, TrainsAnImmutableModule) {
  using Model = ep::Immutable<Scorer>;
  const Model model(Scorer{{2.}});
  const auto loss_of = [](Model m, Array x) { return sum(square(m(x))); };
  const auto grads = ep::grad(loss_of)(model, Array{3.});
  const auto opt = optim::sgd(0.5).init(model);
  const Model next = opt.update(grads, model).params;
  EXPECT_NEAR(next->weight.to_vector<double>()[0], 2 - 0.5 * 36, 1e-5);
  const Model sum_of_both = ep::map([](const Array& a, const Array& b) { return a + b; }, model, next);
  EXPECT_NEAR(sum_of_both->weight.to_vector<double>()[0], 4 - 0.5 * 36, 1e-5);
  EXPECT_NEAR(ep::map([](const Array& a) { return -a; }, model)(Array{1.}).item<double>(), -2, 1e-6);
}

TEST(Optimizer, GivesFrozenParametersNoMoments) {
  const Net start = ep::freeze(net(), [](const ep::LeafInfo& leaf) { return leaf.member == "weight"; });
  const auto opt = optim::sgd(0.1, {.momentum = 0.9}).init(start);
  EXPECT_TRUE(std::get<0>(opt.transforms).trace[0].is_nothing());
  const auto [next, after] = opt.update(ep::grad(loss)(start), start);
  EXPECT_TRUE(ep::equal(next.layer.weight, start.layer.weight));
  const Net thawed = ep::unfreeze(next);
  const auto [last, kept] = after.update(ep::grad(loss)(thawed), thawed);  // it starts with no momentum
  EXPECT_NEAR(last.layer.weight.to_vector<double>()[0], 0.9, 1e-6);
}

TEST(Optimizer, IsTheSameCompiled) {
  const auto step = [](Net n, optim::AdamW opt) {
    const auto [value, slope] = ep::value_and_grad(loss)(n);
    auto [next, after] = opt.update(slope, n);
    return std::tuple{value, next, after};
  };
  const auto compiled = ep::jit(step);
  const auto mask = [](const ep::LeafInfo& leaf) { return leaf.member == "weight"; };
  Net eager = net(), fast = net();
  auto a = optim::adamw(schedules::warmup_cosine_decay(0, 0.1, 2, 6), {.weight_decay = 0.5, .mask = mask}).init(eager), b = a;
  for (int i = 0; i < 8; ++i) {
    Array x, y;
    std::tie(x, eager, a) = step(eager, a);
    std::tie(y, fast, b) = compiled(fast, b);
    EXPECT_TRUE(ep::allclose(x, y));
  }
  EXPECT_TRUE(ep::allclose(eager.layer, fast.layer));
  EXPECT_TRUE(ep::allclose(a, b, {.atol = 1e-7}));
  EXPECT_EQ(compiled.cache_size(), 1u);
}

TEST(Optimizer, NestsInChains) {
  const Net start = net();
  const auto flat = optim::chain(optim::clip(1.5), optim::trace(0.9), optim::scale(-0.1)).init(start);
  const auto nested = optim::chain(optim::chain(optim::clip(1.5), optim::trace(0.9)), optim::scale(-0.1)).init(start);
  const Net slope = ep::grad(loss)(start);
  EXPECT_TRUE(ep::equal(flat.update(slope, start).params, nested.update(slope, start).params));
}

// Ends where the parabola does, through vmap over three starts, each with its own state.
TEST(Optimizer, WorksUnderVmap) {
  const auto descend = [](Array x) {
    auto opt = optim::adam(0.1).init(x);
    const auto step = [](const Array&, const std::pair<Array, optim::Adam>& state) -> std::pair<Array, optim::Adam> {
      return state.second.update(ep::grad([](Array v) { return square(v - 3); })(state.first), state.first);
    };
    return ep::fori_loop(0, 300, step, std::pair{x, opt}).first;
  };
  for (const float x : ep::jit(ep::vmap(descend))(Array{-1., 0., 5.}).to_vector<float>()) EXPECT_NEAR(x, 3, 1e-3);
}

TEST(Optimizer, NamesWhatAStepGives) {
  const Array x{1., 2.};
  const optim::Updated step = optim::sgd(schedules::constant(0.5)).init(x).update(x, x);
  EXPECT_TRUE(ep::equal(step.params, Array{0.5, 1.}));
  EXPECT_EQ(std::get<1>(step.optimizer.transforms).count.item<int>(), 1);
  const std::pair<Array, optim::Sgd> both = step;
  EXPECT_TRUE(ep::equal(both.first, step.params));
  Array params = x;
  optim::Sgd opt = optim::sgd(schedules::constant(0.5)).init(x);
  std::tie(params, opt) = opt.update(params, params);
  EXPECT_TRUE(ep::equal(params, step.params));
  EXPECT_EQ(std::get<1>(opt.transforms).count.item<int>(), 1);
  EXPECT_TRUE(ep::equal(ep::jit([](Array p, optim::Sgd opt) { return opt.update(p, p); })(x, optim::sgd(0.5).init(x)).params, step.params));
}

// A mask is static: a copy of one that captures is the same, one that says another name is not.
TEST(Optimizer, AMaskMayCapture) {
  const Net start = net();
  const Net none = ep::map([](Array x) { return 0 * x; }, start);
  const auto decaying = [&](const std::string& member) {
    return optim::chain(optim::add_decayed_weights(1.0, {.mask = [member](const ep::LeafInfo& leaf) { return leaf.member == member; }}), optim::scale(1.0));
  };
  const auto same = [](const Array& x, const Array& y) { return ep::equal(x, y); };
  const auto weights = decaying("weight"), biases = decaying("bias");
  EXPECT_TRUE(same(weights.update(none, start).params.layer.weight, 2 * start.layer.weight));
  EXPECT_TRUE(same(weights.update(none, start).params.layer.bias, start.layer.bias));
  EXPECT_TRUE(same(biases.update(none, start).params.layer.bias, 2 * start.layer.bias));
  const auto copied = weights;
  EXPECT_TRUE(ep::structure(weights) == ep::structure(copied));
  EXPECT_FALSE(ep::structure(weights) == ep::structure(biases));
  const auto step = ep::jit([](Net n, decltype(weights) opt) { return opt.update(n, n).params; });
  (void)step(start, weights);
  (void)step(start, copied);
  EXPECT_EQ(step.cache_size(), 1u);
}

TEST(Optimizer, KeepsDTypes) {
  for (const ep::DType dtype : {ep::f32, ep::f64}) {
    const Array x = Array{1., 2.}.as(dtype), g = Array{0.5, -0.5}.as(dtype);
    const auto opt = optim::adamw(schedules::linear(0.1, 0.2, 10)).init(x);
    const auto [next, after] = opt.update(g, x);
    EXPECT_EQ(next.dtype(), dtype);
    EXPECT_EQ(std::get<0>(after.transforms).nu[0].dtype(), dtype);
  }
}

// A rate given as an array is a leaf: another value needs no other code. As a number it is part of the code.
TEST(Schedule, IsStaticOrALeaf) {
  const auto step = ep::jit([](Array x, optim::Sgd opt) { return opt.update(x, x).params; });
  const Array x{1.};
  EXPECT_NEAR(step(x, optim::sgd(Array(0.1)).init(x)).item<double>(), 0.9, 1e-6);
  EXPECT_NEAR(step(x, optim::sgd(Array(0.5)).init(x)).item<double>(), 0.5, 1e-6);
  EXPECT_EQ(step.cache_size(), 1u);
  EXPECT_NEAR(step(x, optim::sgd(0.1).init(x)).item<double>(), 0.9, 1e-6);
  EXPECT_NEAR(step(x, optim::sgd(0.1).init(x)).item<double>(), 0.9, 1e-6);
  EXPECT_EQ(step.cache_size(), 2u);
  step(x, optim::sgd(0.2).init(x));
  EXPECT_EQ(step.cache_size(), 3u);
}

TEST(Schedule, ComparesByValue) {
  const auto same = [](const optim::Schedule& a, const optim::Schedule& b) { return ep::structure(a) == ep::structure(b); };
  EXPECT_TRUE(same(schedules::cosine_decay(1, 10), schedules::cosine_decay(1, 10)));
  EXPECT_FALSE(same(schedules::cosine_decay(1, 10), schedules::cosine_decay(1, 11)));
  EXPECT_FALSE(same(schedules::linear(1, 0, 10), schedules::cosine_decay(1, 10)));
  EXPECT_TRUE(same(schedules::warmup_cosine_decay(0, 1, 2, 9), schedules::warmup_cosine_decay(0, 1, 2, 9)));
  EXPECT_FALSE(same(schedules::warmup_cosine_decay(0, 1, 2, 9), schedules::warmup_cosine_decay(0, 1, 3, 9)));
  const double rate = 0.5;
  const optim::Schedule own = [rate](const Array& count) { return rate * count; };
  EXPECT_TRUE(same(own, optim::Schedule(own)));
  EXPECT_FALSE(same(own, [rate](const Array& count) { return rate * count; }));
  EXPECT_EQ(own(4).item<double>(), 2);
}

TEST(Schedule, KeepsTheNumbersPrecision) {
  const Array x = Array{1.}.as(ep::f64);
  EXPECT_EQ(optim::sgd(0.1).init(x).update(x, x).params.item<double>(), 1 - 0.1);
}

using espalier::test::expect_says;

TEST(Optimizer, SaysWhatIsWrong) {
  const Net start = net();
  const Net slope = ep::grad(loss)(start);
  expect_says<ep::ArgumentError>([&] { (void)optim::adam(0.1).update(slope, start); },
                                 {"optim_test.cpp", "scale_by_adam", "init(parameters)"});
  expect_says<ep::ArgumentError>([&] { (void)optim::sgd(schedules::linear(0, 1, 5)).update(slope, start); },
                                 {"optim_test.cpp", "scale_by_schedule", "init(parameters)"});
  Net wrong = slope;
  wrong.layer.bias = {1., 2., 3.};
  expect_says<ep::ShapeError>([&] { (void)optim::sgd(0.1).init(start).update(wrong, start); },
                              {"optim_test.cpp", ".layer.bias", "[2]", "[3]"});
  wrong.width = 4;
  expect_says<ep::StructureError>([&] { (void)optim::sgd(0.1).init(start).update(wrong, start); }, {".width", "3", "4"});
  expect_says<ep::ArgumentError>([] { (void)schedules::cosine_decay(1, 0); }, {"optim_test.cpp", "cosine_decay", "0"});
  expect_says<ep::ArgumentError>([] { (void)schedules::join({0.1, 0.2}, {}); }, {"optim_test.cpp", "join", "2 schedules", "0 boundaries"});
}

}  // namespace
