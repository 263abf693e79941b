// Linear algebra against what defines each function, numbers known in closed form, and finite differences; at once, compiled, and within
// transforms.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "espalier/dsl/linalg.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/ir/dtype.h"
#include "espalier/ir/error.h"

namespace {

using namespace espalier;
namespace la = espalier::linalg;

const double infinity = std::numeric_limits<double>::infinity();

bool is_complex(DType t) { return t == c64 || t == c128; }
double tolerance(DType t) { return t == f32 || t == c64 ? 3e-5 : 1e-12; }

// Numbers without a pattern, between -1 and 1.
Array numbers(Shape shape, DType t, double seed = 1) {
  const auto part = [&](double at) { return reshape(sin(arange(static_cast<double>(shape.size())).as(f64) * (1.7 * at) + square(arange(static_cast<double>(shape.size())).as(f64)) * at), shape); };
  if (is_complex(t)) return complex(part(seed), part(seed + 0.37)).as(t);
  return part(seed).as(t);
}
Array adjoint(const Array& x) { return conj(swapaxes(x, -1, -2)); }
Array positive(std::int64_t n, DType t, double seed = 1) {
  const Array x = numbers({n, n}, t, seed);
  return matmul(x, adjoint(x)) + eye(n, {.dtype = t});
}
void near(const Array& x, const Array& y, double rtol, const char* what = "") {
  ASSERT_EQ(x.shape(), y.shape()) << what;
  const double size = y.size() == 0 ? 0 : max(abs(y)).item<double>();
  EXPECT_TRUE(allclose(x, y, {.rtol = rtol, .atol = rtol * (1 + size)})) << what << "\n"
                                                                         << x << "\n"
                                                                         << y;
}
Array row(const Array& v) { return expand_dims(v, -2); }

class Factorizations : public testing::TestWithParam<std::tuple<DType, int>> {};

TEST_P(Factorizations, MultiplyToTheMatrix) {
  const auto [t, n] = GetParam();
  const double close = tolerance(t) * std::max(n, 1);
  for (const Shape& shape : {Shape{n, n}, Shape{n + 2, n}, Shape{n, n + 3}, Shape{2, n + 1, n}}) {
    const Array a = numbers(shape, t);
    const auto check = [&](Array x) {
      const auto [q, r] = la::qr(x);
      const auto [p, l, u] = la::lu(x);
      const auto [left, s, right] = la::svd(x);
      return std::tuple{matmul(q, r), matmul(matmul(p, l), u), matmul(left * row(s), right), matmul(adjoint(q), q), triu(r) - r, tril(l) - l, s, la::svdvals(x)};
    };
    for (const auto& [qr, plu, usv, qq, above, below, s, alone] : {check(a), jit(check)(a)}) {
      near(qr, a, close, "q r");
      near(plu, a, close, "p l u");
      near(usv, a, close, "u s vh");
      near(qq, broadcast_to(eye(qq.shape(-1), {.dtype = t}), qq.shape()), close, "q^H q");
      near(above, zeros_like(above), 0);
      near(below, zeros_like(below), 0);
      near(alone, s, close);
    }
  }
}

TEST_P(Factorizations, OfHermitianMatrices) {
  const auto [t, n] = GetParam();
  const double close = tolerance(t) * std::max(n, 1);
  const Array a = stack({positive(n, t), positive(n, t, 2)});
  const auto check = [](Array x) {
    const auto [w, v] = la::eigh(x);
    const Array l = la::cholesky(x), u = la::cholesky(x, {.upper = true});
    return std::tuple{matmul(l, adjoint(l)), matmul(adjoint(u), u), matmul(v * row(w), adjoint(v)), w, la::eigvalsh(x)};
  };
  for (const auto& [ll, uu, vwv, w, alone] : {check(a), jit(check)(a)}) {
    near(ll, a, close, "l l^H");
    near(uu, a, close, "u^H u");
    near(vwv, a, close, "v w v^H");
    near(alone, w, close);
  }
}

TEST_P(Factorizations, OfAnySquareMatrix) {
  const auto [t, n] = GetParam();
  const Array a = numbers({n, n}, t);
  const auto [w, v] = la::eig(a);
  near(matmul(a.as(v.dtype()), v), v * row(w), tolerance(t) * 10 * std::max(n, 1));
  near(sort(abs(la::eigvals(a))), sort(abs(w)), tolerance(t) * 100);
}

TEST_P(Factorizations, SolveSystems) {
  const auto [t, n] = GetParam();
  const double close = tolerance(t) * 30 * std::max(n, 1);
  const Array a = stack({positive(n, t), positive(n, t, 2)}), b = numbers({2, n, 3}, t), v = numbers({n}, t, 3);
  const auto check = [](Array a, Array b, Array v) {
    const la::LuFactors f = la::lu_factor(a);
    const Array l = la::cholesky(a);
    return std::vector<Array>{matmul(a, la::solve(a, b)), matmul(a, expand_dims(la::solve(a, v), -1))[{ellipsis, 0}], matmul(a, la::lu_solve(f, b)),
                              matmul(swapaxes(a, -1, -2), la::lu_solve(f, b, {.trans = la::Trans::transpose})), matmul(adjoint(a), la::lu_solve(f, b, {.trans = la::Trans::adjoint})),
                              matmul(a, la::cho_solve(l, b)), matmul(a, la::cho_solve(adjoint(l), b, {.lower = false})), matmul(l, la::solve_triangular(l, b, {.lower = true})),
                              matmul(adjoint(l), la::solve_triangular(l, b, {.lower = true, .trans = la::Trans::adjoint})), matmul(la::inv(a), matmul(a, b)), matmul(la::pinv(a), matmul(a, b))};
  };
  for (const auto& products : {check(a, b, v), jit(check)(a, b, v)}) {
    for (std::size_t i = 0; i < products.size(); ++i) near(products[i], i == 1 ? broadcast_to(v, {2, n}) : b, close, std::to_string(i).c_str());
  }
}

INSTANTIATE_TEST_SUITE_P(Linalg, Factorizations, testing::Combine(testing::Values(f32, f64, c64, c128), testing::Values(0, 1, 2, 5, 33)), [](const auto& info) {
  return std::string(ir::name(std::get<0>(info.param))) + "_" + std::to_string(std::get<1>(info.param));
});

TEST(Linalg, LargeMatrices) {
  for (const Shape& shape : {Shape{150, 150}, Shape{300, 140}, Shape{130, 200}, Shape{2, 128, 128}}) {
    const auto check = [](Array x) {
      const auto [p, l, u] = la::lu(x);
      const la::LuFactors f = la::lu_factor(x);
      return std::tuple{matmul(p, matmul(l, u)), max(abs(l)), f.pivots, f.permutation};
    };
    const Array a = numbers(shape, f64);
    const auto [product, largest, pivots, order] = jit(check)(a);
    near(product, a, 1e-12, "p l u");
    EXPECT_EQ(largest.item<double>(), 1);
    const la::LuFactors f = la::lu_factor(a);
    EXPECT_TRUE(all(pivots == f.pivots).item<bool>() && all(order == f.permutation).item<bool>());
  }
  for (DType t : {f32, f64}) {
    const auto check = [](Array x) { return la::cholesky(x); };
    const Array p = positive(150, t), a = stack({p, p.at(77, 77).set(-1), p * 2.0}), c = jit(check)(a);
    for (int i : {0, 2}) near(matmul(c[i], adjoint(c[i])), a[i], tolerance(t) * 10);
    near(triu(c[0], 1), zeros_like(c[0]), 0);
    EXPECT_TRUE(all(isnan(c[1]) == tri(150, {.dtype = bool_})).item<bool>());
    near(c[0], check(p), tolerance(t) * 100);
  }
  const Array a = numbers({150, 150}, f64) + 3.0 * eye(150, {.dtype = f64});
  near(matmul(a, jit([](Array x) { return la::solve(x, x); })(a)), a, 1e-9);
  near(jit(grad([](Array x) { return la::slogdet(x).logabsdet; }))(a), la::inv(a).T(), 1e-9);
}

TEST(Linalg, IllConditionedMatricesLeaveSmallResiduals) {
  const std::int64_t n = 9;
  const Array hilbert = 1.0 / (iota({n, n}, 0, f64) + iota({n, n}, 1, f64) + 1.0), b = ones({n}, f64);
  near(matmul(hilbert, la::solve(hilbert, b)), b, 1e-8);
  const Array l = la::cholesky(hilbert);
  near(matmul(l, adjoint(l)), hilbert, 1e-15);
  near(la::cond(hilbert), Array(4.9315375e11, f64), 1e-3);
  EXPECT_EQ(la::matrix_rank(hilbert, {.rtol = 1e-6}).item<int>(), 6);
}

TEST(Linalg, WhatHasNoNumbersIsNotFinite) {
  const Array indefinite{{1., 2.}, {2., 1.}}, singular{{1., 2.}, {2., 4.}}, lost{{1., std::nan("")}, {0., 1.}};
  for (const auto& chol : {std::function<Array(Array)>([](Array x) { return la::cholesky(x); }), std::function<Array(Array)>(jit([](Array x) { return la::cholesky(x); }))}) {
    EXPECT_TRUE(all(isnan(chol(indefinite)) == tri(2, {.dtype = bool_})).item<bool>());
    EXPECT_FALSE(any(isnan(chol(eye(2)))).item<bool>());
  }
  EXPECT_FALSE(any(isfinite(la::solve(singular, Array{1., 1.}))).item<bool>());
  EXPECT_FALSE(any(isfinite(la::inv(singular))).item<bool>());
  EXPECT_EQ(la::det(singular).item<double>(), 0);
  const auto [sign, logabsdet] = la::slogdet(singular);
  EXPECT_EQ(sign.item<double>(), 0);
  EXPECT_EQ(logabsdet.item<double>(), -infinity);
  EXPECT_TRUE(all(isnan(la::svd(lost).s)).item<bool>());
  EXPECT_TRUE(all(isnan(la::eigvalsh(lost))).item<bool>());
  EXPECT_TRUE(all(isnan(la::eigvals(lost))).item<bool>());
  EXPECT_EQ(la::cond(singular).item<double>() > 1e15 || std::isinf(la::cond(singular).item<double>()), true);
}

TEST(Linalg, Determinants) {
  EXPECT_EQ(la::det(zeros({0, 0})).item<float>(), 1);
  EXPECT_EQ(la::det(Array{{7.}}).item<float>(), 7);
  EXPECT_EQ(la::det(Array{{1., 2.}, {3., 4.}}).item<float>(), -2);
  EXPECT_NEAR(la::det(Array({{2., 0., 1.}, {1., 3., 2.}, {1., 1., 1.}}, f64)).item<double>(), 0, 1e-15);
  for (std::int64_t n : {4, 5, 6}) {  // a matrix of ones beside its diagonal: (n + d - 1) (d - 1)^(n - 1)
    const Array a = ones({n, n}, f64) + 2.0 * eye(n, {.dtype = f64});
    const double wanted = static_cast<double>(n + 2) * std::pow(2, n - 1);
    EXPECT_NEAR(la::det(a).item<double>(), wanted, 1e-11);
    EXPECT_NEAR(la::det(flip(a, 0)).item<double>(), n / 2 % 2 == 0 ? wanted : -wanted, 1e-11);
    const auto [sign, logabsdet] = la::slogdet(flip(a, 0));
    EXPECT_EQ(sign.item<double>(), n / 2 % 2 == 0 ? 1 : -1);
    EXPECT_NEAR(logabsdet.item<double>(), std::log(wanted), 1e-13);
  }
}

TEST(Linalg, ExponentialsAndPowers) {
  for (double t : {1e-8, 0.3, 2.5, 40.0, 3000.0}) {
    const double angle = std::fmod(t, 2 * std::numbers::pi);
    near(la::expm(Array({{0., -t}, {t, 0.}}, f64)), Array({{std::cos(angle), -std::sin(angle)}, {std::sin(angle), std::cos(angle)}}, f64), 1e-11 * std::max(1.0, t));
  }
  near(la::expm(Array{{0., 1.}, {0., 0.}}), Array{{1., 1.}, {0., 1.}}, 1e-6);
  near(la::expm(Array({{-800., 0.}, {0., 3.}}, f64)), Array({{0., 0.}, {0., std::exp(3)}}, f64), 1e-10);
  EXPECT_TRUE(all(isnan(la::expm(Array({{1e7, 0.}, {0., 1.}}, f64)))).item<bool>());
  const Array a = numbers({2, 3, 3}, f64);
  const Array a2 = matmul(a, a), a3 = matmul(a2, a);
  near(la::matrix_power(a, 3), a3, 1e-13);
  near(la::matrix_power(a, 7), matmul(matmul(a3, a3), a), 1e-12);
  near(la::matrix_power(a, 0), broadcast_to(eye(3, {.dtype = f64}), {2, 3, 3}), 0);
  near(matmul(la::matrix_power(a, -2), a2), broadcast_to(eye(3, {.dtype = f64}), {2, 3, 3}), 1e-9);
  const Array x = numbers({4, 7}, f64), y = numbers({7, 2}, f64), z = numbers({2, 5}, f64), v = numbers({5}, f64), w = numbers({4}, f64, 2);
  near(la::multi_dot({w, x, y, z, v}), matmul(w, matmul(x, matmul(y, matmul(z, v)))), 1e-13);
  near(la::multi_dot({x, y, z}), matmul(matmul(x, y), z), 1e-13);
}

TEST(Linalg, PseudoInversesSatisfyPenrose) {
  for (const auto& [m, n] : {std::pair{5, 3}, {3, 5}, {4, 4}}) {
    const Array full = numbers({m, n}, c128), deficient = matmul(numbers({m, 2}, c128), numbers({2, n}, c128, 2));
    for (const Array& a : {full, deficient}) {
      const Array p = la::pinv(a);
      near(matmul(matmul(a, p), a), a, 1e-12);
      near(matmul(matmul(p, a), p), p, 1e-12);
      near(adjoint(matmul(a, p)), matmul(a, p), 1e-12);
      near(adjoint(matmul(p, a)), matmul(p, a), 1e-12);
    }
    EXPECT_EQ(la::matrix_rank(deficient).item<int>(), 2);
  }
  const Array a = numbers({6, 3}, f64), b = numbers({6, 2}, f64, 4);
  const auto [x, residuals, rank, s] = la::lstsq(a, b);
  near(matmul(adjoint(a), matmul(a, x)), matmul(adjoint(a), b), 1e-12);
  near(residuals, sum(square(matmul(a, x) - b), 0), 1e-12);
  EXPECT_EQ(rank.item<int>(), 3);
  near(s, la::svdvals(a), 1e-13);
  near(la::lstsq(a, b[{slice(), 0}]).x, x[{slice(), 0}], 1e-12);
}

TEST(Linalg, Norms) {
  const Array a = Array({{3., 0.}, {4., 5.}}, f64);
  const auto value = [&](la::MatrixNormOptions o) { return la::norm(a, o).item<double>(); };
  EXPECT_NEAR(value({}), std::sqrt(50), 1e-14);
  EXPECT_NEAR(value({.ord = "fro"}), std::sqrt(50), 1e-14);
  EXPECT_NEAR(value({.ord = "nuc"}), 4 * std::sqrt(5), 1e-13);  // the singular values are 3 √5 and √5
  EXPECT_NEAR(value({.ord = 2}), 3 * std::sqrt(5), 1e-13);
  EXPECT_NEAR(value({.ord = -2}), std::sqrt(5), 1e-13);
  EXPECT_EQ(value({.ord = 1}), 7);
  EXPECT_EQ(value({.ord = -1}), 5);
  EXPECT_EQ(value({.ord = infinity}), 9);
  EXPECT_EQ(value({.ord = -infinity}), 3);
  EXPECT_NEAR(la::cond(a).item<double>(), 3, 1e-13);
  EXPECT_NEAR(la::cond(a, {.ord = -2}).item<double>(), 1.0 / 3, 1e-13);
  EXPECT_NEAR(la::cond(a, {.ord = 1}).item<double>(), 7 * la::norm(la::inv(a), {.ord = 1}).item<double>(), 1e-13);
  near(la::norm(a, {.axis = 1}), Array({3., std::sqrt(41)}, f64), 1e-14);
  EXPECT_EQ(la::norm(ones({2, 3, 4}), {.ord = 1, .axis = {0, 2}, .keepdims = true}).shape(), (Shape{1, 3, 1}));
  near(la::norm(ones({2, 3, 4}), {.ord = 1, .axis = {2, 0}}), 4 * ones({3}), 0);
  near(la::norm(ones({2, 3, 4})), sqrt(Array(24.)), 1e-6);
}

// ---- derivatives ----------------------------------------------------------------------------------------------------

// The derivative of a sum of cosines, forwards and backwards, at once and compiled, beside central differences.
template <class F> void has_derivative(const char* name, const F& f, const Array& a, double rtol = 1e-6) {
  const auto loss = [&](Array x) { return sum(cos(f(x))); };
  const Array along = numbers(a.shape(), a.dtype(), 5);
  const double h = 1e-4;
  const Array wanted = (8 * (loss(a + h * along) - loss(a - h * along)) - (loss(a + 2 * h * along) - loss(a - 2 * h * along))) / (12 * h);
  near(jvp(loss, a, along).second, wanted, rtol, name);
  near(jit([&](Array x, Array t) { return jvp(loss, x, t).second; })(a, along), wanted, rtol, name);
  if (is_complex(a.dtype())) return;
  near(sum(grad(loss)(a) * along), wanted, rtol, name);
  near(sum(jit(grad(loss))(a) * along), wanted, rtol, name);
  const auto slope = [&](Array x) { return sum(grad(loss)(x) * along); };
  const Array second = (8 * (slope(a + h * along) - slope(a - h * along)) - (slope(a + 2 * h * along) - slope(a - 2 * h * along))) / (12 * h);
  near(jvp(slope, a, along).second, second, 20 * rtol, name);
}

TEST(Linalg, DerivativesAreThoseOfDifferences) {
  const Array p = positive(4, f64), a = numbers({4, 4}, f64) + 3.0 * eye(4, {.dtype = f64}), tall = numbers({5, 3}, f64), b = numbers({4, 2}, f64);
  has_derivative("cholesky", [](Array x) { return la::cholesky(x); }, p);
  has_derivative("qr", [](Array x) { return la::qr(x).q + sum(la::qr(x).r); }, a);
  has_derivative("qr of tall", [](Array x) { return matmul(la::qr(x).q, la::qr(x).r * 2.0); }, tall);
  has_derivative("qr of wide", [](Array x) { return matmul(la::qr(x).q, la::qr(x).r * la::qr(x).r); }, tall.T());
  has_derivative("lu", [](Array x) { return la::lu(x).l * 2.0 + la::lu(x).u; }, a);
  has_derivative("lu of tall", [](Array x) { return matmul(la::lu(x).l, la::lu(x).u * la::lu(x).u); }, tall);
  has_derivative("lu of wide", [](Array x) { return matmul(la::lu(x).l, la::lu(x).u * la::lu(x).u); }, tall.T());
  has_derivative("eigh", [](Array x) { const auto [w, v] = la::eigh(x); return matmul(v * row(sin(w)), adjoint(v)); }, p);
  has_derivative("eigvalsh", [](Array x) { return la::eigvalsh(x); }, p);
  has_derivative("svd", [](Array x) { const auto [u, s, vh] = la::svd(x); return matmul(u * row(sin(s)), vh); }, tall);
  has_derivative("svd of wide", [](Array x) { const auto [u, s, vh] = la::svd(x); return matmul(u * row(sin(s)), vh); }, tall.T());
  has_derivative("eigvals", [](Array x) { return abs(sum(sin(la::eigvals(x)))); }, a);
  has_derivative("eig", [](Array x) { const auto [w, v] = la::eig(x); return real(sum(abs(v) * row(w))); }, a);
  has_derivative("solve", [&](Array x) { return la::solve(x, b); }, a);
  has_derivative("solve, right", [&](Array x) { return la::solve(a, x); }, b);
  has_derivative("inv", [](Array x) { return la::inv(x); }, a);
  has_derivative("det", [](Array x) { return la::det(x / 3.0); }, a);
  has_derivative("det of 3", [](Array x) { return la::det(x); }, numbers({3, 3}, f64));
  has_derivative("slogdet", [](Array x) { return la::slogdet(x).logabsdet; }, a);
  has_derivative("pinv", [](Array x) { return la::pinv(x); }, tall);
  has_derivative("lstsq", [](Array x) { return la::lstsq(x, numbers({5}, f64)).x; }, tall);
  has_derivative("expm", [](Array x) { return la::expm(x); }, numbers({3, 3}, f64));
  has_derivative("matrix_power", [](Array x) { return la::matrix_power(x, 3); }, numbers({3, 3}, f64));
  has_derivative("solve_triangular", [&](Array x) { return la::solve_triangular(x, b, {.lower = true, .trans = true}); }, a);
  has_derivative("cho_solve", [&](Array x) { return la::cho_solve(la::cholesky(x), b); }, p);
  has_derivative("nuclear norm", [](Array x) { return la::norm(x, {.ord = "nuc"}); }, tall);
}

TEST(Linalg, ComplexDerivativesAreThoseOfDifferences) {
  const Array p = positive(4, c128), a = numbers({4, 4}, c128) + 3.0 * eye(4, {.dtype = c128}), tall = numbers({5, 3}, c128), b = numbers({4, 2}, c128);
  const auto both = [](const Array& z) { return real(z) + 2.0 * imag(z); };
  has_derivative("cholesky", [&](Array x) { return both(la::cholesky(x)); }, p);
  has_derivative("qr", [&](Array x) { const auto [q, r] = la::qr(x); return both(matmul(q, r * r)); }, tall.T());
  has_derivative("lu", [&](Array x) { return both(la::lu(x).l * 2.0 + la::lu(x).u); }, a);
  has_derivative("eigh", [&](Array x) { const auto [w, v] = la::eigh(x); return both(matmul(v * row(sin(w)), adjoint(v))); }, p);
  has_derivative("svd", [&](Array x) { const auto [u, s, vh] = la::svd(x); return both(matmul(u * row(sin(s)), vh)); }, tall);
  has_derivative("eig", [&](Array x) { const auto [w, v] = la::eig(x); return abs(sum(matmul(v * row(w), adjoint(v)))); }, a);
  has_derivative("solve", [&](Array x) { return both(la::solve(x, b)); }, a);
  has_derivative("slogdet", [&](Array x) { const auto [sign, size] = la::slogdet(x); return both(sign) + size; }, a);
  has_derivative("pinv", [&](Array x) { return both(la::pinv(x)); }, tall);
}

TEST(Linalg, NestsInEveryTransform) {
  const Array as = stack({numbers({3, 3}, f64) + 2.0 * eye(3, {.dtype = f64}), numbers({3, 3}, f64, 2) + 2.0 * eye(3, {.dtype = f64})}), bs = numbers({2, 3}, f64);
  const auto loss = [](Array a, Array b) { return sum(square(la::solve(a, b))); };
  const auto slopes = grad(loss, argnums<0, 1>);
  const auto [da, db] = vmap(slopes)(as, bs);
  const auto [ja, jb] = jit(vmap(slopes))(as, bs);
  for (int i : {0, 1}) {
    const auto [one, other] = slopes(as[i], bs[i]);
    near(da[i], one, 1e-12);
    near(db[i], other, 1e-12);
    near(ja[i], one, 1e-12);
    near(jb[i], other, 1e-12);
  }
  near(vmap([&](Array b) { return la::solve(as[0], b); })(bs), swapaxes(la::solve(as[0], bs.T()), 0, 1), 1e-12);
  near(jacfwd([](Array a) { return la::inv(a); })(as[0]), jacrev([](Array a) { return la::inv(a); })(as[0]), 1e-12);
  const auto total = [](Array a) { return la::slogdet(a).logabsdet; };
  near(grad(total)(as[0]), la::inv(as[0]).T(), 1e-12);
  near(jit(vmap(grad(total)))(as), swapaxes(la::inv(as), -1, -2), 1e-12);
  near(hessian(total)(as[0]), jacfwd(grad(total))(as[0]), 1e-12);
  // In a loop, whose iterations factor again.
  const auto steps = [](Array a) { return fori_loop(0, 3, [](Array, Array x) { return la::cholesky(matmul(x, x.T()) + eye(3, {.dtype = f64})); }, a); };
  near(jit(steps)(as[0]), steps(as[0]), 1e-12);
  near(jit(grad([&](Array a) { return sum(steps(a)); }))(as[0]), grad([&](Array a) { return sum(steps(a)); })(as[0]), 1e-12);
}

TEST(Linalg, ErrorsNameThePlaceAndWhatIsWrong) {
  const auto said = [](auto&& f) -> std::string {
    try {
      f();
    } catch (const Error& error) {
      return error.what();
    }
    return "nothing";
  };
  const auto says = [&](auto&& f, const char* op, const char* part) {
    const std::string text = said(f);
    EXPECT_NE(text.find("linalg_test.cpp:"), std::string::npos) << text;
    EXPECT_NE(text.find(std::string(": ") + op + ": "), std::string::npos) << text;
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  says([] { (void)la::cholesky(ones({2, 3})); }, "cholesky", "takes square matrices, not f32[2,3]");
  says([] { (void)la::svdvals(ones({3})); }, "svdvals", "takes matrices in the last two axes, not f32[3]");
  says([] { (void)la::inv(ones({2, 2}, f16)); }, "inv", "f16");
  says([] { (void)la::solve(ones({2, 2}), ones({3})); }, "solve", "2 equations have 3 right-hand sides");
  says([] { (void)la::solve(ones({2, 3}), ones({2})); }, "solve", "takes square matrices, not f32[2,3]");
  says([] { (void)la::qr(ones({2, 2}), {.mode = "r"}); }, "qr", "there is no mode \"r\"");
  says([] { (void)la::norm(ones({2, 2}), {.ord = 3}); }, "norm", "there is no norm 3");
  says([] { (void)la::norm(ones({2, 2, 2}), {.ord = 1}); }, "norm", "3 axes");
  says([] { (void)la::multi_dot({ones({2, 2})}); }, "multi_dot", "at least two");
  says([] { (void)grad([](Array x) { return sum(la::qr(x, {.mode = "complete"}).q); })(numbers({4, 2}, f32)); }, "qr", "has no derivative");
}

// A polynomial fits itself; a whole weight counts as so many equal points; columns fit each for itself.
TEST(Polyfit, MinimizesTheSquares) {
  const Array x = numbers({12}, f64), p{0.5, -2., 3., 0.25};
  near(polyfit(x, polyval(p, x), 3), p, 1e-10);
  near(jit([](Array x, Array y) { return polyfit(x, y, 3); })(x, polyval(p, x)), p, 1e-10);
  const Array y = numbers({12, 2}, f64, 2.3), several = polyfit(x, y, 2);
  near(several, stack({polyfit(x, y[{ellipsis, 0}], 2), polyfit(x, y[{ellipsis, 1}], 2)}, {.axis = 1}), 1e-12);
  const Array weights = sqrt(ones({12}, f64) + (iota({12}, 0) < 3).as(f64)), twice = concatenate({x, x[slice(0, 3)]});
  near(polyfit(x, y, 2, {.w = weights}), polyfit(twice, concatenate({y, y[slice(0, 3)]}), 2), 1e-12);
  near(polyfit(Array{1, 2, 3}, Array{2, 4, 6}, 1), Array{2., 0.}, 1e-5);
  const auto norm = [](Array y) { return sum(square(polyfit(numbers({12}, f64), y, 2))); };
  const Array v = y[{ellipsis, 0}], direction = numbers({12}, f64, 0.7);
  const double h = 1e-4, difference = ((norm(v + h * direction) - norm(v - h * direction)) / (2 * h)).item<double>();
  EXPECT_NEAR(sum(grad(norm)(v) * direction).item<double>(), difference, 1e-7 * std::abs(difference) + 1e-8);
  EXPECT_THROW((void)polyfit(x, v, -1), ArgumentError);
  EXPECT_THROW((void)polyfit(ones({2, 2}), v, 1), ShapeError);
  EXPECT_THROW((void)polyfit(ones({0}), ones({0}), 1), ShapeError);
  EXPECT_THROW((void)polyfit(x, ones({11}), 1), ShapeError);
  EXPECT_THROW((void)polyfit(x, ones({12, 1, 1}), 1), ShapeError);
  EXPECT_THROW((void)polyfit(x, v, 1, {.w = ones({3})}), ShapeError);
}

}  // namespace
