// Large factorizations by blocks and tiny ones written out, as the graphs that stand for them, beside the library's of the whole matrix.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "espalier/ir/ad/matrix.h"
#include "espalier/ir/eval.h"
#include "espalier/jit/schedule/lower_factors.h"
#include "espalier/jit/schedule/small_factors.h"

namespace espalier::test {
namespace {

using namespace ir;

std::vector<Literal> by_blocks(const Literal& a, std::int64_t block) {
  Builder b;
  const codegen::BlockedLu f = codegen::blocked_lu({&b, b.input(a.type)}, block);
  const Value results[] = {f.both.value, f.pivots.value, f.order.value};
  const View in[] = {{a.type, a.data()}};
  return eval(b.finish(results), in);
}
std::vector<Literal> at_once(const Literal& a) {
  Builder b;
  const Value first = b.add(Op::lu, {b.input(a.type)}, LibraryAttrs{}, {});
  const Value results[] = {first, first + 1, first + 2};
  const View in[] = {{a.type, a.data()}};
  return eval(b.finish(results), in);
}

TEST(FactorBlocks, AreTheFactorsOfTheWhole) {
  std::mt19937_64 bits(1);
  for (const Shape& shape : {Shape({64, 64}), Shape({150, 150}), Shape({300, 140}), Shape({130, 200}), Shape({96, 64}), Shape({2, 70, 66})}) {
    std::vector<double> values(static_cast<std::size_t>(shape.size()));
    for (double& x : values) x = std::uniform_real_distribution<double>(-1, 1)(bits);
    const Literal a = literal(Type(f64, shape), values.data());
    for (const std::int64_t block : {32, 200}) {
      const auto found = by_blocks(a, block), wanted = at_once(a);
      for (std::size_t i : {1, 2}) EXPECT_EQ(found[i], wanted[i]) << shape.str() << " by " << block;
      ASSERT_EQ(found[0].type, wanted[0].type);
      const auto *x = static_cast<const double*>(found[0].data()), *y = static_cast<const double*>(wanted[0].data());
      double off = 0;
      for (std::int64_t i = 0; i < shape.size(); ++i) off = std::max(off, std::abs(x[i] - y[i]));
      EXPECT_LE(off, 1e-10) << shape.str() << " by " << block;
    }
  }
}

// Matrices of a batch: some of random numbers, one of zeros, one whose first pivot is 0, one of which no two rows differ, one with a NaN.
Literal unlike_matrices(const Shape& shape, std::uint64_t seed) {
  std::mt19937_64 bits(seed);
  std::vector<double> values(static_cast<std::size_t>(shape.size()));
  for (double& x : values) x = std::uniform_real_distribution<double>(-1, 1)(bits);
  const auto each = static_cast<std::size_t>(shape[-1] * shape[-2]);
  const auto matrix = [&](std::size_t i) { return values.data() + i * each; };
  std::fill_n(matrix(1), each, 0.0);
  *matrix(2) = 0;
  std::fill_n(matrix(3), each, 0.25);
  matrix(4)[each / 2] = NAN;
  return literal(Type(f64, shape), values.data());
}
void expect_near(const Literal& found, const Literal& wanted, const std::string& what) {
  ASSERT_EQ(found.type, wanted.type) << what;
  const auto *x = static_cast<const double*>(found.data()), *y = static_cast<const double*>(wanted.data());
  for (std::int64_t i = 0; i < found.type.size(); ++i) {
    if (std::isfinite(y[i])) EXPECT_NEAR(x[i], y[i], 1e-12 * std::max(1.0, std::abs(y[i]))) << what << " at " << i;
    else EXPECT_EQ(std::isnan(x[i]), std::isnan(y[i])) << what << " at " << i;
  }
}

TEST(SmallFactors, AreTheLibrarysLu) {
  for (const std::int64_t m : {1, 2, 3, 4}) {
    for (const std::int64_t n : {1, 2, 3, 4}) {
      const Literal a = unlike_matrices({9, m, n}, static_cast<std::uint64_t>(10 * m + n));
      Builder b;
      std::vector<Value> results;
      for (const Expr& x : codegen::small_lu({&b, b.input(a.type)})) results.push_back(x.value);
      const View in[] = {{a.type, a.data()}};
      const auto found = eval(b.finish(results), in), wanted = at_once(a);
      const std::string what = a.type.str();
      expect_near(found[0], wanted[0], what);
      for (std::size_t i : {1, 2}) EXPECT_EQ(found[i], wanted[i]) << what;
    }
  }
}

TEST(SmallFactors, AreTheLibrarysCholesky) {
  for (const std::int64_t n : {1, 2, 3, 4}) {
    const Literal a = unlike_matrices({9, n, n}, static_cast<std::uint64_t>(n));
    const auto factors = [&](bool written_out) {
      Builder b;
      const Expr x{&b, b.input(a.type)}, square = matmul(x, transposed(x)) + identity(b, a.type), of = concatenate(std::vector<Expr>{square, x}, 0);  // some are positive definite
      const Value result = (written_out ? codegen::small_cholesky(of) : ir::apply(Op::cholesky, {of}, LibraryAttrs{})).value;
      const View in[] = {{a.type, a.data()}};
      return eval(b.finish({&result, 1}), in)[0];
    };
    expect_near(factors(true), factors(false), a.type.str());
  }
}

TEST(SmallFactors, SolveAsTheLibraryDoes) {
  for (int form = 0; form < 16; ++form) {
    const TriangularSolveAttrs attrs{.left_side = (form & 1) != 0, .lower = (form & 2) != 0, .transpose = (form & 4) != 0, .unit_diagonal = (form & 8) != 0};
    for (const std::int64_t n : {1, 2, 3, 4}) {
      for (const std::int64_t others : {1, 6}) {
        const Literal a = unlike_matrices({8, n, n}, static_cast<std::uint64_t>(n));
        const Literal y = unlike_matrices(attrs.left_side ? Shape{8, n, others} : Shape{8, others, n}, 7);
        const auto unknown = [&](bool written_out) {
          Builder b;
          const Expr triangle{&b, b.input(a.type)}, right{&b, b.input(y.type)};
          const Value result = (written_out ? codegen::small_triangular_solve(triangle, right, attrs) : triangular_solve(triangle, right, attrs)).value;
          const View in[] = {{a.type, a.data()}, {y.type, y.data()}};
          return eval(b.finish({&result, 1}), in)[0];
        };
        expect_near(unknown(true), unknown(false), a.type.str() + " form " + std::to_string(form));
      }
    }
  }
}

}  // namespace
}  // namespace espalier::test
