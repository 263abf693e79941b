// The library's functions of real matrices at the borders of their strips, tiles, panels and groups of lanes, beside what defines them in
// long double.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "espalier/ir/eval.h"

namespace espalier::test {
namespace {

using namespace ir;

template <class T> constexpr DType dtype_of = std::is_same_v<T, float> ? f32 : f64;
template <class T> constexpr T nan = std::numeric_limits<T>::quiet_NaN();

template <class T> struct Matrices {
  std::int64_t problems, rows, columns;
  std::vector<T> values;
  Matrices(std::int64_t problems, std::int64_t rows, std::int64_t columns) : problems(problems), rows(rows), columns(columns), values(static_cast<std::size_t>(problems * rows * columns)) {}
  T& operator()(std::int64_t p, std::int64_t i, std::int64_t j) { return values[static_cast<std::size_t>((p * rows + i) * columns + j)]; }
  T operator()(std::int64_t p, std::int64_t i, std::int64_t j) const { return values[static_cast<std::size_t>((p * rows + i) * columns + j)]; }
  View view() const { return {Type(dtype_of<T>, Shape({problems, rows, columns})), values.data()}; }
  Matrices only(std::int64_t p) const {
    Matrices one(1, rows, columns);
    std::copy_n(values.begin() + p * rows * columns, rows * columns, one.values.begin());
    return one;
  }
};
template <class T> bool same_bits(const std::vector<T>& x, const std::vector<T>& y) { return x.size() == y.size() && (x.empty() || std::memcmp(x.data(), y.data(), x.size() * sizeof(T)) == 0); }

template <class T> Matrices<T> random(std::int64_t problems, std::int64_t rows, std::int64_t columns, unsigned seed) {
  std::mt19937_64 bits(seed);
  Matrices<T> m(problems, rows, columns);
  for (T& x : m.values) x = static_cast<T>(std::uniform_real_distribution<double>(-1, 1)(bits));
  return m;
}
template <class T> Matrices<T> positive(std::int64_t problems, std::int64_t n, unsigned seed) {
  const Matrices<T> x = random<T>(problems, n, n, seed);
  Matrices<T> a(problems, n, n);
  for (std::int64_t p = 0; p < problems; ++p)
    for (std::int64_t i = 0; i < n; ++i)
      for (std::int64_t j = 0; j < n; ++j) {
        a(p, i, j) = i == j ? T(1) : T(0);
        for (std::int64_t k = 0; k < n; ++k) a(p, i, j) += x(p, i, k) * x(p, j, k);
      }
  return a;
}

template <class T> Matrices<T> cholesky(const Matrices<T>& a) {
  Matrices<T> l(a.problems, a.rows, a.columns);
  void* const out[] = {l.values.data()};
  const View in[] = {a.view()};
  eval(Op::cholesky, LibraryAttrs{}, in, out);
  return l;
}
template <class T> struct Lu {
  Matrices<T> both;
  std::vector<std::int32_t> pivots, order;
};
template <class T> Lu<T> lu(const Matrices<T>& a) {
  Lu<T> f{a, std::vector<std::int32_t>(static_cast<std::size_t>(a.problems * std::min(a.rows, a.columns))), std::vector<std::int32_t>(static_cast<std::size_t>(a.problems * a.rows))};
  void* const out[] = {f.both.values.data(), f.pivots.data(), f.order.data()};
  const View in[] = {a.view()};
  eval(Op::lu, LibraryAttrs{}, in, out);
  return f;
}
template <class T> std::pair<Matrices<T>, Matrices<T>> qr(const Matrices<T>& a, bool full) {
  const std::int64_t k = full ? a.rows : std::min(a.rows, a.columns);
  Matrices<T> q(a.problems, a.rows, k), r(a.problems, k, a.columns);
  void* const out[] = {q.values.data(), r.values.data()};
  const View in[] = {a.view()};
  eval(Op::qr, FullAttrs{.full = full}, in, out);
  return {q, r};
}
template <class T> Matrices<T> solve(const Matrices<T>& a, const Matrices<T>& b, const TriangularSolveAttrs& attrs) {
  Matrices<T> x(b.problems, b.rows, b.columns);
  void* const out[] = {x.values.data()};
  const View in[] = {a.view(), b.view()};
  eval(Op::triangular_solve, attrs, in, out);
  return x;
}

// |P A - L U| is within a few units of |L| |U|, element by element; no factor exceeds 1; the pivots make the order.
template <class T> void has_factors(const Matrices<T>& a) {
  const Lu<T> f = lu(a);
  const std::int64_t m = a.rows, n = a.columns, few = std::min(m, n);
  SCOPED_TRACE(std::to_string(m) + " x " + std::to_string(n));
  for (std::int64_t p = 0; p < a.problems; ++p) {
    std::vector<std::int32_t> order(static_cast<std::size_t>(m));
    std::iota(order.begin(), order.end(), 0);
    for (std::int64_t c = 0; c < few; ++c) std::swap(order[static_cast<std::size_t>(c)], order[static_cast<std::size_t>(f.pivots[static_cast<std::size_t>(p * few + c)])]);
    ASSERT_TRUE(std::equal(order.begin(), order.end(), f.order.begin() + p * m));
    std::vector<long double> l(static_cast<std::size_t>(few));
    for (std::int64_t i = 0; i < m; ++i) {
      for (std::int64_t k = 0; k < std::min(i + 1, few); ++k) {
        l[static_cast<std::size_t>(k)] = k == i ? 1 : f.both(p, i, k);
        ASSERT_LE(std::abs(l[static_cast<std::size_t>(k)]), 1);
      }
      for (std::int64_t j = 0; j < n; ++j) {
        long double sum = 0, size = 0;
        for (std::int64_t k = 0; k <= std::min({i, j, few - 1}); ++k) {
          const long double product = l[static_cast<std::size_t>(k)] * f.both(p, k, j);
          sum += product, size += std::abs(product);
        }
        const auto off = std::abs(sum - a(p, order[static_cast<std::size_t>(i)], j));
        ASSERT_LE(off, std::numeric_limits<T>::epsilon() * size * static_cast<long double>(few + 4)) << i << ", " << j;
      }
    }
  }
}

template <class T> class Factors : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(Factors, Reals);

TYPED_TEST(Factors, LuOfAllShapes) {
  for (const std::int64_t n : {1, 2, 3, 7, 8, 15, 16, 17, 24, 31, 33, 63, 65, 100, 129}) {
    has_factors(random<TypeParam>(1, n, n, 1));
    has_factors(random<TypeParam>(2, n + 5, n, 2));
    has_factors(random<TypeParam>(2, n, n + 29, 3));
  }
  has_factors(random<TypeParam>(1, 259, 262, 4));  // wider panels
  has_factors(random<TypeParam>(1, 3, 70, 5));
  has_factors(random<TypeParam>(1, 70, 3, 6));
}

TYPED_TEST(Factors, LuTakesTheFirstOfTheLargest) {
  for (const std::int64_t n : {4, 40}) {
    Matrices<TypeParam> a(1, n, n);
    for (std::int64_t i = 0; i < n; ++i)
      for (std::int64_t j = 0; j < n; ++j) a(0, i, j) = i >= 2 && j == 0 ? (i % 2 == 0 ? -3 : 3) : (i == j ? 1 : 0);
    EXPECT_EQ(lu(a).pivots[0], 2);
  }
}

TYPED_TEST(Factors, LuOfSingularMatricesGoesOn) {
  for (const std::int64_t n : {6, 70}) {
    Matrices<TypeParam> zero(2, n, n), a = random<TypeParam>(1, n, n, 7);
    const auto f = lu(zero);
    EXPECT_EQ(f.both.values, zero.values);
    for (std::int64_t c = 0; c < n; ++c) EXPECT_EQ(f.pivots[static_cast<std::size_t>(c)], c);
    for (std::int64_t i = 0; i < n; ++i) a(0, i, 3) = 0, a(0, i, 4) = a(0, i, 1);
    has_factors(a);
    EXPECT_EQ(lu(a).both(0, 3, 3), 0);
    a(0, n - 1, 0) = nan<TypeParam>;
    EXPECT_TRUE(std::isnan(lu(a).both(0, n - 1, n - 1)));
  }
}

TYPED_TEST(Factors, TrianglesInEveryForm) {
  for (const std::int64_t n : {1, 5, 8, 16, 17, 33, 70}) {
    for (const std::int64_t others : {1, 3, 16, 17, 50}) {
      Matrices<TypeParam> a = random<TypeParam>(2, n, n, 8);
      for (std::int64_t p = 0; p < 2; ++p)
        for (std::int64_t i = 0; i < n; ++i)
          for (std::int64_t j = 0; j < n; ++j) a(p, i, j) = i == j ? 2 + a(p, i, j) : a(p, i, j) / static_cast<TypeParam>(n);
      for (int form = 0; form < 16; ++form) {
        const TriangularSolveAttrs o{.left_side = (form & 1) != 0, .lower = (form & 2) != 0, .transpose = (form & 4) != 0, .unit_diagonal = (form & 8) != 0};
        const auto b = o.left_side ? random<TypeParam>(2, n, others, 9) : random<TypeParam>(2, others, n, 9);
        const auto x = solve(a, b, o);
        const auto element = [&](std::int64_t p, std::int64_t i, std::int64_t k) -> long double {
          if (o.transpose) std::swap(i, k);
          if (i == k) return o.unit_diagonal ? 1 : a(p, i, i);
          return (i > k) == o.lower ? a(p, i, k) : 0;
        };
        for (std::int64_t p = 0; p < 2; ++p)
          for (std::int64_t i = 0; i < b.rows; ++i)
            for (std::int64_t j = 0; j < b.columns; ++j) {
              long double sum = 0, size = 0;
              for (std::int64_t k = 0; k < n; ++k) {
                const long double product = o.left_side ? element(p, i, k) * x(p, k, j) : x(p, i, k) * element(p, k, j);
                sum += product, size += std::abs(product);
              }
              ASSERT_LE(std::abs(sum - b(p, i, j)), std::numeric_limits<TypeParam>::epsilon() * size * static_cast<long double>(n + 4)) << n << " " << others << " " << form;
            }
      }
    }
  }
}

TYPED_TEST(Factors, CholeskyOfSmallMatrices) {
  for (std::int64_t n = 1; n <= 20; ++n) {
    const auto a = positive<TypeParam>(3, n, 10), l = cholesky(a);
    for (std::int64_t p = 0; p < 3; ++p)
      for (std::int64_t i = 0; i < n; ++i)
        for (std::int64_t j = 0; j < n; ++j) {
          ASSERT_TRUE(j <= i || l(p, i, j) == 0);
          long double sum = 0;
          for (std::int64_t k = 0; k < n; ++k) sum += static_cast<long double>(l(p, i, k)) * l(p, j, k);
          ASSERT_LE(std::abs(sum - a(p, i, j)), std::numeric_limits<TypeParam>::epsilon() * static_cast<long double>(n + 4) * std::sqrt(a(p, i, i) * a(p, j, j))) << n;
        }
  }
}

TYPED_TEST(Factors, QrOfSmallMatrices) {
  for (std::int64_t m = 1; m <= 17; m += m < 4 ? 1 : 3) {
    for (std::int64_t n = 1; n <= 17; n += n < 4 ? 1 : 3) {
      auto a = random<TypeParam>(3, m, n, 13);
      for (std::int64_t i = 0; i < m; ++i) a(1, i, 0) = i == 0 ? 2 : 0;  // nothing is reflected
      for (bool full : {false, true}) {
        const auto [q, r] = qr(a, full);
        for (std::int64_t p = 0; p < 3; ++p) {
          long double off = 0;
          for (std::int64_t i = 0; i < m; ++i)
            for (std::int64_t j = 0; j < n; ++j) {
              long double sum = 0;
              for (std::int64_t k = 0; k < r.rows; ++k) sum += static_cast<long double>(q(p, i, k)) * r(p, k, j);
              off = std::max(off, std::abs(sum - a(p, i, j)));
            }
          for (std::int64_t i = 0; i < q.columns; ++i)
            for (std::int64_t j = 0; j < q.columns; ++j) {
              long double sum = i == j ? -1 : 0;
              for (std::int64_t k = 0; k < m; ++k) sum += static_cast<long double>(q(p, k, i)) * q(p, k, j);
              off = std::max(off, std::abs(sum));
            }
          EXPECT_LE(off, 8 * std::numeric_limits<TypeParam>::epsilon()) << m << " " << n << " " << full;
          for (std::int64_t i = 0; i < r.rows; ++i)
            for (std::int64_t j = 0; j < std::min(i, n); ++j) ASSERT_EQ(r(p, i, j), 0);
          EXPECT_TRUE(m == 1 || p == 1 || std::signbit(r(p, 0, 0)) != std::signbit(a(p, 0, 0)));
        }
        EXPECT_EQ(r(1, 0, 0), 2);
      }
    }
  }
}

// Which matrices lie beside one changes none of its bits: threads may share a batch in any way.
TYPED_TEST(Factors, NeighboursChangeNothing) {
  for (const std::int64_t n : {2, 3, 8, 16}) {
    for (const std::int64_t problems : {1, 2, 15, 16, 17, 35}) {
      auto a = positive<TypeParam>(problems, n, 11);
      const std::int64_t bad = problems / 2;
      a(bad, n - 1, n - 1) = -1;
      const auto l = cholesky(a);
      const auto f = lu(a);
      const auto [q, r] = qr(a, false);
      const auto b = random<TypeParam>(problems, n, 3, 12), x = solve(a, b, {.lower = true});
      for (std::int64_t p = 0; p < problems; ++p) {
        const auto alone = lu(a.only(p));
        EXPECT_TRUE(same_bits(cholesky(a.only(p)).values, l.only(p).values));
        EXPECT_TRUE(same_bits(alone.both.values, f.both.only(p).values));
        EXPECT_TRUE(std::equal(alone.pivots.begin(), alone.pivots.end(), f.pivots.begin() + p * n) && std::equal(alone.order.begin(), alone.order.end(), f.order.begin() + p * n));
        EXPECT_TRUE(same_bits(qr(a.only(p), false).first.values, q.only(p).values) && same_bits(qr(a.only(p), false).second.values, r.only(p).values));
        EXPECT_TRUE(same_bits(solve(a.only(p), b.only(p), {.lower = true}).values, x.only(p).values));
        for (std::int64_t i = 0; i < n; ++i)
          for (std::int64_t j = 0; j < n; ++j) ASSERT_EQ(std::isnan(l(p, i, j)), p == bad && j <= i);
      }
    }
  }
}

}  // namespace
}  // namespace espalier::test
