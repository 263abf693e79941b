// Arrays that a jitted function captures are arguments of it: read anew at each call, never part of the code. And arrays that
// are given away.
#include <gtest/gtest.h>

#include <memory>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "../numpy_rows.h"

namespace ep = espalier;

namespace {

using ep::Array;
using ep::numpy_rows::said_by_us;

// A span would keep the memory from being taken over.
const void* memory_of(const Array& x) { return ep::detail::ArrayAccess::data(x); }

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

// A constant that the function makes from data is the same at each call, so the function is traced once.
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

// A captured value that is no array is read once per signature, whether arrays are captured too or not.
TEST(Captures, OfCppValuesAreReadOnce) {
  double rate = 2;
  std::vector<double> rates{1, 2};
  int axis = 0;
  Array zero = 0.f, w{1., 1.};
  const auto alone = ep::jit([&](Array x) { return x * rate + Array(rates) + sum(x, axis); });
  const auto beside = ep::jit([&](Array x) { return x * rate + Array(rates) + sum(x, axis) + zero; });
  const Array x = ep::ones({2, 2}, ep::f64);
  const auto first = said_by_us(alone(x));
  EXPECT_EQ(said_by_us(beside(x)), first);
  rate = 3;
  rates = {5, 5};
  EXPECT_EQ(said_by_us(alone(x)), first);
  EXPECT_EQ(said_by_us(beside(x)), first);
  zero = 1.f;
  EXPECT_EQ(said_by_us(beside(x)), said_by_us(alone(x) + 1)) << "arrays are read at each call";
  EXPECT_EQ(beside.cache_size(), 1u);
  // A new signature is a new trace.
  EXPECT_EQ(said_by_us(alone(ep::zeros({2, 2}))), "f64[2,2] [[5. 5.]\n [5. 5.]]");
  // If such a value changes the ops of the program, a call that traces it again throws.
  bool twice = false;
  const auto branching = ep::jit([&](Array x) { return twice ? x + w : x * w; });
  EXPECT_EQ(said_by_us(branching(Array{3., 3.})), "f32[2] [3. 3.]");
  twice = true;
  EXPECT_EQ(said_by_us(branching(Array{3., 3.})), "f32[2] [3. 3.]");
  w = Array{2., 2.};
  EXPECT_THROW(branching(Array{3., 3.}), ep::ArgumentError);
  twice = false;
  EXPECT_EQ(said_by_us(branching(Array{3., 3.})), "f32[2] [6. 6.]");
}

// While no handle lets go of what was captured, the function is not traced again; where one does, it is.
TEST(Captures, AreReadWithoutATraceWhileNothingChanges) {
  const Array x{1., 1.};
  Array w{2., 3.}, b{1., 1.};
  const auto f = ep::jit([&](Array x) { return x * w + b; });
  const auto says = [&](const std::string& wanted, std::size_t traces) {
    EXPECT_EQ(said_by_us(f(x)), wanted);
    EXPECT_EQ(f.trace_count(), traces);
  };
  for (int i = 0; i < 3; ++i) says("f32[2] [3. 4.]", 1);
  EXPECT_EQ(f.explain(), "");
  const Array other = w;
  for (int i = 0; i < 3; ++i) says("f32[2] [3. 4.]", 1);
  w = w * 10;
  says("f32[2] [21. 31.]", 2);
  says("f32[2] [21. 31.]", 3);  // what changes at every call is not held on to, so it has to be found unchanged first
  for (int i = 0; i < 3; ++i) says("f32[2] [21. 31.]", 3);
  std::swap(w, b);
  says("f32[2] [21. 31.]", 4);
  EXPECT_EQ(said_by_us(f(Array{2., 2.})), "f32[2] [22. 32.]");
  w = other;
  says("f32[2] [22. 33.]", 6);
  b += 1;
  says("f32[2] [23. 34.]", 7);
  EXPECT_EQ(f.cache_size(), 1u);
}

// The same of weak scalars, which have no memory of their own.
TEST(Captures, OfScalarsAreReadWithoutATraceWhileNothingChanges) {
  const Array x{1., 1.};
  Array rate = 0.5, power = 2.0, turn = std::complex<double>(0, 1);
  const double step = 10;
  const auto f = ep::jit([&, by_value = Array(100.0)](Array x) { return real(pow(x * rate, power) + by_value * step + turn * turn); });
  const auto says = [&](double wanted, std::size_t traces) {
    EXPECT_EQ(f(x).to_vector<double>()[1], wanted);
    EXPECT_EQ(f.trace_count(), traces);
  };
  for (int i = 0; i < 3; ++i) says(999.25, 1);
  EXPECT_EQ(f.explain(), "");
  // Copies, sums and prints of it elsewhere let go of nothing; nor do other functions that read it.
  const auto g = ep::jit([&](Array x) { return sum(x) * rate; });
  for (int i = 0; i < 3; ++i) {
    const Array other = rate, more = rate + power;
    EXPECT_EQ((other + more).item<double>(), 3);
    EXPECT_EQ(g(x).item<double>(), 1);
    says(999.25, 1);
  }
  EXPECT_EQ(g.trace_count(), 1u);
  rate = 2.0;
  says(1003, 2);
  says(1003, 3);
  says(1003, 3);
  std::swap(rate, power);  // 2 and 2
  power = power + 1;
  says(1007, 4);
  EXPECT_EQ(g(x).item<double>(), 4);
  turn = std::complex<double>(0, 2);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(f(x).to_vector<double>()[1], 1004);
  const Array kept = std::move(rate);
  EXPECT_THROW(f(x), ep::MissingValue);
  EXPECT_EQ(f.cache_size(), 1u);
}

TEST(Captures, ThatTwoFunctionsShareAreReadByNeitherForTheOther) {
  const Array x{1., 1.};
  Array w{2., 3.};
  const auto f = ep::jit([&](Array x) { return x * w; });
  const auto g = ep::jit([&](Array x, Array y) { return x + w * y; });
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(said_by_us(f(x)), "f32[2] [2. 3.]");
    EXPECT_EQ(said_by_us(g(x, w)), "f32[2] [ 5. 10.]");
    (void)f(w);
    (void)g.lower(w, w);
  }
  EXPECT_EQ(f.trace_count(), 1u);
  EXPECT_EQ(g.trace_count(), 1u);
  w = Array{1., 1.};
  EXPECT_EQ(said_by_us(f(x)), "f32[2] [1. 1.]");
  EXPECT_EQ(said_by_us(g(x, w)), "f32[2] [2. 2.]");
}

