// Solvers: what they find, and derivatives of what they find against differences and formulas, at once, compiled and batched. f64.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "espalier/dsl/linalg.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/stdlib/solvers.h"
#include "says.h"

namespace ep = espalier;
namespace solvers = ep::solvers;

namespace {

using ep::Array, ep::f64, ep::test::expect_says;
using Function = std::function<Array(Array)>;

double value(const Array& x) { return x.item<double>(); }
Array d(double x) { return Array(x, f64); }

// `found` maps a scalar to a scalar as `wanted` does: values and derivatives, both ways, at once and compiled, and one by one under vmap.
void expect_like(const char* name, const Function& found, const std::function<double(double)>& wanted, double within = 1e-8) {
  const std::vector<double> points{0.4, 1.3, 2.5};
  std::vector<double> slopes;
  for (double c : points) {
    const double h = 1e-5, slope = (wanted(c + h) - wanted(c - h)) / (2 * h);
    slopes.push_back(slope);
    EXPECT_NEAR(value(found(d(c))), wanted(c), within) << name << " at " << c;
    EXPECT_NEAR(value(ep::jit(ep::grad(found))(d(c))), slope, 1e-6) << name << " at " << c;
    EXPECT_NEAR(value(ep::jvp(found, d(c), d(1)).second), slope, 1e-6) << name << " at " << c;
  }
  const Array all(points);
  const auto values = ep::jit(ep::vmap(found))(all).to_vector<double>(), by_reverse = ep::jit(ep::vmap(ep::grad(found)))(all).to_vector<double>();
  for (std::size_t i = 0; i < points.size(); ++i) {
    EXPECT_NEAR(values[i], wanted(points[i]), within) << name;
    EXPECT_NEAR(by_reverse[i], slopes[i], 1e-6) << name;
  }
}

// The real root of x³ + x = c, by Cardano, and what is its own cosine times c / 4.
double cubic(double c) {
  const double r = std::sqrt(c * c / 4 + 1.0 / 27);
  return std::cbrt(c / 2 + r) + std::cbrt(c / 2 - r);
}
double fixed(double c) {
  double x = 0.5;
  for (int i = 0; i < 200; ++i) x = c / 4 * std::cos(x);
  return x;
}

TEST(Roots, AreFoundWithTheirDerivatives) {
  const auto equation = [](const Array& c) { return [c](const Array& x) { return x * x * x + x - c; }; };
  expect_like("newton", [&](Array c) { return solvers::newton(equation(c), d(1), {.tol = 1e-12}); }, cubic);
  expect_like("broyden", [&](Array c) { return solvers::broyden(equation(c), d(1), {.tol = 1e-12}); }, cubic);
  expect_like("bisection", [&](Array c) { return solvers::bisection(equation(c), d(-4), d(4), {.tol = 1e-12}); }, cubic);
  expect_like("fixed_point", [&](Array c) { return solvers::fixed_point([c](const Array& x) { return c / 4 * cos(x); }, d(0.5), {.tol = 1e-13, .max_steps = 200}); }, fixed);
}

struct Pair {
  Array a, b;
};
// x² + y² = 4 and x y = 1, of a tree; Newton and Broyden agree with what stands on paper.
TEST(Roots, SolveSystemsOfTrees) {
  const auto circle = [](const Pair& p) { return Pair{square(p.a) + square(p.b) - 4, p.a * p.b - 1}; };
  const double wanted = std::sqrt(2 + std::sqrt(3.));
  for (const Pair& found : {solvers::newton(circle, Pair{d(2), d(0.3)}, {.tol = 1e-12}), solvers::broyden(circle, Pair{d(2), d(0.3)}, {.tol = 1e-12})}) {
    EXPECT_NEAR(value(found.a), wanted, 1e-10);
    EXPECT_NEAR(value(found.b), 1 / wanted, 1e-10);
  }
  EXPECT_EQ(solvers::newton([](const Array& x) { return x - 2; }, 1.0).dtype(), ep::f32);
}
TEST(Bisection, GoesElementByElement) {
  const Array c({2., 9., -1.}, f64), found = solvers::bisection([&](const Array& x) { return x * x - c; }, ep::zeros({3}, f64), ep::full({3}, 10, f64), {.tol = 1e-10, .max_steps = 100});
  EXPECT_NEAR(value(found[0]), std::sqrt(2.), 1e-9);
  EXPECT_NEAR(value(found[1]), 3, 1e-9);
  EXPECT_TRUE(std::isnan(value(found[2])));  // it has one sign there
  EXPECT_EQ(value(solvers::bisection([](const Array& x) { return x; }, d(0), d(1))), 0);
}

// The minimum of (x - c)⁴ + (x - c)² + (y - x²)², which is at (c, c²).
TEST(Minima, AreFoundWithTheirDerivatives) {
  const auto f = [](const Array& c) { return [c](const Array& p) { return pow(p[0] - c, 4.) + square(p[0] - c) + square(p[1] - square(p[0])); }; };
  const Array start({0., 0.}, f64);
  expect_like("bfgs", [&](Array c) { return solvers::bfgs(f(c), start, {.tol = 1e-10}).x[1]; }, [](double c) { return c * c; });
  expect_like("lbfgs", [&](Array c) { return solvers::lbfgs(f(c), start, {.tol = 1e-10}).x[1]; }, [](double c) { return c * c; });
  const auto residuals = [](const Array& c) { return [c](const Array& p) { return ep::stack({p[0] - c, 3 * (p[1] - square(p[0])), square(p[0] - c)}); }; };
  expect_like("gauss_newton", [&](Array c) { return solvers::gauss_newton(residuals(c), start, {.tol = 1e-10}).x[1]; }, [](double c) { return c * c; });
  expect_like("levenberg_marquardt", [&](Array c) { return solvers::levenberg_marquardt(residuals(c), start, {.tol = 1e-10}).x[1]; }, [](double c) { return c * c; });
}
TEST(Minima, TellHowTheyWereFound) {
  const auto valley = [](const Pair& p) { return square(1 - p.a) + 100 * square(p.b - square(p.a)) + 3; };
  const auto run = ep::jit([&](Pair p) { return std::pair{solvers::bfgs(valley, p, {.tol = 1e-8}), solvers::lbfgs(valley, p, {.tol = 1e-8})}; });
  const auto [first, second] = run(Pair{d(-1.2), d(1)});
  for (const auto& m : {first, second}) {
    EXPECT_NEAR(value(m.x.a), 1, 1e-7);
    EXPECT_NEAR(value(m.x.b), 1, 1e-7);
    EXPECT_NEAR(value(m.value), 3, 1e-12);
    EXPECT_TRUE(m.converged.item<bool>());
    EXPECT_GT(m.steps.item<int>(), 10);
    EXPECT_LT(m.steps.item<int>(), 80);
  }
  const auto cut = solvers::bfgs(valley, Pair{d(-1.2), d(1)}, {.max_steps = 3});
  EXPECT_EQ(cut.steps.item<int>(), 3);
  EXPECT_FALSE(cut.converged.item<bool>());
}
// A decay is fitted to what it gave, from far away; the value is half the sum of squares.
TEST(LeastSquares, FitsADecay) {
  const Array t = ep::linspace(0., 2., 9).as(f64), data = 3 * exp(-1.5 * t) + 0.1;
  const auto residuals = [&](const Array& p) { return p[0] * exp(-p[1] * t) - data; };
  const auto m = ep::jit([&](Array p) { return solvers::levenberg_marquardt(residuals, p, {.tol = 1e-10}); })(Array({1., 0.1}, f64));
  EXPECT_TRUE(m.converged.item<bool>());
  EXPECT_NEAR(value(m.value), value(sum(square(residuals(m.x)))) / 2, 1e-14);
  EXPECT_LT(value(max(abs(ep::grad([&](Array p) { return sum(square(residuals(p))) / 2; })(m.x)))), 1e-9);
  EXPECT_TRUE(ep::allclose(solvers::gauss_newton(residuals, Array({2., 1.}, f64), {.tol = 1e-10}).x, m.x, {.rtol = 1e-7, .atol = 0}));
}

Array matrix(bool symmetric) {
  const Array i = ep::arange(6).as(f64), a = sin(ep::outer(i + 1, i + 2)) / 3;
  return (symmetric ? ep::matmul(a, a.T()) : a) + 2 * ep::eye(6, {.dtype = f64});
}
// Against elimination: solutions, and their derivatives with respect to matrix and right-hand side.
TEST(LinearSystems, AreSolvedAsByElimination) {
  const Array b = cos(ep::arange(6).as(f64)), w = sin(ep::arange(6).as(f64) + 1);
  const auto expect = [&](const char* name, const auto& solve, const Array& a) {
    const auto total = [&](Array m, Array y) { return sum(w * solve([m](const Array& x) { return ep::matmul(m, x); }, y)); };
    const auto wanted = [&](Array m, Array y) { return sum(w * ep::linalg::solve(m, y)); };
    const auto near_to = [&](const Array& x, const Array& y) { EXPECT_TRUE(ep::allclose(x, y, {.rtol = 1e-8, .atol = 1e-9})) << name << x << y; };
    near_to(total(a, b), wanted(a, b));
    const auto [of_a, of_b] = ep::jit(ep::grad(total, ep::argnums<0, 1>))(a, b);
    const auto [a_wanted, b_wanted] = ep::grad(wanted, ep::argnums<0, 1>)(a, b);
    near_to(of_a, a_wanted);
    near_to(of_b, b_wanted);
    near_to(ep::jvp(total, std::tuple{a, b}, std::tuple{a * 0.1, w}).second, ep::jvp(wanted, std::tuple{a, b}, std::tuple{a * 0.1, w}).second);
    const Array many = ep::stack({b, w, 0 * b});
    near_to(ep::jit(ep::vmap([&](Array y) { return total(a, y); }))(many), ep::vmap([&](Array y) { return wanted(a, y); })(many));
  };
  const solvers::LinearOptions o{.tol = 1e-12};
  // Conjugate directions reach the solution in as many steps as there are unknowns; others need more.
  expect("cg", [&](const auto& f, const Array& y) { return solvers::cg(f, y, {.tol = 1e-12, .max_steps = 7}); }, matrix(true));
  expect("gmres", [&](const auto& f, const Array& y) { return solvers::gmres(f, y, o); }, matrix(false));
  expect("bicgstab", [&](const auto& f, const Array& y) { return solvers::bicgstab(f, y, o); }, matrix(false));
  // More unknowns than products between two starts, as a tree.
  const Array long_b = ep::ones({30}, f64);
  const auto banded = [](const Pair& p) { return Pair{3 * p.a - roll(p.a, 1) + 0.1 * p.b, 2 * p.b}; };
  const Pair x = solvers::gmres(banded, Pair{long_b, long_b}, {.tol = 1e-12}), back = banded(x);
  EXPECT_TRUE(ep::allclose(back.a, long_b) && ep::allclose(back.b, long_b));
}

TEST(Quad, IsExactUpToItsDegree) {
  for (int power = 0; power <= 31; ++power) {
    const auto f = [&](const Array& x) { return pow(x, static_cast<double>(power)); };
    EXPECT_NEAR(value(solvers::quad(f, d(-0.5), d(1.5))), (std::pow(1.5, power + 1) - std::pow(-0.5, power + 1)) / (power + 1), 1e-11 * std::pow(1.5, power)) << power;
    if (power <= 23) { EXPECT_NEAR(value(solvers::quad(f, d(0), d(1), {.order = 15})), 1. / (power + 1), 1e-15) << power; }
  }
  expect_like("quad", [](Array c) { return solvers::quad([c](const Array& x) { return exp(-c * x); }, d(0), c); }, [](double c) { return (1 - std::exp(-c * c)) / c; }, 1e-12);
  const Array both = solvers::quad([](const Array& x) { return ep::stack({abs(x - 1), sin(x)}); }, d(0), d(3), {.intervals = 3});
  EXPECT_NEAR(value(both[0]), 2.5, 1e-12);  // pieces end where it bends
  EXPECT_NEAR(value(both[1]), 1 - std::cos(3), 1e-12);
}

TEST(Solvers, SayWhatIsWrong) {
  const auto f = [](const Array& x) { return x; };
  const char* file = "solvers_test.cpp";
  expect_says<ep::DTypeError>([&] { (void)solvers::newton(f, Array({1, 2})); }, {file, "newton", "i32"});
  expect_says<ep::ArgumentError>([&] { (void)solvers::broyden(f, ep::zeros({0})); }, {file, "broyden", "no unknown"});
  expect_says<ep::ShapeError>([&] { (void)solvers::fixed_point([](const Array& x) { return ep::concatenate({x, x}); }, Array{1., 2.}); }, {file, "fixed_point", "4 numbers", "2 unknowns"});
  expect_says<ep::ShapeError>([&] { (void)solvers::bisection(f, Array{0., 1.}, Array{3.}); }, {file, "bisection", "2", "1"});
  expect_says<ep::ShapeError>([&] { (void)solvers::bfgs(f, Array{1., 2.}); }, {file, "bfgs", "[2]", "scalar"});
  expect_says<ep::ShapeError>([&] { (void)solvers::lbfgs(f, Array{1., 2.}); }, {file, "lbfgs", "[2]", "scalar"});
  expect_says<ep::DTypeError>([&] { (void)solvers::cg(f, Array({1, 2})); }, {file, "cg", "i32"});
  expect_says<ep::ArgumentError>([&] { (void)solvers::quad(f, 0., 1., {.order = 7}); }, {file, "quad", "7", "15"});
  expect_says<ep::ArgumentError>([&] { (void)solvers::quad(f, 0., 1., {.intervals = 0}); }, {file, "quad", "0 pieces"});
  expect_says<ep::ShapeError>([&] { (void)solvers::quad(f, Array{0., 1.}, 1.); }, {file, "quad", "[2]", "[]"});
}

}  // namespace
