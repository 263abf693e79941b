// Long sums: their error grows with the logarithm of their length, compiled and evaluated, in every kernel that adds.
#include <gtest/gtest.h>

#include <random>

#include "compiled.h"
#include "espalier/ir/expr.h"
#include "espalier/runtime/pool.h"

namespace espalier::test {
namespace {

using namespace ir;

enum class Data {
  tenths,
  large,
  random
};  // equal numbers are the worst: all their roundings go one way
constexpr Data all_data[] = {Data::tenths, Data::large, Data::random};

template <class T> Literal filled(Type type, Data data, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<T> values(static_cast<std::size_t>(type.size()));
  for (T& x : values) x = data == Data::tenths ? T(0.1) : (data == Data::large ? T(16777.217) : static_cast<T>(static_cast<double>(random() >> 11) * 0x1p-53));
  return literal(type, values.data());
}
Literal numbers(Type type, Data data, std::uint64_t seed = 1) {
  return type.dtype() == f32 ? filled<float>(type, data, seed) : filled<double>(type, data, seed);
}
long double element(const Literal& x, std::int64_t i) {
  return x.type.dtype() == f32 ? static_cast<const float*>(x.data())[i] : static_cast<long double>(static_cast<const double*>(x.data())[i]);
}

/// A sum of n terms in twice the digits of long double (O. Møller, Quasi double-precision in floating point addition, BIT 5,
/// 1965), for a running sum in long double alone is off by more than what is tested; and that of their magnitudes.
struct Sum {
  long double value = 0, rest = 0, size = 0;
  void add(long double x) {
    const long double sum = value + x, taken = sum - value;
    rest += (value - (sum - taken)) + (x - taken);
    value = sum, size += std::fabs(x);
  }
};
/// Summation by pairs is off by log2(n) roundings of the magnitudes at most (N. Higham, Accuracy and Stability of Numerical
/// Algorithms, 2nd ed., §4.2); blocks are given four times that. One running sum of equal numbers exceeds it from n = 1000 on.
std::string difference(const std::vector<Sum>& expected, const Literal& got, std::int64_t n) {
  const long double rounding = got.type.dtype() == f32 ? 0x1p-24L : 0x1p-53L;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const long double off = std::fabs(element(got, static_cast<std::int64_t>(i)) - expected[i].value - expected[i].rest);
    const long double most = 4 * (std::log2(static_cast<long double>(n)) + 1) * rounding * expected[i].size;
    if (off > most) return "element " + std::to_string(i) + " is off by " + std::to_string(static_cast<double>(off / expected[i].size / rounding)) + " roundings of " + std::to_string(n) + " terms";
  }
  return "";
}

void expect_close(const Graph& graph, const std::vector<Literal>& inputs, const std::vector<Sum>& sums, std::int64_t n, const std::string& what) {
  EXPECT_EQ(difference(sums, evaluated({graph, inputs})[0], n), "") << what << ", evaluated";
  for (const char* target : {"", "avx2"}) {
    const Compiled compiled(graph, {.target = target});
    runtime::set_threads(1);
    const auto alone = compiled(inputs);
    runtime::set_threads(3);
    EXPECT_EQ(bits_differ(compiled(inputs), alone), "") << what << " " << target << " depends on the threads";
    EXPECT_EQ(difference(sums, alone[0], n), "") << what << " " << target;
    EXPECT_EQ(compiled.damage, "") << what;
  }
  runtime::set_threads(0);
}

// [outer, n, inner] summed over n.
void expect_sums(DType dtype, std::int64_t outer, std::int64_t n, std::int64_t inner, Data data) {
  const Type type(dtype, {outer, n, inner});
  const Literal x = numbers(type, data);
  Builder b;
  const Graph graph = b.finish(std::vector{reduce({&b, b.input(type)}, Reduction::sum, {1}).value});
  std::vector<Sum> sums(static_cast<std::size_t>(outer * inner));
  for (std::int64_t i = 0; i < type.size(); ++i) {
    Sum& sum = sums[static_cast<std::size_t>(i / (n * inner) * inner + i % inner)];
    sum.add(element(x, i));
  }
  expect_close(graph, {x}, sums, n, "sum of " + type.str());
}

TEST(LongSums, OfAllRowsAndColumns) {
  for (Data data : all_data) {
    expect_sums(f32, 1, 4'000'037, 1, data);
    expect_sums(f32, 1, 500'009, 3, data);
    expect_sums(f32, 1, 100'003, 40, data);
    expect_sums(f32, 3, 300'007, 1, data);
    expect_sums(f32, 40, 20'001, 1, data);
    expect_sums(f32, 7, 10'001, 5, data);
    expect_sums(f64, 1, 300'007, 1, data);
    expect_sums(f64, 2, 50'001, 7, data);
  }
}

// Several reduced axes, of which the inner ones are short, or long, or between.
TEST(LongSums, OverSeveralAxes) {
  for (const Shape& shape : {Shape{100'003, 3, 2}, Shape{7, 3, 100'003}, Shape{500, 2, 400}, Shape{90, 30, 90}}) {
    for (const Ints& axes : {Ints{0, 2}, Ints{0, 1, 2}}) {
      for (Data data : {Data::tenths, Data::random}) {
        const Type type(f32, shape);
        const Literal x = numbers(type, data);
        Builder b;
        const Graph graph = b.finish(std::vector{reduce({&b, b.input(type)}, Reduction::sum, axes).value});
        std::vector<Sum> sums(axes.size() == 3 ? 1 : static_cast<std::size_t>(shape[1]));
        for (std::int64_t i = 0; i < type.size(); ++i) {
          Sum& sum = sums[axes.size() == 3 ? 0 : static_cast<std::size_t>(i / shape[2] % shape[1])];
          sum.add(element(x, i));
        }
        expect_close(graph, {x}, sums, type.size() / static_cast<std::int64_t>(sums.size()), "sum of " + type.str());
      }
    }
  }
}

// A sum beside other reductions, with work before and after it: the mean and the variance of equal numbers.
TEST(LongSums, MeanAndVarianceOfEqualNumbers) {
  for (DType dtype : {f32, f64}) {
    const std::int64_t n = 100'003;
    const Type type(dtype, {n});
    Builder b;
    const Expr x{&b, b.input(type)};
    const Expr mean = reduce(x, Reduction::sum, {0}) / static_cast<double>(n), apart = x - insert_axis(mean, 0, n);
    const Expr variance = reduce(apart * apart, Reduction::sum, {0}) / static_cast<double>(n), most = reduce(apart, Reduction::max, {0});
    const Graph graph = b.finish(std::vector{mean.value, variance.value, most.value});
    const Literal input = numbers(type, Data::large);
    const long double value = element(input, 0), rounding = value * (dtype == f32 ? 0x1p-23L : 0x1p-52L);
    for (const auto& results : {Compiled(graph)({input}), Compiled(graph, {.target = "avx2"})({input}), evaluated({graph, {input}})}) {
      EXPECT_LE(std::fabs(element(results[0], 0) - value), 8 * rounding);
      EXPECT_LE(element(results[1], 0), 64 * rounding * rounding);
    }
  }
}

struct Product {
  std::int64_t m, k, n;
  bool a_transposed, b_transposed;
};
// Dots of vectors, streams of rows, tiles with several passes over k, and so many passes that they have blocks of blocks.
const Product products[] = {
    {1, 4'000'037, 1, false, false},
    {1, 100'003, 3, false, true},
    {2, 50'001, 11, false, true},
    {1, 60'007, 48, false, false},
    {2, 40'009, 70, false, false},
    {7, 30'011, 9, false, false},
    {5, 20'003, 6, true, true},
    {33, 5'003, 17, true, false},
    {3, 300'007, 2, true, false},
    {1, 9'001, 1000, false, true},
};

TEST(LongSums, OfProducts) {
  for (const Product& p : products) {
    for (auto [dtype, data] : {std::pair{f32, Data::tenths}, {f32, Data::random}, {f64, Data::random}}) {
      if (data == Data::tenths && p.n > 1) continue;  // a block of products has up to 512 of them in a row
      const Type a_type(dtype, p.a_transposed ? Shape{p.k, p.m} : Shape{p.m, p.k}), b_type(dtype, p.b_transposed ? Shape{p.n, p.k} : Shape{p.k, p.n});
      Builder b;
      const Expr x{&b, b.input(a_type)}, y{&b, b.input(b_type)};
      const Graph graph = b.finish(std::vector{dot(x, y, {{}, {}, {p.a_transposed ? 0 : 1}, {p.b_transposed ? 1 : 0}, dtype}).value});
      const std::vector<Literal> inputs{numbers(a_type, data, 1), numbers(b_type, data, 2)};
      std::vector<Sum> sums(static_cast<std::size_t>(p.m * p.n));
      for (std::int64_t i = 0; i < p.m; ++i) {
        for (std::int64_t l = 0; l < p.k; ++l) {
          const long double factor = element(inputs[0], p.a_transposed ? l * p.m + i : i * p.k + l);
          for (std::int64_t j = 0; j < p.n; ++j) {
            const long double term = factor * element(inputs[1], p.b_transposed ? j * p.k + l : l * p.n + j);
            sums[static_cast<std::size_t>(i * p.n + j)].add(term);
          }
        }
      }
      expect_close(graph, inputs, sums, p.k, "product of " + a_type.str() + " and " + b_type.str());
    }
  }
}

TEST(LongSums, ThatRun) {
  for (auto [outer, n, inner] : {std::array<std::int64_t, 3>{1, 1'000'003, 1}, {3, 50'001, 1}, {1, 100'003, 5}, {2, 4'097, 33}}) {
    for (auto [dtype, data] : {std::pair{f32, Data::tenths}, {f32, Data::random}, {f64, Data::tenths}}) {
      for (bool reverse : {false, true}) {
        if (dtype == f64 && n > 500'000) continue;
        const Type type(dtype, {outer, n, inner});
        const Literal x = numbers(type, data);
        Builder b;
        const Graph graph = b.finish(std::vector{apply(Op::cumulative, {Expr{&b, b.input(type)}}, CumulativeAttrs{Cumulation::sum, 1, reverse}).value});
        std::vector<Sum> sums(static_cast<std::size_t>(type.size()));
        for (std::int64_t line = 0; line < outer * inner; ++line) {
          Sum running;
          for (std::int64_t k = 0; k < n; ++k) {
            const std::int64_t at = (line / inner * n + (reverse ? n - 1 - k : k)) * inner + line % inner;
            running.add(element(x, at));
            sums[static_cast<std::size_t>(at)] = running;
          }
        }
        expect_close(graph, {x}, sums, n, "running sum of " + type.str());
      }
    }
  }
}

// Logarithms of running sums: each step rounds what it has, and one that is smaller than that is lost.
TEST(LongSums, ThatRunInLogarithms) {
  for (auto [outer, n, inner] : {std::array<std::int64_t, 3>{1, 100'003, 1}, {1, 20'011, 3}}) {
    for (auto [dtype, data] : {std::pair{f32, Data::tenths}, {f32, Data::random}, {f64, Data::tenths}}) {
      for (bool reverse : {false, true}) {
        const Type type(dtype, {outer, n, inner});
        const Literal x = numbers(type, data);
        Builder b;
        const Graph graph = b.finish(std::vector{apply(Op::cumulative, {Expr{&b, b.input(type)}}, CumulativeAttrs{Cumulation::logsumexp, 1, reverse}).value});
        std::vector<Sum> logs(static_cast<std::size_t>(type.size()));
        for (std::int64_t line = 0; line < outer * inner; ++line) {
          Sum running;
          for (std::int64_t k = 0; k < n; ++k) {
            const std::int64_t at = (line / inner * n + (reverse ? n - 1 - k : k)) * inner + line % inner;
            running.add(std::exp(element(x, at)));
            Sum& log = logs[static_cast<std::size_t>(at)];
            log.value = std::log(running.value + running.rest);
            log.size = 1 + std::fabs(log.value);
          }
        }
        expect_close(graph, {x}, logs, n, "running logarithm of " + type.str());
      }
    }
  }
}

}  // namespace
}  // namespace espalier::test