// Whatever way a handle takes to hold another array, the next call reads that.
TEST(Captures, AreFoundHoweverTheyChange) {
  const Array x{1., 1.};
  const Array one{1., 1.}, two{2., 2.}, three{3., 3.};
  auto net = std::make_shared<Net>(Net{one, {two + 0}});
  std::vector<Array> list{one + 0, two + 0};
  const auto f = ep::jit([&](Array x) { return x * net->weight + net->biases[0] * 10 + list[0] * 100 + list.back() * 1000; });
  const auto says = [&](const std::string& wanted) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(said_by_us(f(x)), wanted);
  };
  says("f32[2] [2121. 2121.]");
  net = std::make_shared<Net>(Net{three, {two + 0}});
  says("f32[2] [2123. 2123.]");
  net->biases = {one + 0};
  says("f32[2] [2113. 2113.]");
  list.insert(list.begin(), three + 0);
  says("f32[2] [2313. 2313.]");
  std::swap(list[0], list[2]);
  says("f32[2] [3213. 3213.]");
  list.pop_back();
  says("f32[2] [1213. 1213.]");
  const auto taken = ep::jit([](Array x) { return x + 1; });
  const std::span<const float> seen = list[0].span<float>();  // its memory stays, and it is given away all the same
  (void)taken(std::move(list[0]));
  EXPECT_THROW(f(x), ep::DonatedValue);
  EXPECT_EQ(seen[0], 2.f);
  list[0] = three;
  says("f32[2] [1313. 1313.]");
}

// A captured array that changes at each call is not held on to, so that its memory can be given away in between.
TEST(Captures, ThatChangeAreNotHeld) {
  Array state = ep::ones({1000});
  const auto look = ep::jit([&](Array x) { return sum(state) * x; });
  const auto step = ep::jit([](Array s) { return s * 2; });
  const Array x(1.f);
  (void)look(x);
  state = step(std::move(state));
  for (int i = 0; i < 3; ++i) {
    (void)look(x);
    const void* memory = memory_of(state);
    state = step(std::move(state));
    EXPECT_EQ(memory_of(state), memory) << i;
  }
  EXPECT_EQ(look(x).item<float>(), 16000.f);
}

