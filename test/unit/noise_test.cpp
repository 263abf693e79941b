// The judge of random programs: differences that rounding explains pass, others are found. Orders of summation are written out
// here.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

#include "espalier/ir/print.h"
#include "noise.h"

namespace espalier::test {
namespace {

using ir::Literal;
using ir::Type;

constexpr std::int64_t lengths[] = {1, 7, 100, 1000, 6000};

// Numbers between 0.5 and 1.5, or of both signs, where the terms of a sum nearly vanish.
std::vector<float> numbers(std::int64_t n, bool both_signs) {
  std::mt19937_64 random(static_cast<std::uint64_t>(n));
  std::vector<float> x(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = (both_signs && i % 2 == 1 ? -1.F : 1.F) * (0.5F + static_cast<float>(random() % 8388608) / 8388608);
  return x;
}
Literal number(float x) { return ir::literal(Type(f32), &x); }

Case sum_of(const std::vector<float>& x) {
  const std::string n = std::to_string(x.size());
  return {ir::parse("graph(%0: f32[" + n + "]) {\n  %1 = reduce %0 {kind=sum, axes=[0]} : f32[]\n  return %1\n}\n"), {ir::literal(Type(f32, {static_cast<std::int64_t>(x.size())}), x.data())}};
}
float in_lanes(const std::vector<float>& x, std::size_t width) {
  std::vector<float> lanes(width, 0);
  for (std::size_t i = 0; i < x.size(); ++i) lanes[i % width] += x[i];
  return std::accumulate(lanes.begin(), lanes.end(), 0.F);
}
float pairwise(const float* x, std::size_t n) { return n == 1 ? *x : pairwise(x, n / 2) + pairwise(x + n / 2, n - n / 2); }

TEST(Rounding, ASumMayBeTakenInAnyOrder) {
  for (const bool both_signs : {false, true}) {
    for (const std::int64_t n : lengths) {
      const auto x = numbers(n, both_signs);
      const Expected expected(sum_of(x), 1);
      EXPECT_EQ(expected.difference({number(std::accumulate(x.begin(), x.end(), 0.F))}), "") << n;
      EXPECT_EQ(expected.difference({number(std::accumulate(x.rbegin(), x.rend(), 0.F))}), "") << n;
      EXPECT_EQ(expected.difference({number(in_lanes(x, 32))}), "") << n;
      EXPECT_EQ(expected.difference({number(pairwise(x.data(), x.size()))}), "") << n;
    }
  }
}
TEST(Rounding, ASumThatLacksATermIsFound) {
  for (const bool both_signs : {false, true}) {
    for (const std::int64_t n : lengths) {
      const auto x = numbers(n, both_signs);
      const Expected expected(sum_of(x), 1);
      for (const std::size_t lost : {std::size_t{0}, x.size() / 2, x.size() - 1}) {
        auto rest = x;
        rest[lost] = 0;
        EXPECT_NE(expected.difference({number(pairwise(rest.data(), rest.size()))}), "") << n;
      }
    }
  }
}
// An op after a sum multiplies the sum's error, and the judge accounts for that: here the sum is taken from a number near it.
TEST(Rounding, CancellationAfterASumCounts) {
  const auto x = numbers(1000, false);
  const float total = pairwise(x.data(), x.size()), other = std::accumulate(x.begin(), x.end(), 0.F);
  ASSERT_NE(total, other);
  Case sum = sum_of(x);
  sum.graph = ir::parse("graph(%0: f32[1000], %1: f32[]) {\n  %2 = reduce %0 {kind=sum, axes=[0]} : f32[]\n  %3 = sub %2, %1 : f32[]\n  return %3\n}\n");
  sum.inputs.push_back(number(total));
  const Expected expected(sum, 1);
  EXPECT_EQ(expected.difference({number(other - total)}), "");
  EXPECT_EQ(expected.difference({number(0)}), "");
  EXPECT_NE(expected.difference({number(0.5F)}), "");
}
// Products that underflow are rounded to what little is left there; fused ones are not.
TEST(Rounding, ProductsMayUnderflow) {
  std::vector<float> x(30), y(30);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 1e-30F * (1 + static_cast<float>(i) / 7), y[i] = (i % 2 == 0 ? 1e-15F : -1e-15F) * (1 + static_cast<float>(i) / 5);
  float fused = 0;
  for (std::size_t i = 0; i < x.size(); ++i) fused = std::fma(x[i], y[i], fused);
  const Type row(f32, {30});
  const Case product{ir::parse("graph(%0: f32[30], %1: f32[30]) {\n  %2 = dot %0, %1 {lhs_batch=[], rhs_batch=[], lhs_contract=[0], rhs_contract=[0], result=f32} : f32[]\n  return %2\n}\n"), {ir::literal(row, x.data()), ir::literal(row, y.data())}};
  const Expected expected(product, 1);
  EXPECT_EQ(expected.difference({number(fused)}), "");
  EXPECT_NE(expected.difference({number(1e-40F)}), "");
}
// Whole numbers have one sum.
TEST(Rounding, ExactSumsAreHeldToTheBit) {
  std::vector<float> x(5000);
  std::iota(x.begin(), x.end(), -2000.F);
  const Expected expected(sum_of(x), 1);
  const float total = pairwise(x.data(), x.size());
  EXPECT_EQ(expected.difference({number(total)}), "");
  EXPECT_NE(expected.difference({number(std::nextafter(total, 1e9F))}), "");
}
// What is only moved about is there bit for bit, but for NaN, which has no sign and no payload where it is computed.
TEST(Rounding, HalvesAreHeldToTheBit) {
  const std::uint16_t x[] = {0x3c00, 0x0000, 0x7e00, 0x7d01};
  const Type type(f16, {4});
  const Expected expected({ir::parse("graph(%0: f16[4]) {\n  %1 = reverse %0 {axes=[0]} : f16[4]\n  return %1\n}\n"), {ir::literal(type, x)}}, 1);
  const std::uint16_t reversed[] = {0x7d01, 0x7e00, 0x0000, 0x3c00}, next[] = {0x7d01, 0x7e00, 0x0000, 0x3c01};
  EXPECT_EQ(expected.difference({ir::literal(type, reversed)}), "");
  EXPECT_NE(expected.difference({ir::literal(type, next)}), "");
}
// Arithmetic on halves is that of f32, rounded once: sums are of one value, however long, unless that lies beside a tie.
TEST(Rounding, HalvesRoundOnce) {
  const std::vector<std::uint16_t> ones(3001, 0x3c00);
  const Type type(f16, {3001});
  const Expected expected({ir::parse("graph(%0: f16[3001]) {\n  %1 = reduce %0 {kind=sum, axes=[0]} : f16[]\n  return %1\n}\n"), {ir::literal(type, ones.data())}}, 1);
  const std::uint16_t once = 0x69dc, each_time = 0x6800;  // 3000, to which 3001 rounds; 2048, beyond which 1 is lost
  EXPECT_EQ(expected.difference({ir::literal(Type(f16), &once)}), "");
  EXPECT_NE(expected.difference({ir::literal(Type(f16), &each_time)}), "");
}

}  // namespace
}  // namespace espalier::test
