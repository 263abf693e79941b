// Sorting, evaluated and compiled, to the bit, beside the standard library's sort by key, then by place: every dtype of keys, lines that are ranked
// and lines that are sorted by digits, along every axis, both ways, with ties, zeros of both signs, infinities and NaN among the keys.
#include <gtest/gtest.h>

#include <complex>
#include <numeric>
#include <random>

#include "compiled.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/ir/expr.h"

namespace espalier::test {
namespace {

using namespace ir;

template <class T> bool comes_before(T a, T b) {
  if constexpr (std::is_floating_point_v<T>)
    if (std::isnan(a) || std::isnan(b)) return !std::isnan(a) && std::isnan(b);
  return a < b;
}

// Few values, so that there are ties; all of the special ones.
template <class T> std::vector<T> keys_of(std::int64_t n, std::mt19937_64& random) {
  std::vector<T> keys;
  using L = std::numeric_limits<T>;
  for (std::int64_t i = 0; i < n; ++i) {
    const std::uint64_t draw = random();
    if constexpr (std::is_same_v<T, bool>) keys.push_back(draw % 2 == 0);
    else if constexpr (std::is_floating_point_v<T>) {
      const T special[] = {T(0), -T(0), L::infinity(), -L::infinity(), L::quiet_NaN(), -L::quiet_NaN(), L::denorm_min(), -L::max()};
      keys.push_back(draw % 3 == 0 ? special[draw / 3 % std::size(special)] : static_cast<T>(static_cast<int>(draw % 1000) - 500) / 8);
    } else {
      keys.push_back(draw % 4 == 0 ? static_cast<T>(draw >> 32) : static_cast<T>(draw % 50));
    }
  }
  return keys;
}

// The elements' numbers in order: what sorting numbers by these keys gives.
template <class T> std::vector<std::int32_t> order_of(const Shape& shape, int axis, const std::vector<T>& keys, bool descending) {
  const auto n = static_cast<std::size_t>(shape[axis]);
  std::size_t inner = 1;
  for (int i = axis + 1; i < shape.ndim(); ++i) inner *= static_cast<std::size_t>(shape[i]);
  std::vector<std::int32_t> out(keys.size());
  for (std::size_t line = 0; line < keys.size() / n; ++line) {
    const std::size_t first = line / inner * n * inner + line % inner;
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto key = [&](std::size_t i) { return keys[first + i * inner]; };
    const auto less = [&](std::size_t a, std::size_t b) { return descending ? comes_before<T>(key(b), key(a)) : comes_before<T>(key(a), key(b)); };
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return less(a, b) || (!less(b, a) && a < b); });
    for (std::size_t i = 0; i < n; ++i) out[first + i * inner] = static_cast<std::int32_t>(first + order[i] * inner);
  }
  return out;
}

struct Row {
  Shape shape;
  int axis;
};
const Row rows[] = {{{1}, 0}, {{7}, 0}, {{33}, 0}, {{257}, 0}, {{3000}, 0}, {{5000}, 0}, {{5, 40}, 1}, {{5, 40}, 0}, {{300, 9}, 0}, {{4, 700}, 1}, {{3, 50, 17}, 1}, {{2, 1000, 3}, 1}, {{0, 4}, 1}, {{4, 0}, 1}};

template <class T> Literal literal_of(Type type, const std::vector<T>& values) {
  std::vector<std::byte> bytes(values.size() * byte_size(type.dtype()));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const T value = values[i];
    std::memcpy(bytes.data() + i * sizeof(T), &value, sizeof(T));
  }
  return literal(type, bytes.data());
}

template <class T> void sorts(DType dtype) {
  std::mt19937_64 random(7);
  for (const Row& row : rows) {
    const Type type(dtype, row.shape), numbers = type.with(i32);
    const std::vector<T> keys = keys_of<T>(type.size(), random);
    std::vector<std::int32_t> count(keys.size());
    std::iota(count.begin(), count.end(), 0);
    for (bool descending : {false, true}) {
      Builder b;
      const Expr x{&b, b.input(type)}, n{&b, b.input(numbers)};
      const SortAttrs attrs{row.axis, descending};
      const Graph graph = b.finish(std::vector{apply(Op::sort, {n, x}, attrs).value, apply(Op::sort, {x, x}, attrs).value});
      const std::vector<std::int32_t> order = row.shape.size() == 0 ? count : order_of(row.shape, row.axis, keys, descending);
      std::vector<T> sorted;
      for (std::int32_t i : order) sorted.push_back(keys[static_cast<std::size_t>(i)]);
      const std::vector<Literal> inputs{literal_of(type, keys), literal_of(numbers, count)}, expected{literal_of(numbers, order), literal_of(type, sorted)};
      const std::string what = std::string(name(dtype)) + row.shape.str() + " along " + std::to_string(row.axis) + (descending ? ", descending" : "");
      EXPECT_EQ(bits_differ(evaluated({graph, inputs}), expected), "") << what;
      for (const char* target : {"", "avx2"}) EXPECT_EQ(bits_differ(Compiled(graph, {.target = target})(inputs), expected), "") << what << " for '" << target << "'";
    }
  }
}

TEST(Sorting, OfBools) { sorts<bool>(bool_); }
TEST(Sorting, OfI8) { sorts<std::int8_t>(i8); }
TEST(Sorting, OfI16) { sorts<std::int16_t>(i16); }
TEST(Sorting, OfI32) { sorts<std::int32_t>(i32); }
TEST(Sorting, OfI64) { sorts<std::int64_t>(i64); }
TEST(Sorting, OfU8) { sorts<std::uint8_t>(u8); }
TEST(Sorting, OfU16) { sorts<std::uint16_t>(u16); }
TEST(Sorting, OfU32) { sorts<std::uint32_t>(u32); }
TEST(Sorting, OfU64) { sorts<std::uint64_t>(u64); }
TEST(Sorting, OfF32) { sorts<float>(f32); }
TEST(Sorting, OfF64) { sorts<double>(f64); }

