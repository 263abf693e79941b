// f16 and bf16 as numbers. The reference is arithmetic in long double: a number's digits counted out, and rounded by the C library.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/ir/half.h"
#include "noise.h"

namespace espalier::test {
namespace {

using namespace ir;

struct Format {
  DType dtype;
  int exponent_bits, fraction_bits;
  int bias() const { return (1 << (exponent_bits - 1)) - 1; }
};
constexpr Format formats[] = {{f16, 5, 10}, {bf16, 8, 7}};

long double value_of(const Format& f, std::uint16_t bits) {
  const int exponent = bits >> f.fraction_bits & ((1 << f.exponent_bits) - 1), fraction = bits & ((1 << f.fraction_bits) - 1);
  long double value = exponent == 0 ? ldexpl(fraction, 1 - f.bias() - f.fraction_bits) : ldexpl(fraction + (1 << f.fraction_bits), exponent - f.bias() - f.fraction_bits);
  if (exponent == (1 << f.exponent_bits) - 1) value = fraction == 0 ? HUGE_VALL : NAN;
  return bits & 0x8000 ? -value : value;
}
// The nearest number of the format, of two the even one.
long double nearest(const Format& f, long double x) {
  if (std::isnan(x) || std::isinf(x) || x == 0) return x;
  const int unit = std::max(ilogbl(x), 1 - f.bias()) - f.fraction_bits;
  const long double rounded = ldexpl(rintl(ldexpl(x, -unit)), unit);
  return fabsl(rounded) >= ldexpl(1, f.bias() + 1) ? copysignl(HUGE_VALL, x) : rounded;
}

Literal converted(const Literal& x, DType to) {
  return evaluated({[&] {
    Builder b;
    const Value result = b.add(Op::convert, {b.input(x.type)}, ConvertAttrs{to});
    return b.finish({&result, 1});
  }(), {x}})[0];
}

TEST(Halves, EveryPatternIsItsValue) {
  std::vector<std::uint16_t> patterns(65536);
  for (std::size_t i = 0; i < patterns.size(); ++i) patterns[i] = static_cast<std::uint16_t>(i);
  for (const Format& f : formats) {
    const Literal all = literal(Type(f.dtype, {65536}), patterns.data());
    const Literal single = converted(all, f32), twice = converted(single, f.dtype), wide = converted(converted(all, f64), f.dtype);
    for (std::size_t i = 0; i < patterns.size(); ++i) {
      const long double want = value_of(f, patterns[i]);
      const float got = static_cast<const float*>(single.data())[i];
      if (std::isnan(want)) {
        ASSERT_TRUE(std::isnan(got)) << i;
      } else {
        ASSERT_EQ(got, want) << i;
        ASSERT_EQ(std::signbit(got), std::signbit(want)) << i;
        ASSERT_EQ(static_cast<const std::uint16_t*>(twice.data())[i], patterns[i]);
        ASSERT_EQ(static_cast<const std::uint16_t*>(wide.data())[i], patterns[i]);
      }
    }
  }
}

// Numbers beside ties, where a rounding on the way would decide, and of all magnitudes.
template <class T> std::vector<T> numbers(const Format& f) {
  std::mt19937_64 random(5);
  std::vector<T> out;
  for (int i = 0; i < 20000; ++i) {
    const long double tie = (value_of(f, static_cast<std::uint16_t>(random() % 0x7c00)) + value_of(f, static_cast<std::uint16_t>(random() % 0x7c00))) / 2;
    const auto bits = static_cast<std::uint16_t>(random() % 0x7800);
    const long double between = (value_of(f, bits) + value_of(f, static_cast<std::uint16_t>(bits + 1))) / 2;
    for (long double x : {tie, between, -between, ldexpl(1, static_cast<int>(random() % 64))}) {
      if constexpr (std::is_floating_point_v<T>) {
        const T y = static_cast<T>(x);
        for (T near : {y, std::nextafter(y, T(HUGE_VAL)), std::nextafter(y, T(-HUGE_VAL))}) out.push_back(near);
      } else {
        const long double most = static_cast<long double>(std::numeric_limits<T>::max()), least = static_cast<long double>(std::numeric_limits<T>::min());
        while (fabsl(x) < 4096 && x != 0) x *= 65536;
        const T y = static_cast<T>(std::clamp(x, least + 2, most - 2));
        for (T near : {y, static_cast<T>(y + 1), static_cast<T>(y - 1)}) out.push_back(near);
      }
    }
    out.push_back(static_cast<T>(random()));
  }
  return out;
}

template <class T> void expect_rounded_once(const Format& f) {
  const std::vector<T> x = numbers<T>(f);
  const Literal halves = converted(literal(Type(dtype_of<T>(), {static_cast<std::int64_t>(x.size())}), x.data()), f.dtype);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const long double want = nearest(f, static_cast<long double>(x[i])), got = value_of(f, static_cast<const std::uint16_t*>(halves.data())[i]);
    ASSERT_TRUE(got == want || (std::isnan(got) && std::isnan(want))) << name(f.dtype) << " of " << name(dtype_of<T>()) << ": " << static_cast<long double>(x[i]) << " gives " << got << ", not " << want;
  }
}
TEST(Halves, EveryNumberRoundsOnce) {
  for (const Format& f : formats) {
    expect_rounded_once<float>(f);
    expect_rounded_once<double>(f);
    expect_rounded_once<std::int16_t>(f);
    expect_rounded_once<std::int32_t>(f);
    expect_rounded_once<std::uint32_t>(f);
    expect_rounded_once<std::int64_t>(f);
    expect_rounded_once<std::uint64_t>(f);
  }
}

// A chain of ops rounds after each, sums once.
TEST(Halves, OpsRoundEachSumsOnce) {
  const Array x = Array(std::vector<float>{2048, 1, 1}).as(f16);
  EXPECT_EQ((x[0] + x[1] + x[2]).item<float>(), 2048);
  EXPECT_EQ(sum(x).item<float>(), 2050);
  EXPECT_EQ(sum(x).dtype(), f16);
  EXPECT_EQ(cumsum(x).as(f32).to_vector<float>(), (std::vector<float>{2048, 2048, 2050}));
  EXPECT_EQ(dot(x, ones_like(x)).item<float>(), 2050);
}
// Neither the sum nor the count of what is averaged need be a half.
TEST(Halves, MeansAreTakenInSingle) {
  const Array x = full({100'000}, 3.0, f16);
  EXPECT_EQ(mean(x).item<float>(), 3);
  EXPECT_EQ(mean(x).dtype(), f16);
  EXPECT_EQ(var(x).item<float>(), 0);
  EXPECT_EQ(nanmean(x).item<float>(), 3);
}
// A tangent is converted as its number is.
TEST(Halves, ConversionsAreLinear) {
  const auto narrow = [](Array x) { return x.as(bf16); };
  const Array x = Array(1.0, f64), dx = Array(1.0 / 3, f64);
  const Array dy = jvp(narrow, x, dx).second;
  EXPECT_EQ(dy.dtype(), bf16);
  EXPECT_EQ(dy.item<float>(), static_cast<float>(BFloat16(1.0 / 3)));
  EXPECT_EQ(grad([](Array y) { return sum(y.as(f16) * 3).as(f64); })(x).item<double>(), 3);
}
TEST(Halves, AreArraysAsOthers) {
  const Array x = Array({1.5, -2.0, 0.1}, bf16);
  EXPECT_EQ(x.dtype(), bf16);
  EXPECT_EQ((x * 2).dtype(), bf16);
  EXPECT_EQ((x * Array(1.0, f16)).dtype(), f32);
  EXPECT_EQ(Array(70000.0).as(f16).item<float>(), HUGE_VALF);
  EXPECT_EQ(grad([](Array y) { return sum(y * y); })(x).as(f32).to_vector<float>(), (std::vector<float>{3, -4, 0.2001953125}));
  EXPECT_EQ(vmap([](Array y) { return exp(y); })(x).dtype(), bf16);
}

TEST(Bitcast, BetweenWidths) {
  const Array x = Array(std::vector<float>{1, -2.5});
  const Array bytes = bitcast(x, u8);
  EXPECT_EQ(bytes.shape(), (Shape{2, 4}));
  EXPECT_EQ(bytes.to_vector<int>(), (std::vector<int>{0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0}));
  EXPECT_EQ(bitcast(bytes, f32).to_vector<float>(), x.to_vector<float>());
  EXPECT_EQ(bitcast(bitcast(Array(std::vector<std::int64_t>{-7, 1LL << 40}), i16), i64).to_vector<std::int64_t>(), (std::vector<std::int64_t>{-7, 1LL << 40}));
  EXPECT_EQ(bitcast(x.as(bf16), u8).to_vector<int>(), (std::vector<int>{0x80, 0x3f, 0x20, 0xc0}));
  EXPECT_EQ(bitcast(bitcast(Array(1.5, f64), bf16), f64).item<double>(), 1.5);
  EXPECT_EQ(vmap([](Array y) { return bitcast(y, u16); })(x).shape(), (Shape{2, 2}));
}

}  // namespace
}  // namespace espalier::test
