// Arrays that a jitted function captures are arguments of it: read anew at each call, never part of the code. And arrays that
// are given away.
#include <gtest/gtest.h>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "../numpy_rows.h"

namespace ep = espalier;

namespace {

using ep::Array;
using ep::numpy_rows::said_by_us;

TEST(Captures, AreInputsOfTheProgram) {
  const Array w{2., 3.};
  const auto f = ep::jit([&](Array x) { return x * w + w; });
  const auto lowered = f.lower(ep::abstract({2}));
  EXPECT_EQ(lowered.text("trace").find("constant"), std::string::npos) << lowered.text("trace");
  EXPECT_NE(lowered.text("trace").find("graph(%0: f32[2], %1: f32[2])"), std::string::npos) << lowered.text("trace");
  EXPECT_EQ(said_by_us(lowered.compile()(Array{1., 1.})), "f32[2] [4. 6.]");
}

TEST(Captures, AreReadAtEachCall) {
  Array w{2., 3.};
  const auto f = ep::jit([&](Array x) { return x * w; });
  EXPECT_EQ(said_by_us(f(Array{1., 1.})), "f32[2] [2. 3.]");
  const Array before = w;
  w = w * 10;
  EXPECT_EQ(said_by_us(f(Array{1., 1.})), "f32[2] [20. 30.]");
  EXPECT_EQ(f.cache_size(), 1u) << "another value is no other program";
  w = Array{1., 1., 1.};
  EXPECT_EQ(said_by_us(f(Array(5.f))), "f32[3] [5. 5. 5.]");
  w = 2.0;
  EXPECT_EQ(said_by_us(f(Array{1., 1.})), "f32[2] [2. 2.]");
  EXPECT_EQ(f.cache_size(), 3u);
  w = before;
  EXPECT_EQ(said_by_us(f(Array{1., 1.})), "f32[2] [2. 3.]");
  EXPECT_EQ(f.explain().substr(0, 46), "traced again, to read what it captures: f32[2]");
}

// A weak scalar from outside the function is a value like any other; one made inside is part of the program.
TEST(Captures, OfScalars) {
  Array rate = 0.1, power = 2;
  const auto f = ep::jit([&](Array x) { return pow(x * rate, power) * Array(10.0); });
  const Array x = ep::ones({2}, ep::f64);
  EXPECT_EQ(f(x).to_vector<double>()[0], 0.1 * 0.1 * 10);
  rate = rate * 3;
  EXPECT_EQ(f(x).to_vector<double>()[0], 0.1 * 3 * (0.1 * 3) * 10);
  power = 3;
  EXPECT_NEAR(f(x).to_vector<double>()[0], 0.27, 1e-15);
  EXPECT_EQ(f.cache_size(), 1u);
  EXPECT_EQ(f.explain().substr(0, 50), "traced again, to read what it captures: f32[] weak");
  const auto loop = ep::jit([&](Array x) {
    const Array half = 0.5;
    return ep::scan([&](Array c, Array t) { return std::pair{c * rate + t * half, c}; }, x, ep::ones({3}, ep::f64)).first;
  });
  const double first = loop(Array(1.0).as(ep::f64)).item<double>();
  rate = 0.0;
  EXPECT_EQ(loop(Array(1.0).as(ep::f64)).item<double>(), 0.5);
  EXPECT_NEAR(first, 0.3 * (0.3 * (0.3 + 0.5) + 0.5) + 0.5, 1e-15);
}

struct Net {
  ep::Parameter weight;
  std::vector<Array> biases;
};
TEST(Captures, OfTrees) {
  Net net{2.0, {Array{1., 1.}}};
  const auto f = ep::jit([&net](Array x) { return x * net.weight + net.biases[0]; });
  EXPECT_EQ(said_by_us(f(Array{1., 2.})), "f32[2] [3. 5.]");
  net = Net{3.0, {Array{0., 0.}}};
  EXPECT_EQ(said_by_us(f(Array{1., 2.})), "f32[2] [3. 6.]");
  net.biases[0] = Array{5., 5.};
  EXPECT_EQ(said_by_us(f(Array{1., 2.})), "f32[2] [ 8. 11.]");
  EXPECT_EQ(f.cache_size(), 1u);
  const auto by_value = ep::jit([net](Array x) { return x * net.weight; });
  net.weight = 100.0;
  EXPECT_EQ(said_by_us(by_value(Array{1., 2.})), "f32[2] [3. 6.]");
}

// What a function makes for itself from data is the same at each call: it is traced once.
TEST(Captures, ArraysMadeInsideAreNone) {
  int traces = 0;
  const auto f = ep::jit([&traces](Array x) {
    ++traces;
    return x * Array{1., 10.} + Array(std::vector<float>{1, 2});
  });
  for (int i = 0; i < 3; ++i) EXPECT_EQ(said_by_us(f(Array{1., 1.})), "f32[2] [ 2. 12.]");
  EXPECT_EQ(traces, 1);
}

TEST(Captures, OfOuterTraces) {
  const Array c{1., 2.};
  const auto f = [&](Array x) {
    const auto inner = ep::jit([&](Array y) { return x * y + c; });
    return sum(inner(x) * inner(c));
  };
  // (x² + c)(x c + c), summed, at x = {1, 1}.
  EXPECT_EQ(said_by_us(f(Array{1., 1.})), "f32[] 16.0");
  EXPECT_EQ(said_by_us(ep::jit(f)(Array{1., 1.})), "f32[] 16.0");
  EXPECT_EQ(said_by_us(ep::grad(f)(Array{1., 1.})), "f32[2] [ 6. 14.]");
  EXPECT_EQ(said_by_us(ep::vmap(f)(Array{{1., 1.}, {0., 0.}})), "f32[2] [16.  5.]");
}

// One jitted function that reads a variable is used in two traces, each of which puts its own value there.
TEST(Captures, OfValuesThatBelongToAnotherTraceThanBefore) {
  Array scale(1.f);
  const auto scaled = ep::jit([&](Array x) { return x * scale; });
  const auto f = [&](Array x) {
    scale = x * 3;
    const Array y = scaled(x);
    scale = Array(1.f);
    return sum(y);
  };
  EXPECT_EQ(said_by_us(ep::grad(f)(Array(2.f))), "f32[] 12.0");
  EXPECT_EQ(said_by_us(ep::grad(f)(Array(5.f))), "f32[] 30.0");
  EXPECT_EQ(said_by_us(scaled(Array(7.f))), "f32[] 7.0");
}

TEST(Donation, TakesTheMemoryAndMarksTheLeaves) {
  const auto step = ep::jit([](Net n) { return Net{n.weight - 1, {n.biases[0] * 2}}; });
  Net net{ep::ones({4}), {ep::ones({8})}};
  const void *weight = net.weight.span<float>().data(), *bias = net.biases[0].span<float>().data();
  const Net next = step(std::move(net));
  EXPECT_EQ(next.weight.span<float>().data(), weight);
  EXPECT_EQ(next.biases[0].span<float>().data(), bias);
  EXPECT_EQ(said_by_us(next.weight), "f32[4] [0. 0. 0. 0.]");
  EXPECT_THROW(net.weight + 1, ep::DonatedValue);
  EXPECT_THROW(net.biases[0].to_vector<float>(), ep::DonatedValue);
  EXPECT_THROW(step(net), ep::DonatedValue);
  EXPECT_THROW(step(std::move(net)), ep::DonatedValue);
  EXPECT_THROW(ep::grad([](Net n) { return sum(n.weight); })(net), ep::DonatedValue);
  EXPECT_EQ(ep::to_string(net.weight), "f32[4]") << "it still says what it was";
  const Net kept = step(next);
  EXPECT_EQ(said_by_us(next.weight), "f32[4] [0. 0. 0. 0.]") << "what is not moved is not touched";
}

TEST(Donation, GivesTheSameResults) {
  const auto f = [](Array x, Array y) { return std::tuple{x * y, x + y, sum(x * x, {.axis = 0}), transpose(x)}; };
  const auto jitted = ep::jit(f);
  const Array x = reshape(ep::arange(12.0), {3, 4}), y = ep::full({3, 4}, 0.5);
  const auto expected = f(x, y);
  Array x1 = x + 0, y1 = y + 0;
  EXPECT_TRUE(ep::equal(jitted(std::move(x1), y), expected));
  x1 = x + 0;
  EXPECT_TRUE(ep::equal(jitted(std::move(x1), std::move(y1)), expected));
  EXPECT_TRUE(ep::equal(jitted(x, y), expected));
}

TEST(Donation, OfWhatIsHeldElsewhereCopies) {
  const auto add = ep::jit([](Array x, Array y) { return x + y; });
  Array x = ep::ones({3});
  const Array also = x;
  EXPECT_EQ(said_by_us(add(std::move(x), also)), "f32[3] [2. 2. 2.]");
  EXPECT_EQ(said_by_us(also), "f32[3] [1. 1. 1.]");
  // Captured and donated at once: the capture keeps its value in this call, and is spent after it.
  Array w = ep::ones({3});
  const auto captured = ep::jit([&](Array x) { return x * 10 + w; });
  EXPECT_EQ(said_by_us(captured(std::move(w))), "f32[3] [11. 11. 11.]");
  EXPECT_THROW(captured(ep::ones({3})), ep::DonatedValue);
  w = ep::zeros({3});
  EXPECT_EQ(said_by_us(captured(ep::ones({3}))), "f32[3] [10. 10. 10.]");
}

TEST(Donation, InsideATraceOnlySpendsTheHandle) {
  const auto inner = ep::jit([](Array x) { return x + 1; });
  const auto outer = ep::jit([&](Array x) {
    Array y = x * 2;
    const Array z = inner(std::move(y));
    EXPECT_THROW(y + 1, ep::DonatedValue);
    return z + x;
  });
  EXPECT_EQ(said_by_us(outer(Array{1., 2.})), "f32[2] [4. 7.]");
}

}  // namespace
