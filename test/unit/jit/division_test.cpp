// Integer quotients and remainders: lanes are divided as floats, so every pair of bytes and the edges of the wider dtypes
// are compared with C++'s own division.
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "compiled.h"
#include "espalier/ir/builder.h"

namespace espalier::codegen {
namespace {

// XLA's rules where C++ has none: x / 0 is all ones and x rem 0 is x; the least number by -1 is itself, with no remainder.
template <class T> T quotient(T x, T y) {
  if (y == 0) return static_cast<T>(-1);
  if (std::is_signed_v<T> && y == static_cast<T>(-1)) return static_cast<T>(0 - static_cast<std::make_unsigned_t<T>>(x));
  return static_cast<T>(x / y);
}
template <class T> T remainder(T x, T y) {
  if (y == 0) return x;
  if (std::is_signed_v<T> && y == static_cast<T>(-1)) return 0;
  return static_cast<T>(x % y);
}

template <class T> struct Pairs {
  std::vector<T> x, y;
};

template <class T> Pairs<T> pairs() {
  Pairs<T> p;
  if constexpr (sizeof(T) == 1) {
    for (int x = 0; x < 256; ++x)
      for (int y = 0; y < 256; ++y) p.x.push_back(static_cast<T>(x)), p.y.push_back(static_cast<T>(y));
    return p;
  }
  std::vector<T> edges;
  const T limits[] = {0, std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), static_cast<T>(std::numeric_limits<T>::max() / 2), static_cast<T>(1 << 8), static_cast<T>(46341)};
  for (T at : limits)
    for (int step = -3; step <= 3; ++step) edges.push_back(static_cast<T>(static_cast<std::make_unsigned_t<T>>(at) + static_cast<std::make_unsigned_t<T>>(step)));  // wraps
  for (T x : edges)
    for (T y : edges) p.x.push_back(x), p.y.push_back(y);
  std::mt19937_64 random(1);
  for (int i = 0; i < 100000; ++i) {  // multiples of the divisor and their neighbours are where rounding would show
    const T y = static_cast<T>(random() >> (random() % (8 * sizeof(T))));
    const T x = static_cast<T>(static_cast<std::uint64_t>(y) * (random() >> 40) + random() % 3 - 1);
    p.x.push_back(x), p.y.push_back(y);
  }
  return p;
}

template <class T> class Division : public testing::Test {};
using Integers = testing::Types<std::int8_t, std::uint8_t, std::int16_t, std::uint16_t, std::int32_t, std::uint32_t, std::int64_t, std::uint64_t>;
TYPED_TEST_SUITE(Division, Integers);

TYPED_TEST(Division, IsExact) {
  using T = TypeParam;
  const Pairs<T> p = pairs<T>();
  const ir::Type type(ir::dtype_of<T>(), Shape(static_cast<std::int64_t>(p.x.size())));
  ir::Builder b;
  const ir::Value x = b.input(type), y = b.input(type);
  const ir::Value results[] = {b.add(ir::Op::div, {x, y}), b.add(ir::Op::rem, {x, y})};
  const auto got = test::Compiled(b.finish(results))({ir::literal(type, p.x.data()), ir::literal(type, p.y.data())});
  const auto *q = static_cast<const T*>(got[0].data()), *r = static_cast<const T*>(got[1].data());
  for (std::size_t i = 0; i < p.x.size(); ++i) {
    ASSERT_EQ(+q[i], +quotient(p.x[i], p.y[i])) << +p.x[i] << " / " << +p.y[i];
    ASSERT_EQ(+r[i], +remainder(p.x[i], p.y[i])) << +p.x[i] << " rem " << +p.y[i];
  }
}

}  // namespace
}  // namespace espalier::codegen
