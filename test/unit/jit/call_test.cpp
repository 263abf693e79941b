// The call of a compiled function: what it does with arguments and results, apart from what the code computes.
#include <gtest/gtest.h>

#include <limits>
#include <thread>

#include "espalier/espalier.h"

namespace {

using Values = std::vector<double>;
Values values(const ep::Array& x) { return x.to_vector<double>(); }

TEST(Call, ResultsThatAreArgumentsOrComeTwice) {
  const auto f = ep::jit([](ep::Array x, ep::Array y) { return std::tuple{y, x + 1, x, x + 1}; });
  const auto [y, next, x, again] = f(ep::arange(3.0), ep::ones({2}));
  EXPECT_EQ(values(y), (Values{1, 1}));
  EXPECT_EQ(values(next), (Values{1, 2, 3}));
  EXPECT_EQ(values(x), (Values{0, 1, 2}));
  EXPECT_EQ(values(again), (Values{1, 2, 3}));
}

TEST(Call, ADonatedArgumentThatIsAResultKeepsItsMemory) {
  const auto f = ep::jit([](ep::Array x) { return std::pair{x + 1, x}; });
  ep::Array x = ep::arange(3.0);
  const auto [next, same] = f(std::move(x));
  EXPECT_EQ(values(next), (Values{1, 2, 3}));
  EXPECT_EQ(values(same), (Values{0, 1, 2}));
}

TEST(Call, ADonatedArgumentIsUpdatedInPlaceOnlyWhereNobodyElseHoldsIt) {
  const auto f = ep::jit([](ep::Array x) { return x + 1; });
  ep::Array x = ep::arange(3.0);
  const void* memory = ep::detail::ArrayAccess::data(x);
  const ep::Array next = f(std::move(x));
  EXPECT_EQ(ep::detail::ArrayAccess::data(next), memory);
  EXPECT_THROW(x.to_vector<double>(), ep::DonatedValue);

  ep::Array y = ep::arange(3.0);
  const ep::Array other = y;
  EXPECT_EQ(values(f(std::move(y))), (Values{1, 2, 3}));
  EXPECT_EQ(values(other), (Values{0, 1, 2}));
}

TEST(Call, ManyWeakScalarsAtOnce) {
  const auto f = ep::jit([](std::vector<ep::Array> c, ep::Array x) {
    for (const ep::Array& term : c) x = x * 2 + term;
    return x;
  });
  std::vector<ep::Array> terms;
  double expected = 3;
  for (int i = 0; i < 70; ++i) {
    terms.push_back(i % 3 - 1);
    expected = expected * 2 + (i % 3 - 1);
  }
  EXPECT_EQ(values(f(terms, ep::full({1}, 3, ep::f64))), Values{expected});
}

TEST(Call, WhatWasOnlyRecordedCompilesWhenItIsCalled) {
  const auto f = ep::jit([](ep::Array x) { return x * 2; });
  const auto g = ep::jit([&](ep::Array x) { return f(x) + 1; });
  const ep::Array x = ep::ones({2});
  EXPECT_EQ(values(g(x)), (Values{3, 3}));
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) callers.emplace_back([&] { EXPECT_EQ(values(f(x)), (Values{2, 2})); });
  for (std::thread& caller : callers) caller.join();
}

TEST(Call, ResultsOutliveTheThreadThatMadeThem) {
  const auto f = ep::jit([](ep::Array x) { return x * 2; });
  ep::Array result;
  std::thread([&] { result = f(ep::ones({1000})); }).join();
  EXPECT_EQ(values(result), Values(1000, 2));
}

TEST(Call, SubnormalsAreKeptUnlessTheyAreToBeFlushed) {
  const auto half = [](ep::Array x) { return x * 0.5; };
  for (const std::int64_t n : {1, 1 << 20}) {  // on this thread; on all
    const ep::Array least = ep::full({n}, std::numeric_limits<float>::min());
    const auto expect = [&](const ep::Array& x, double value) { EXPECT_EQ(values(x), Values(static_cast<std::size_t>(n), value)); };
    expect(ep::jit(half)(least), std::numeric_limits<float>::min() / 2.0);
    const auto flushing = ep::jit(half, {.flush_subnormals = true});
    expect(flushing(least), 0);
    expect(ep::jit(half)(least), std::numeric_limits<float>::min() / 2.0);  // the modes are as before
  }
}

TEST(Call, AThreadLimitChangesNoBits) {
  const auto f = [](ep::Array x) { return sum(exp(x)); };
  const ep::Array x = ep::linspace(0, 1, 1 << 20);
  const double all = ep::jit(f)(x).item<double>();
  for (const int threads : {1, 2, 3}) EXPECT_EQ(ep::jit(f, {.threads = threads})(x).item<double>(), all) << threads;
}

}  // namespace
