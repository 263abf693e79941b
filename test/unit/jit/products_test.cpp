// Compiled contractions against sums made here: every way to lay out operands, sizes around every block, all dtypes, and
// what rides on a product before and after its sums.
#include <gtest/gtest.h>

#include <cstring>
#include <sstream>

#include "compiled.h"
#include "espalier/ir/error.h"
#include "espalier/ir/expr.h"

namespace espalier::test {
namespace {

using namespace ir;

struct Sizes {
  std::int64_t batch, m, n, k;
};

/// C = A B with the axes of its operands and of its result in any order.
struct Product {
  Sizes sizes;
  bool a_transposed, b_transposed, c_transposed;
  DType element, sum;
};

Type matrix(const Sizes& s, DType dtype, std::int64_t rows, std::int64_t cols, bool transposed) {
  if (transposed) std::swap(rows, cols);
  return Type(dtype, s.batch > 0 ? Shape{s.batch, rows, cols} : Shape{rows, cols});
}

/// The graph of a product: (A, B) -> C, with `before` on A and `after` on the sums.
Graph graph_of(const Product& p, const std::function<Expr(Expr)>& before = {}, const std::function<Expr(Expr)>& after = {}) {
  Builder b;
  Expr x{&b, b.input(matrix(p.sizes, p.element, p.sizes.m, p.sizes.k, p.a_transposed))};
  const Expr y{&b, b.input(matrix(p.sizes, p.element, p.sizes.k, p.sizes.n, p.b_transposed))};
  if (before) x = before(x);
  const bool batched = p.sizes.batch > 0;
  const std::int64_t first = batched ? 1 : 0;
  DotAttrs attrs{{}, {}, {first + (p.a_transposed ? 0 : 1)}, {first + (p.b_transposed ? 1 : 0)}, p.sum};
  if (batched) attrs.lhs_batch = attrs.rhs_batch = {0};
  Expr z = dot(x, y, attrs);
  if (after) z = after(z);
  if (p.c_transposed) z = batched ? transpose(z, {0, 2, 1}) : transpose(z, {1, 0});
  return b.finish(std::vector{z.value});
}

template <class T> Literal filled(Type type, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<T> data(static_cast<std::size_t>(type.size()));
  for (T& x : data) {
    if constexpr (std::is_floating_point_v<T>) x = static_cast<T>(static_cast<double>(random() % 2001) / 1000 - 1);
    else x = static_cast<T>(random());
  }
  return literal(type, data.data());
}

Literal random_literal(Type type, std::uint64_t seed) {
  switch (type.dtype()) {
    case f32: return filled<float>(type, seed);
    case f64: return filled<double>(type, seed);
    case i8:
    case u8: return filled<std::uint8_t>(type, seed);
    case i16:
    case u16: return filled<std::uint16_t>(type, seed);
    case i32:
    case u32: return filled<std::uint32_t>(type, seed);
    default: return filled<std::uint64_t>(type, seed);
  }
}

/// Element `i` as a T: of a floating dtype, or an integer that is widened as its dtype says.
template <class T> T element(const Literal& x, std::int64_t i) {
  T out{};
  visit_dtype(x.type.dtype(), [&]<class S>() {
    S value;
    std::memcpy(&value, static_cast<const std::byte*>(x.data()) + static_cast<std::size_t>(i) * sizeof value, sizeof value);
    out = static_cast<T>(value);
  });
  return out;
}

struct Strides {
  std::int64_t batch, row, col;
};
Strides strides(std::int64_t rows, std::int64_t cols, bool transposed) {
  return transposed ? Strides{rows * cols, 1, rows} : Strides{rows * cols, cols, 1};
}

/// The first element that is further from the sum than rounding k products and their sums can put it: (k + 1) eps Σ|a b|,
/// in any order (N. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., §3.1). Integers: wrapped, exact.
std::string difference(const Product& p, const std::vector<Literal>& in, const Literal& got) {
  const auto [batch, m, n, k] = p.sizes;
  const Strides a = strides(m, k, p.a_transposed), b = strides(k, n, p.b_transposed), c = strides(m, n, p.c_transposed);
  const bool real = is_floating(p.sum);
  const long double eps = p.sum == f32 ? 0x1p-24L : 0x1p-53L;
  for (std::int64_t g = 0; g < std::max<std::int64_t>(batch, 1); ++g) {
    for (std::int64_t i = 0; i < m; ++i) {
      for (std::int64_t j = 0; j < n; ++j) {
        long double sum = 0, size = 0;
        std::uint64_t bits = 0;
        for (std::int64_t l = 0; l < k; ++l) {
          const std::int64_t at = g * a.batch + i * a.row + l * a.col, bt = g * b.batch + l * b.row + j * b.col;
          if (real) {
            const long double product = static_cast<long double>(element<double>(in[0], at)) * element<double>(in[1], bt);
            sum += product, size += std::fabs(product);
          } else {
            bits += element<std::uint64_t>(in[0], at) * element<std::uint64_t>(in[1], bt);
          }
        }
        const std::int64_t ct = g * c.batch + i * c.row + j * c.col;
        auto wrong = [&](const std::string& what) {
          return (std::ostringstream() << "[" << g << "," << i << "," << j << "] " << what).str();
        };
        if (real) {
          const double value = element<double>(got, ct);
          if (!(std::fabs(value - sum) <= static_cast<long double>(k + 1) * eps * size)) return wrong(std::to_string(value) + ", not " + std::to_string(static_cast<double>(sum)));
        } else {
          const int unused = 64 - 8 * static_cast<int>(byte_size(p.sum));
          if (element<std::uint64_t>(got, ct) << unused != bits << unused) return wrong("integer sums differ");
        }
      }
    }
  }
  return "";
}

const Sizes sizes[] = {
    {0, 1, 1, 1},
    {0, 1, 64, 64},
    {0, 64, 1, 64},
    {0, 1, 1, 1000},
    {0, 64, 64, 1},
    {0, 2, 100, 300},
    {0, 3, 5, 7},
    {0, 7, 9, 0},
    {0, 17, 33, 65},
    {0, 64, 64, 64},
    {0, 100, 100, 9},
    {0, 6, 16, 40},
    {0, 13, 257, 130},
    {0, 129, 31, 600},
    {0, 250, 70, 3},
    {1, 5, 6, 7},
    {5, 1, 40, 30},
    {4, 30, 1, 50},
    {3, 33, 17, 9},
    {2, 64, 130, 70},
};

class Layouts : public testing::TestWithParam<std::tuple<int, const char*>> {};

TEST_P(Layouts, SumsOfProducts) {
  const auto [bits, target] = GetParam();
  for (const Sizes& s : sizes) {
    for (auto [element, sum] : {std::pair{f32, f32}, {f64, f64}, {i32, i32}, {u8, i32}}) {
      const Product p{s, (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, element, sum};
      const Graph graph = graph_of(p);
      const std::vector<Literal> inputs{random_literal(graph.type_of(0), 1), random_literal(graph.type_of(1), 2)};
      const Compiled compiled(graph, {.target = target});
      EXPECT_EQ(difference(p, inputs, compiled(inputs)[0]), "") << name(element) << " " << s.batch << ":" << s.m << "x" << s.n << "x" << s.k;
      EXPECT_EQ(compiled.damage, "");
    }
  }
}

// Large enough that operands are packed and sums are kept between passes over k.
TEST_P(Layouts, BeyondTheCaches) {
  const auto [bits, target] = GetParam();
  for (const Sizes& s : {Sizes{0, 40, 520, 2100}, {0, 1, 1500, 1100}, {0, 300, 7, 1300}}) {
    const Product p{s, (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, f32, f32};
    const Graph graph = graph_of(p);
    const std::vector<Literal> inputs{random_literal(graph.type_of(0), 3), random_literal(graph.type_of(1), 4)};
    EXPECT_EQ(difference(p, inputs, Compiled(graph, {.target = target})(inputs)[0]), "") << s.m << "x" << s.n << "x" << s.k;
  }
}

std::string layout_name(const testing::TestParamInfo<std::tuple<int, const char*>>& info) {
  const auto [bits, target] = info.param;
  const std::string form = std::string(bits & 1 ? "At" : "A") + (bits & 2 ? "Bt" : "B") + (bits & 4 ? "Ct" : "C");
  return form + (*target != 0 ? std::string("_") + target : "");
}
INSTANTIATE_TEST_SUITE_P(Products, Layouts, testing::Combine(testing::Range(0, 8), testing::Values("", "avx2")), layout_name);

TEST(Products, EveryDtype) {
  for (DType element : {i8, i16, i32, i64, u8, u16, u32, u64}) {
    for (DType sum : {element, i32, i64, u64}) {
      const Product p{{2, 9, 21, 33}, true, false, false, element, sum};
      const Graph graph = graph_of(p);
      const std::vector<Literal> inputs{random_literal(graph.type_of(0), 5), random_literal(graph.type_of(1), 6)};
      EXPECT_EQ(difference(p, inputs, Compiled(graph)(inputs)[0]), "") << name(element) << " in " << name(sum);
    }
  }
}

// Every op of one operand on the sums, and on an operand: the library's functions too.
TEST(Products, CarryEveryFunction) {
  for (int row = 0; row < op_count; ++row) {
    const Op op = static_cast<Op>(row);
    if (family(op) != Family::unary || op == Op::convert || op == Op::bitcast || op == Op::reduce_precision) continue;
    for (DType t : {f32, f64, i32}) {
      for (bool after : {true, false}) {
        const Product p{{0, 13, 37, 10}, false, false, false, t, t};
        const std::function<Expr(Expr)> f = [op](Expr x) {
          const Expr y = unary(op, x);
          return y.dtype() == x.dtype() ? y : convert(y, x.dtype());
        };
        try {
          const Graph graph = after ? graph_of(p, {}, f) : graph_of(p, f);
          const Case program{graph, {random_literal(graph.type_of(0), 7), random_literal(graph.type_of(1), 8)}};
          const Compiled compiled(graph);
          EXPECT_EQ(Expected(program, 9).difference(compiled(program.inputs)), "") << name(op) << " of " << name(t);
          EXPECT_EQ(compiled.damage, "");
        } catch (const DTypeError&) {
          continue;  // the op takes no such dtype
        }
      }
    }
  }
}

TEST(Products, CarryFunctionsOfTwoOperands) {
  for (Op op : {Op::pow, Op::atan2, Op::polygamma, Op::rem, Op::nextafter, Op::max}) {
    const Product p{{3, 6, 20, 11}, false, true, true, f64, f64};
    const Graph graph = graph_of(p, {}, [op](Expr z) { return binary(op, op == Op::polygamma ? full_like(z, 2) : unary(Op::abs, z), z); });
    const Case program{graph, {random_literal(graph.type_of(0), 7), random_literal(graph.type_of(1), 8)}};
    EXPECT_EQ(Expected(program, 10).difference(Compiled(graph)(program.inputs)), "") << name(op);
  }
}

}  // namespace
}  // namespace espalier::test