// A function that writes an array it captures would do so once, and leave a value of its trace behind.
TEST(Captures, CannotBeWritten) {
  Array calls = 0.f;
  std::vector<Array> seen;
  const int line = __LINE__ + 1;
  const auto counting = ep::jit([&](Array x) { calls += 1; return x * 2; });
  for (int i = 0; i < 2; ++i) {
    try {
      counting(Array{1., 2.});
      ADD_FAILURE() << "nothing was thrown";
    } catch (const ep::EscapedValue& error) {
      const std::string place = std::string(__FILE__) + ":" + std::to_string(line);
      const std::string said = std::string(error.what()).substr(0, std::string(error.what()).find('\n'));
      if (i == 0) {
        EXPECT_EQ(said, place + ": jit: f32[] made at " + place + " is kept outside of the traced function: it was assigned to a captured variable, a global or a static");
      }
    }
  }
  EXPECT_EQ(ep::to_string(calls), "f32[] (escaped: its trace has ended)");
  EXPECT_EQ(counting.cache_size(), 0u);
  EXPECT_THROW(ep::jit([&](Array x) { seen.push_back(x * 2); return x; })(Array{1., 2.}), ep::EscapedValue);
  EXPECT_THROW(ep::jit([&](Array x) { seen.push_back(x * 2); return x; }).lower(Array{1., 2.}), ep::EscapedValue);
}

// A jitted function that outlives a trace whose values it has captured does not keep them.
TEST(Captures, OfATraceAreNotKeptBeyondIt) {
  Array scale(1.f);
  const auto scaled = ep::jit([&](Array x) { return x * scale; });
  const auto f = [&](Array x) {
    scale = x * 3;
    const Array y = scaled(x);
    scale = Array(1.f);
    return sum(y);
  };
  for (int i = 0; i < 2; ++i) EXPECT_EQ(said_by_us(ep::grad(f)(Array(2.f))), "f32[] 12.0");
}

