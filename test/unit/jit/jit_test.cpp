// jit's cache: what is one signature, what makes a new one, and what it says of it; lowered and compiled functions.
#include <gtest/gtest.h>

#include <thread>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "../numpy_rows.h"

namespace ep = espalier;

namespace {

using ep::Array;
using ep::numpy_rows::said_by_us;

struct Layer {
  ep::Parameter weight;
  double scale = 1;
};
struct Net {
  std::vector<Layer> layers;
  Array operator()(Array x) const {
    for (const Layer& l : layers) x = matmul(x, l.weight) * l.scale;
    return x;
  }
};
Net net(std::int64_t width, double scale = 1) { return {{{ep::ones({2, width})}, {ep::ones({width, 1}), scale}}}; }
const auto apply = [](Net n, Array x) { return n(x); };

TEST(JitCache, CompilesOncePerSignature) {
  int traces = 0;
  const auto f = ep::jit([&traces](Net n, Array x) {
    ++traces;
    return n(x);
  });
  const Array x = ep::ones({3, 2});
  EXPECT_EQ(f.cache_size(), 0u);
  EXPECT_EQ(said_by_us(f(net(4), x)[0]), "f32[1] [8.]");
  EXPECT_EQ(f.explain(), "first call");
  EXPECT_EQ(said_by_us(f(net(4), 2 * x)[0]), "f32[1] [16.]");
  EXPECT_EQ(f.explain(), "");
  EXPECT_EQ(f.cache_size(), 1u);
  EXPECT_EQ(traces, 1);
  const auto copy = f;
  copy(net(4), x);
  EXPECT_EQ(traces, 1) << "copies share the cache";
  f.clear_cache();
  EXPECT_EQ(f.cache_size(), 0u);
  f(net(4), x);
  EXPECT_EQ(traces, 2);
}

TEST(JitCache, SaysWhyItCompiled) {
  const auto f = ep::jit(apply);
  const Net small = net(4), large = net(5), scaled = net(5, 0.5);
  const Array x = ep::ones({3, 2});
  f(small, x);
  f(large, x);
  EXPECT_EQ(f.explain(), "argument 0: .layers[0].weight: f32[2,4] -> f32[2,5]");
  EXPECT_EQ(said_by_us(f(scaled, x)[0]), "f32[1] [5.]");
  EXPECT_EQ(f.explain(), "argument 0: .layers[1].scale: 1 -> 0.5");
  f(scaled, x.as(ep::f64));
  EXPECT_EQ(f.explain(), "argument 1: f32[3,2] -> f64[3,2]");
  f(scaled, ep::zeros({0, 2}, ep::f64));
  EXPECT_EQ(f.explain(), "argument 1: f64[3,2] -> f64[0,2]");
  Array given = ep::zeros({0, 2}, ep::f64);
  f(scaled, std::move(given));
  EXPECT_EQ(f.explain(), "") << "what is given away is no part of the signature";
  EXPECT_EQ(f.cache_size(), 5u);
  f(small, x);
  EXPECT_EQ(f.explain(), "") << "earlier signatures are still there";
  EXPECT_EQ(f.cache_size(), 5u);
  const Net deeper{{small.layers[0], small.layers[1], {ep::ones({1, 1})}}};
  EXPECT_EQ(said_by_us(f(deeper, x)[0]), "f32[1] [8.]");
  EXPECT_EQ(f.cache_size(), 6u);
}

TEST(JitCache, TellsWeakFromStrong) {
  const auto f = ep::jit([](Array x, Array y) { return x * y; });
  const Array x = ep::ones({2}, ep::f64);
  EXPECT_EQ(f(x, 0.1).to_vector<double>()[0], 0.1);
  EXPECT_EQ(f(x, 0.3).to_vector<double>()[0], 0.3);
  EXPECT_EQ(f.cache_size(), 1u) << "the value of a weak scalar is no part of the signature";
  EXPECT_EQ(said_by_us(f(x, ep::ones({}))), "f64[2] [1. 1.]");
  EXPECT_EQ(f.explain(), "argument 1: f32[] weak -> f32[]");
  EXPECT_EQ(said_by_us(f(x, 2)), "f64[2] [2. 2.]");
  EXPECT_EQ(f.explain(), "argument 1: f32[] -> i32[] weak");
  EXPECT_EQ(said_by_us(f(3, true)), "i32[] 3");
  EXPECT_EQ(said_by_us(f(2.5, 4)), "f32[] 10.0");
}

TEST(JitCache, StaticArgumentsAreValues) {
  int traces = 0;
  const auto f = ep::jit([&traces](Array x, int power, std::string name, bool negate) {
    ++traces;
    EXPECT_EQ(name, "p");
    return negate ? -pow(x, power) : pow(x, power);
  });
  EXPECT_EQ(said_by_us(f(Array{2., 3.}, 2, "p", false)), "f32[2] [4. 9.]");
  EXPECT_EQ(said_by_us(f(Array{2., 3.}, 3, "p", true)), "f32[2] [ -8. -27.]");
  EXPECT_EQ(f.explain().substr(0, 11), "argument 1:");
  EXPECT_EQ(said_by_us(f(Array{2., 3.}, 2, "p", false)), "f32[2] [4. 9.]");
  EXPECT_EQ(traces, 2);
  // What is an Array to the function is traced, even if a scalar is given; for a generic one a scalar is a static.
  const auto traced = ep::jit([](Array x) { return x * 2; });
  traced(1.5);
  traced(2.5);
  EXPECT_EQ(traced.cache_size(), 1u);
  const auto generic = ep::jit([](auto x, auto n) { return x * n; });
  EXPECT_EQ(said_by_us(generic(Array{1., 2.}, 3)), "f32[2] [3. 6.]");
  EXPECT_EQ(said_by_us(generic(Array{1., 2.}, 4)), "f32[2] [4. 8.]");
  EXPECT_EQ(generic.cache_size(), 2u);
}

// Trees of two types with the same leaves: a generic function is another function of each.
struct Scales {
  Array by;
  Array operator()(Array x) const { return x * by; }
};
struct Shifts {
  Array by;
  Array operator()(Array x) const { return x + by; }
};
TEST(JitCache, TellsTypesOfArgumentsApart) {
  const auto call = ep::jit([](auto module, Array x) { return module(x); });
  for (int again = 0; again < 2; ++again) {
    EXPECT_EQ(call(Scales{Array{2., 5.}}, Array{3., 3.}).to_vector<float>(), (std::vector<float>{6, 15}));
    EXPECT_EQ(call(Shifts{Array{2., 5.}}, Array{3., 3.}).to_vector<float>(), (std::vector<float>{5, 8}));
  }
  EXPECT_EQ(call.cache_size(), 2u);
  EXPECT_EQ(call.trace_count(), 2u);
  const auto same = ep::jit([](auto module) { return module; });
  EXPECT_EQ(same(Scales{Array{2., 5.}})(Array{1., 1.}).to_vector<float>(), (std::vector<float>{2, 5}));
  EXPECT_EQ(same(Shifts{Array{2., 5.}})(Array{1., 1.}).to_vector<float>(), (std::vector<float>{3, 6}));
  EXPECT_NE(same.explain().find("arguments of other types"), std::string::npos) << same.explain();
}

TEST(JitCache, HasALimit) {
  const auto f = ep::jit([](Array x, int n) { return x + n; }, {.max_compiles = 2});
  f(1.0, 1);
  f(1.0, 2);
  f(1.0, 1);
  try {
    f(1.0, 3);
    ADD_FAILURE() << "a third signature";
  } catch (const ep::ArgumentError& error) {
    EXPECT_NE(std::string(error.what()).find("this function has been compiled for 2 signatures; the last change: argument 1:"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("make what changes an Array instead of a static, or raise max_compiles"), std::string::npos);
  }
  EXPECT_EQ(f.cache_size(), 2u);
  EXPECT_EQ(said_by_us(f(1.0, 2)), "f32[] 3.0");
}

TEST(Jit, ResultsOfEveryKind) {
  const auto f = ep::jit([](Array x) { return std::tuple{x, Array(), Array(2.5), std::vector<Array>{x > 0, x}, std::string("text"), 7, ep::zeros({0, 2})}; });
  for (int i = 0; i < 2; ++i) {
    const auto [same, none, constant, list, text, number, empty] = f(Array{1., -1.});
    EXPECT_EQ(said_by_us(same), "f32[2] [ 1. -1.]");
    EXPECT_TRUE(none.is_nothing());
    EXPECT_EQ(said_by_us(constant), "f32[] 2.5");
    EXPECT_FALSE(constant.weak());
    EXPECT_EQ(said_by_us(list[0]), "bool[2] [ True False]");
    EXPECT_EQ(text, "text");
    EXPECT_EQ(number, 7);
    EXPECT_EQ(said_by_us(empty), "f32[0,2] []");
  }
}

TEST(Jit, OfMutate) {
  struct Counter {
    ep::State count;
    int calls = 0;
    Array operator()(Array x) {
      count = count + sum(x);
      return x * count;
    }
  };
  const auto step = ep::jit(ep::mutate([](Counter& c, const Array& x) { return c(x); }));
  const Counter first{0.0};
  const auto [y, second] = step(first, Array{1., 2.});
  const auto [z, third] = step(second, Array{1., 2.});
  EXPECT_EQ(said_by_us(y), "f32[2] [3. 6.]");
  EXPECT_EQ(said_by_us(z), "f32[2] [ 6. 12.]");
  EXPECT_EQ(said_by_us(third.count), "f32[] 6.0");
  EXPECT_EQ(said_by_us(first.count), "f32[] 0.0");
  EXPECT_EQ(step.cache_size(), 1u);
  const auto [w, fourth] = ep::mutate([](Counter& c, const Array& x) { return ep::jit([](Counter c, Array x) { return ep::mutate(c)(x); })(c, x).output; })(third, Array{1., 2.});
  EXPECT_EQ(said_by_us(w), "f32[2] [ 9. 18.]");
  EXPECT_EQ(said_by_us(fourth.count), "f32[] 6.0") << "the inner call ran on a copy";
}

TEST(Jit, InsideJit) {
  const auto inner = ep::jit([](Array x, Array y) { return std::pair{x + y, x}; });
  const auto outer = ep::jit([&](Array x) {
    const auto [a, b] = inner(x, 2.0);
    const auto [c, d] = inner(a, b);
    return c * d;
  });
  EXPECT_EQ(said_by_us(outer(Array{1., 2.})), "f32[2] [12. 24.]");
  EXPECT_EQ(said_by_us(inner(Array{1., 2.}, 2.0).first), "f32[2] [3. 4.]");
  EXPECT_EQ(said_by_us(ep::grad([&](Array x) { return sum(outer(x)); })(Array{1., 2.})), "f32[2] [10. 14.]");
}

TEST(Lowered, TakesAbstractArguments) {
  const auto f = ep::jit(apply);
  const Net shape{{{ep::abstract({2, 4})}, {ep::abstract({4, 1})}}};
  const auto lowered = f.lower(shape, ep::abstract({3, 2}));
  EXPECT_NE(lowered.text().find("-> f32[3,1]") == std::string::npos ? lowered.text().find("f32[3,1]") : 0, std::string::npos);
  for (const char* stage : {"trace", "graph", "schedule", "mlir", "llvm", "asm"}) EXPECT_FALSE(lowered.text(stage).empty()) << stage;
  EXPECT_THROW(lowered.text("ptx2"), ep::ArgumentError);
  EXPECT_EQ(lowered.cost().flops, 2 * 3 * 2 * 4 + 2 * 3 * 4 * 1);
  const auto compiled = lowered.compile();
  EXPECT_EQ(said_by_us(compiled(net(4), ep::ones({3, 2}))), "f32[3,1] [[8.]\n [8.]\n [8.]]");
  EXPECT_EQ(compiled.cost().flops, lowered.cost().flops);
  EXPECT_NE(compiled.text("graph"), "");
  EXPECT_EQ(f.cache_size(), 0u) << "lowering keeps nothing";
  EXPECT_THROW(compiled(net(5), ep::ones({3, 2})), ep::ArgumentError);
  EXPECT_THROW(compiled(net(4), ep::ones({3, 2}, ep::f64)), ep::ArgumentError);
  EXPECT_THROW(compiled(net(4), 1.0), ep::ArgumentError);
  EXPECT_THROW(compiled(Net{{net(4).layers[0]}}, ep::ones({3, 2})), ep::ArgumentError);
}

TEST(Jit, CalledFromManyThreads) {
  std::atomic<int> traces = 0;
  const auto f = ep::jit([&traces](Array x, int n) {
    ++traces;
    return x * n;
  });
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&f, t] {
      for (int i = 0; i < 30; ++i) {
        const int n = (i + t) % 3;
        EXPECT_EQ(said_by_us(f(Array{1., 2.}, n)), said_by_us(Array{1., 2.} * n));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(f.cache_size(), 3u) << "a signature that two threads compile at once is kept once";
}

TEST(Jit, OptionsThatNameADevice) {
  EXPECT_NO_THROW(ep::jit([](Array x) { return x; }, {.device = ep::Device{}}));
  EXPECT_THROW(ep::jit([](Array x) { return x; }, {.device = ep::Device{ep::Device::Kind::gpu, 0}}), ep::DeviceError);
}
TEST(Jit, OptionsThatLimitThreadsChangeNoResult) {
  const auto f = [](Array x) { return sin(x) * x + sum(x, {.axis = 1, .keepdims = true}); };
  const Array x = reshape(ep::arange(1 << 20).as(ep::f32) / 1000, {1024, 1024});
  const Array all = ep::jit(f)(x);
  for (int threads : {1, 2, 3}) EXPECT_TRUE(ep::equal(ep::jit(f, {.threads = threads})(x), all)) << threads;
}

}  // namespace
