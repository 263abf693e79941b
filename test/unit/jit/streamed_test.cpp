// Results that are written past the caches, beside loops written by hand: arrays of more than the last cache holds.
#include <gtest/gtest.h>

#include <algorithm>
#include <unistd.h>
#include <vector>

#include "espalier/espalier.h"

namespace espalier::test {
namespace {

/// Elements of f32, a multiple of `row`, of which the last cache cannot hold two arrays.
std::int64_t more_than_the_cache_holds(std::int64_t row) {
  const long known = sysconf(_SC_LEVEL3_CACHE_SIZE);
  const std::int64_t bytes = std::clamp<std::int64_t>(known, 8 << 20, 64 << 20);
  return (bytes / 2 / 4 / row + 2) * row;
}
float element(std::int64_t i) { return static_cast<float>(i % 8191) - 4096; }
Array counted(const Shape& shape) {
  std::vector<float> values(static_cast<std::size_t>(shape.size()));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = element(static_cast<std::int64_t>(i));
  return Array(values, shape);
}

/// The index of the first element that is not what `expected` says, or -1.
template <class F> std::int64_t first_wrong(const Array& y, F&& expected) {
  const auto values = y.span<float>();
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] != expected(static_cast<std::int64_t>(i))) return static_cast<std::int64_t>(i);
  return -1;
}

const JitOptions two_threads{.threads = 2};

// A line, with and without a rest behind its last whole vector.
TEST(Streamed, Lines) {
  for (const std::int64_t rest : {0, 16, 3}) {
    const std::int64_t n = more_than_the_cache_holds(64) + rest;
    const Array y = jit([](Array x) { return 2 * x + 1; }, two_threads)(counted({n}));
    EXPECT_EQ(first_wrong(y, [](std::int64_t i) { return 2 * element(i) + 1; }), -1) << n;
  }
}

// Rows of whole lines, and rows that begin within one.
TEST(Streamed, Rows) {
  for (const std::int64_t columns : {64, 80, 1000, 75}) {
    const std::int64_t rows = more_than_the_cache_holds(columns) / columns;
    const auto [y, sums] = jit([](Array x, Array b) { return std::pair(x * b, sum(x, 1)); }, two_threads)(counted({rows, columns}), counted({columns}));
    EXPECT_EQ(first_wrong(y, [&](std::int64_t i) { return element(i) * element(i % columns); }), -1) << columns;
    const auto row_sum = [&](std::int64_t row) {
      double total = 0;
      for (std::int64_t j = 0; j < columns; ++j) total += static_cast<double>(element(row * columns + j));
      return static_cast<float>(total);
    };
    EXPECT_EQ(first_wrong(sums, row_sum), -1) << columns;
  }
}

// In the memory of an argument, as a row of a loop's results, and along another axis than the vectors.
TEST(Streamed, WhereverTheyLie) {
  const std::int64_t n = more_than_the_cache_holds(64);
  const Array donated = jit([](Array x) { return x * 3; }, two_threads)(counted({n}));
  EXPECT_EQ(first_wrong(donated, [](std::int64_t i) { return element(i) * 3; }), -1);
  const Array rows = jit([](Array x) { return scan([](Array c, Array row) { return std::pair(c + 1, row + c); }, Array(0.F), x).second; }, two_threads)(counted({2, n}));
  EXPECT_EQ(first_wrong(rows, [&](std::int64_t i) { return element(i) + static_cast<float>(i / n); }), -1);
  const Array turned = jit([](Array x) { return transpose(x) + 1; }, two_threads)(counted({64, n / 64}));
  EXPECT_EQ(first_wrong(turned, [&](std::int64_t i) { return element(i % 64 * (n / 64) + i / 64) + 1; }), -1);
}

}  // namespace
}  // namespace espalier::test