TEST(Donation, TakesTheMemoryAndMarksTheLeaves) {
  const auto step = ep::jit([](Net n) { return Net{n.weight - 1, {n.biases[0] * 2}}; });
  Net net{ep::ones({4}), {ep::ones({8})}};
  const void *weight = memory_of(net.weight), *bias = memory_of(net.biases[0]);
  const Net next = step(std::move(net));
  EXPECT_EQ(memory_of(next.weight), weight);
  EXPECT_EQ(memory_of(next.biases[0]), bias);
  EXPECT_EQ(said_by_us(next.weight), "f32[4] [0. 0. 0. 0.]");
  EXPECT_THROW(net.weight + 1, ep::DonatedValue);
  EXPECT_THROW(net.biases[0].to_vector<float>(), ep::DonatedValue);
  EXPECT_THROW(step(net), ep::DonatedValue);
  EXPECT_THROW(step(std::move(net)), ep::DonatedValue);
  EXPECT_THROW(ep::grad([](Net n) { return sum(n.weight); })(net), ep::DonatedValue);
  EXPECT_EQ(ep::to_string(net.weight), "f32[4] (donated)") << "it still says what it was";
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

// The same object moved and copied, whole or in part, in either order, or moved twice: nothing is taken that another
// argument reads.
TEST(Donation, OfWhatAnotherArgumentReachesCopies) {
  const auto g = ep::jit([](Array x, Array y) { return x + 2 * flip(y); });
  const Array start = ep::arange(1000.0);
  const auto expected = (start + 2 * flip(start)).to_vector<float>();
  Array x = start + 0;
  EXPECT_EQ(g(std::move(x), x).to_vector<float>(), expected);
  EXPECT_THROW(x + 1, ep::DonatedValue);
  x = start + 0;
  EXPECT_EQ(g(x, std::move(x)).to_vector<float>(), expected);
  x = start + 0;
  EXPECT_EQ(g(std::move(x), std::move(x)).to_vector<float>(), expected);

  const auto in_part = ep::jit([](Net n, Array b) { return Net{n.weight - flip(b), {n.biases[0] + flip(b)}}; });
  const auto in_part_first = ep::jit([](Array b, Net n) { return Net{n.weight - flip(b), {n.biases[0] + flip(b)}}; });
  const Net kept{start, {start * 2}};
  const Net result = in_part(kept, kept.biases[0]);
  const auto fresh = [&] { return Net{start + 0, {start * 2}}; };
  Net net = fresh();
  EXPECT_TRUE(ep::equal(in_part(std::move(net), net.biases[0]), result));
  net = fresh();
  EXPECT_TRUE(ep::equal(in_part(net, std::move(net.biases[0])), result));
  net = fresh();
  EXPECT_TRUE(ep::equal(in_part_first(net.biases[0], std::move(net)), result));
  net = fresh();
  EXPECT_TRUE(ep::equal(in_part_first(std::move(net.biases[0]), net), result));
  net = fresh();
  EXPECT_TRUE(ep::equal(in_part_first(std::move(net.biases[0]), std::move(net)), result));
  // The base of a leaf of the tree is the same object too.
  net = fresh();
  EXPECT_TRUE(ep::equal(in_part(std::move(net), static_cast<const Array&>(net.weight)), in_part(kept, kept.weight)));
  // What shares nothing is still taken.
  x = start + 0;
  Array y = start + 0;
  const void* memory = memory_of(x);
  EXPECT_EQ(memory_of(g(std::move(x), y)), memory);
}

// A span reads the memory of its array for as long as the array stands there, given away or not.
TEST(Donation, LeavesTheMemoryThatASpanReads) {
  const auto f = ep::jit([](Array x) { return x * -1; });
  Array x = ep::arange(1000.0);
  const std::span<const float> before = x.span<float>();
  const Array y = f(std::move(x));
  EXPECT_NE(memory_of(y), before.data());
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(before[static_cast<std::size_t>(i)], static_cast<float>(i));
  EXPECT_THROW(x + 1, ep::DonatedValue);
  EXPECT_THROW(x.span<float>(), ep::DonatedValue);
  Array z = y * 1;
  const Array shared = z;
  const auto seen = shared.span<float>();
  EXPECT_NE(memory_of(f(std::move(z))), seen.data());
  EXPECT_EQ(seen[1], -1.f);
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

struct Chain {
  std::unique_ptr<Chain> next;
  Array value;
  int level = 0;
};
Chain chain_of(int n) {
  Chain top{nullptr, Array{1., 2.}, 0};
  for (int i = 1; i < n; ++i) top = Chain{std::make_unique<Chain>(std::move(top)), Array{1., 2.} * (i + 1), i};
  return top;
}
Array total(const Chain& chain) { return chain.next ? chain.value + total(*chain.next) : chain.value; }

TEST(UniquePointers, StandInArgumentsAndResults) {
  const auto by_reference = ep::jit([](const Chain& c) { return total(c); });
  const auto by_value = ep::jit([](Chain c, Array x) {
    c.value = c.value * x;
    return c;
  });
  const Chain chain = chain_of(3);
  EXPECT_EQ(said_by_us(by_reference(chain)), "f32[2] [ 6. 12.]");
  EXPECT_EQ(said_by_us(by_reference(chain_of(2))), "f32[2] [3. 6.]");
  EXPECT_EQ(by_reference.cache_size(), 2u);
  EXPECT_EQ(said_by_us(by_reference(chain)), "f32[2] [ 6. 12.]");
  EXPECT_EQ(by_reference.cache_size(), 2u);
  const Chain next = by_value(chain, Array(10.f));
  EXPECT_EQ(said_by_us(next.value), "f32[2] [30. 60.]");
  EXPECT_EQ(said_by_us(next.next->next->value), "f32[2] [1. 2.]");
  EXPECT_EQ(said_by_us(by_value.lower(chain, Array(10.f)).compile()(chain, Array(10.f)).value), "f32[2] [30. 60.]");
  Chain given = chain_of(3);
  const void* memory = memory_of(given.value);
  const Chain taken = by_value(std::move(given), Array(10.f));
  EXPECT_EQ(memory_of(taken.value), memory);
  EXPECT_THROW(total(given), ep::DonatedValue);
  EXPECT_EQ(said_by_us(ep::jit(ep::grad([](const Chain& c) { return sum(total(c)); }))(chain).next->value), "f32[2] [1. 1.]");
}

}  // namespace