// What NumPy 2.4 says of x = [3, 1, nan, 2, 1] and of k = [[2, 1, 2], [0, 5, 0]].
TEST(Sorting, FunctionsAreNumPys) {
  const Array x = {3., 1., NAN, 2., 1.}, k = {{2, 1, 2}, {0, 5, 0}};
  EXPECT_EQ(to_string(sort(x)), "[ 1.  1.  2.  3. nan]");
  EXPECT_EQ(to_string(sort(x, {.descending = true})), "[nan  3.  2.  1.  1.]");
  EXPECT_EQ(to_string(argsort(x)), "[1 4 3 0 2]");
  EXPECT_EQ(to_string(sort(k, {.axis = 0})), "[[0 1 0]\n [2 5 2]]");
  EXPECT_EQ(to_string(sort(k, {.axis = std::nullopt})), "[0 0 1 2 2 5]");
  EXPECT_EQ(to_string(lexsort({Array{1, 5, 1, 4, 3, 4, 4}, Array{9, 4, 0, 4, 0, 2, 1}})), "[2 4 6 5 3 1 0]");
  const auto [values, indices] = top_k(Array{4, 9, 2, 9, 7}, 3);
  EXPECT_EQ(to_string(values), "[9 9 7]");
  EXPECT_EQ(to_string(indices), "[1 3 4]");
  const auto both = sort(std::vector<Array>{Array{2, 1, 2, 1}, Array{1, 2, 0, 1}, Array{0, 1, 2, 3}}, {.num_keys = 2});
  EXPECT_EQ(to_string(both[2]), "[3 1 2 0]");
}

// By real parts, then by imaginary ones, then by place: beside the standard library's sort of pairs, on rows and columns, both ways, compiled.
TEST(Sorting, OfComplexNumbers) {
  std::mt19937_64 random(3);
  const auto few = [&] { return static_cast<double>(random() % 4) - 1.5; };
  const std::int64_t rows = 7, columns = 40;
  std::vector<std::complex<double>> numbers;
  for (std::int64_t i = 0; i < rows * columns; ++i) numbers.emplace_back(few(), few());
  const Array x = reshape(Array(numbers), {rows, columns});
  for (const std::int64_t axis : {0, 1}) {
    for (const bool descending : {false, true}) {
      const Array places = jit([=](Array x) { return argsort(x, {.axis = axis, .descending = descending}); })(x);
      const Array sorted = jit([=](Array x) { return sort(x, {.axis = axis, .descending = descending}); })(x);
      EXPECT_TRUE(equal(sorted, take_along_axis(x, places, axis)));
      EXPECT_TRUE(equal(sorted, sort(x, {.axis = axis, .descending = descending})));
      for (std::int64_t line = 0; line < x.shape(1 - static_cast<int>(axis)); ++line) {
        const auto at = [&](std::int64_t i) { return numbers[static_cast<std::size_t>(axis == 1 ? line * columns + i : i * columns + line)]; };
        std::vector<std::int32_t> order(static_cast<std::size_t>(x.shape(static_cast<int>(axis))));
        std::iota(order.begin(), order.end(), 0);
        const auto pair = [&](std::int32_t i) { return std::pair(at(i).real(), at(i).imag()); };
        std::ranges::sort(order, [&](std::int32_t a, std::int32_t b) { return pair(a) == pair(b) ? a < b : (pair(a) < pair(b)) != descending; });
        EXPECT_TRUE(equal(take(places, line, {.axis = 1 - axis}), Array(order))) << "line " << line;
      }
    }
  }
  const auto [values, indices] = top_k(Array{std::complex(1., 2.), std::complex(3., -1.), std::complex(3., 4.)}, 2);
  EXPECT_EQ(to_string(indices), "[2 1]");
  EXPECT_EQ(values.dtype(), c64);
}

TEST(Sorting, Refusals) {
  const Array x = {3., 1., 2.};
  EXPECT_THROW((void)sort(x, {.axis = 1}), AxisError);
  EXPECT_THROW((void)top_k(x, 4), ArgumentError);
  EXPECT_THROW((void)sort(std::vector<Array>{}), ArgumentError);
  EXPECT_THROW((void)sort(std::vector<Array>{x, Array{1., 2.}}), ShapeError);
  EXPECT_THROW((void)lexsort({}), ArgumentError);
  EXPECT_THROW((void)sort(Array()), MissingValue);
}

// The gradient of a weighted sum of what is sorted: each weight goes where its element came from; jitted, and per example.
TEST(Sorting, DerivativesGoBack) {
  const auto loss = [](const Array& x) { return sum(sort(x) * Array{1., 10., 100., 1000.}); };
  const Array x = {{3., 1., 4., 2.}, {1., 2., 2., 0.}};
  const Array gradients = vmap(jit(grad(loss)))(x);
  EXPECT_EQ(to_string(gradients), "[[ 100.    1. 1000.   10.]\n [  10.  100. 1000.    1.]]");
  EXPECT_EQ(to_string(jit(grad([&](const Array& y) { return sum(grad(loss)(y) * y); }))(x[0])), "[ 100.    1. 1000.   10.]");
}

}  // namespace
}  // namespace espalier::test
