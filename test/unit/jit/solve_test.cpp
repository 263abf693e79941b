// custom_root and custom_linear_solve: derivatives are those of what is solved, whichever way it was found.
#include <gtest/gtest.h>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "../numpy_rows.h"

namespace ep = espalier;

namespace {

using ep::Array;
using ep::f64;
using ep::numpy_rows::f64_of;

// Newton's method, of which nothing but the result may be differentiated: what it returns is a constant to derivatives.
const auto newton = [](const auto& f, const Array& guess) {
  const auto step = [&](Array x) { return x - f(x) / ep::jvp(f, x, ones_like(x)).second; };
  return ep::stop_gradient(ep::fori_loop(0, 40, [&](Array, Array x) { return step(x); }, guess));
};
// The real root of x^3 + x = c, by Cardano.
Array cubic(Array c) {
  const Array d = sqrt(c * c / 4 + 1.0 / 27);
  return cbrt(c / 2 + d) + cbrt(c / 2 - d);
}
Array cubic_root(Array c) {
  return ep::custom_root([&](Array x) { return x * x * x + x - c; }, c, newton, [](const auto& g, Array y) { return y / g(ones_like(y)); });
}
Array cubic_root_dense(Array c) {
  return ep::custom_root([&](Array x) { return x * x * x + x - c; }, c, newton);
}

const auto near_to = [](const Array& ours, const Array& wanted, double rtol = 1e-12) {
  EXPECT_TRUE(ep::allclose(ours, wanted, {.rtol = rtol, .atol = 1e-13})) << ours << "\n"
                                                                         << wanted;
};

TEST(CustomRoot, HasTheDerivativesOfTheRoot) {
  const Array c = f64_of({0.3, 2, -5});
  const auto wanted = [](Array v) { return sum(cubic(v)); };
  for (const auto& ours : {std::function<Array(Array)>(cubic_root), std::function<Array(Array)>(cubic_root_dense)}) {
    const auto total = [&](Array v) { return sum(ours(v)); };
    near_to(ours(c), cubic(c));
    near_to(ep::jit(ours)(c), cubic(c));
    near_to(ep::grad(total)(c), ep::grad(wanted)(c));
    near_to(ep::jit(ep::grad(total))(c), ep::grad(wanted)(c));
    near_to(ep::grad(ep::jit(total))(c), ep::grad(wanted)(c));
    near_to(ep::jvp(ours, c, c * 2).second, ep::jvp(cubic, c, c * 2).second);
    near_to(ep::jacfwd(ours)(c), ep::jacfwd(cubic)(c));
    near_to(ep::jacrev(ours)(c), ep::jacrev(cubic)(c));
    near_to(ep::hessian(total)(c), ep::hessian(wanted)(c), 1e-10);
    near_to(ep::jit(ep::hessian(total))(c), ep::hessian(wanted)(c), 1e-10);
    near_to(ep::grad([&](Array v) { return sum(ep::grad([&](Array u) { return sum(ep::grad(total)(u)); })(v)); })(c), ep::grad([&](Array v) { return sum(ep::grad([&](Array u) { return sum(ep::grad(wanted)(u)); })(v)); })(c), 1e-9);
  }
}

TEST(CustomRoot, NestsInEveryTransform) {
  const Array c = f64_of({0.3, 2, -5});
  const Array slope = ep::grad([](Array v) { return sum(cubic(v)); })(c);
  near_to(ep::vmap(cubic_root)(c), cubic(c));
  near_to(ep::vmap(ep::grad(cubic_root))(c), slope);
  near_to(ep::jit(ep::vmap(ep::grad(cubic_root_dense)))(c), slope);
  near_to(ep::grad([](Array v) { return sum(ep::vmap(cubic_root_dense)(v)); })(c), slope);
  near_to(ep::grad([](Array v) { return ep::scan([](Array total, Array u) { return std::pair{total + cubic_root(u), u}; }, Array(0.0, f64), v).first; })(c), slope);
  near_to(ep::grad([](Array v) { return sum(ep::cond(true, cubic_root, [](Array u) { return u; }, v)); })(c), slope);
  near_to(ep::linearize(cubic_root, c).second(c), slope * c);
  near_to(ep::grad([](Array v) { return sum(ep::checkpoint(cubic_root)(v)); })(c), slope);
}

struct Point {
  Array x, y;
};
// Where two ellipses meet; the parameters are captured, the unknown is a tree.
Point meeting(Array a) {
  const auto f = [&](Point p) { return Point{a * p.x * p.x + p.y * p.y - 4, p.x * p.x + a * a * p.y * p.y - 4}; };
  const auto solve = [](const auto& f, const Point& guess) {
    const auto step = [&](Array, Point p) {
      const Point value = f(p), by_x = ep::jvp(f, p, Point{ones_like(p.x), zeros_like(p.y)}).second, by_y = ep::jvp(f, p, Point{zeros_like(p.x), ones_like(p.y)}).second;
      const Array det = by_x.x * by_y.y - by_y.x * by_x.y;
      return Point{p.x - (by_y.y * value.x - by_y.x * value.y) / det, p.y - (by_x.x * value.y - by_x.y * value.x) / det};
    };
    return ep::fori_loop(0, 30, step, guess);
  };
  return ep::custom_root(f, Point{Array(1.0, f64), Array(1.0, f64)}, solve);
}
TEST(CustomRoot, OfATree) {
  const auto closed = [](Array a) {  // two linear equations in the squares
    const Array det = a * a * a - 1, x = (4 * a * a - 4) / det, y = (4 * a - 4) / det;
    return sqrt(x) + 2 * sqrt(y);
  };
  const auto ours = [](Array a) {
    const Point p = meeting(a);
    return p.x + 2 * p.y;
  };
  const Array a(1.5, f64);
  near_to(ours(a), closed(a));
  near_to(ep::grad(ours)(a), ep::grad(closed)(a));
  near_to(ep::jit(ep::grad(ours))(a), ep::grad(closed)(a));
  near_to(ep::grad(ep::grad(ours))(a), ep::grad(ep::grad(closed))(a), 1e-10);
  const Array many = f64_of({1.2, 1.5, 2});
  near_to(ep::vmap(ep::grad(ours))(many), ep::vmap(ep::grad(closed))(many));
}

// A solver that only looks at values: conjugate gradients without a derivative of their own.
const auto gradients = [](const auto& matvec, const Array& b) {
  using State = std::tuple<Array, Array, Array>;
  const auto step = [&](Array, State s) {
    const auto [x, r, p] = s;
    const Array q = matvec(p), alpha = sum(r * r) / sum(p * q), rest = r - alpha * q;
    return State{x + alpha * p, rest, rest + sum(rest * rest) / sum(r * r) * p};
  };
  return ep::stop_gradient(std::get<0>(ep::fori_loop(0, b.size(), step, State{zeros_like(b), b, b})));
};
Array matrix_of(Array t) { return ep::stack({ep::stack({4 + t, 1 + 0 * t, t * t}), ep::stack({1 + 0 * t, 3 + t, 0 * t}), ep::stack({t * t, 0 * t, 5 + 0 * t})}); }
Array by_cramer(Array m, Array b) {
  const auto det = [](Array m) {
    return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
  };
  std::vector<Array> x;
  for (int i = 0; i < 3; ++i) x.push_back(det(transpose(transpose(m).at(i).set(b))) / det(m));
  return ep::stack(x);
}

TEST(CustomLinearSolve, HasTheDerivativesOfTheSolution) {
  const auto ours = [](Array t, Array b) {
    const Array m = matrix_of(t);
    return ep::custom_linear_solve([&](Array x) { return matmul(m, x); }, b, gradients, ep::symmetric);
  };
  const auto closed = [](Array t, Array b) { return by_cramer(matrix_of(t), b); };
  const Array t(0.7, f64), b = f64_of({1, -2, 0.5}), weights = f64_of({1, 3, -2});
  const auto total = [&](const auto& f) { return [&](Array t, Array b) { return sum(f(t, b) * weights); }; };
  near_to(ours(t, b), closed(t, b));
  near_to(ep::jit(ours)(t, b), closed(t, b));
  near_to(ep::grad(total(ours))(t, b), ep::grad(total(closed))(t, b), 1e-10);
  near_to(ep::jit(ep::grad(total(ours), ep::argnums<1>))(t, b), ep::grad(total(closed), ep::argnums<1>)(t, b), 1e-10);
  const auto tangents = std::tuple{Array(1.0, f64), b * 2};
  near_to(ep::jvp(ours, std::tuple{t, b}, tangents).second, ep::jvp(closed, std::tuple{t, b}, tangents).second, 1e-10);
  const auto second = [&](const auto& f) { return ep::grad([&](Array t) { return ep::grad(total(f))(t, b); })(t); };
  near_to(second(ours), second(closed), 1e-9);
  const Array ts = f64_of({0.1, 0.7}), bs = ep::stack({b, b * b});
  near_to(ep::vmap(ours)(ts, bs), ep::stack({closed(ts[0], bs[0]), closed(ts[1], bs[1])}), 1e-10);
  near_to(ep::jit(ep::vmap(ep::grad(total(ours))))(ts, bs), ep::vmap(ep::grad(total(closed)))(ts, bs), 1e-9);
  near_to(ep::linear_transpose([&](Array v) { return ours(t, v); }, b)(weights), closed(t, weights), 1e-10);
}

TEST(CustomLinearSolve, TransposesWithTheSolverGivenForThat) {
  const Array upper{{2., 1., -1.}, {0., 4., 3.}, {0., 0., 5.}};
  // Back substitution, and forward for the transpose: both stop the derivative of how they work.
  const auto solve_upper = [](Array m, Array b) {
    Array x = zeros_like(b);
    for (int i = 2; i >= 0; --i) x = x.at(i).set((b[i] - sum(m[i] * x)) / m[i][i]);
    return ep::stop_gradient(x);
  };
  const auto ours = [&](Array m, Array b) {
    return ep::custom_linear_solve([&](Array x) { return matmul(m, x); }, b, [&](const auto&, Array b) { return solve_upper(m, b); }, [&](const auto&, Array b) { return flip(solve_upper(flip(transpose(m)), flip(b))); });
  };
  const Array b = f64_of({1, -2, 0.5}), m = upper.as(f64);
  near_to(ours(m, b), by_cramer(m, b));
  const auto total = [](const auto& f) { return [&](Array m, Array b) { return sum(f(m, b) * f(m, b)); }; };
  near_to(ep::grad(total(ours), ep::argnums<1>)(m, b), ep::grad(total(by_cramer), ep::argnums<1>)(m, b), 1e-10);
  near_to(ep::jit(ep::grad(total(ours)))(m, b), ep::grad(total(by_cramer))(m, b), 1e-10);
}

TEST(CustomLinearSolve, SaysWhatIsMissing) {
  const Array b = f64_of({1, 2});
  const auto one_way = [](Array b) { return sum(ep::custom_linear_solve([](Array x) { return 2 * x; }, b, [](const auto&, Array b) { return ep::stop_gradient(b / 2); })); };
  near_to(ep::jvp(one_way, b, b).second, sum(b) / 2);
  try {
    (void)ep::grad(one_way)(b);
    ADD_FAILURE() << "nothing was thrown";
  } catch (const ep::DifferentiationError& error) {
    EXPECT_NE(std::string(error.what()).find("transpose_solve"), std::string::npos) << error.what();
  }
  const auto jitted = [](auto f) { return ep::jit(f); };
  EXPECT_THROW((void)jitted([](Array b) { return ep::custom_root([](Array x) { return ep::concatenate({x, x}); }, b, [](const auto&, Array x) { return x; }); })(b), ep::ShapeError);
  EXPECT_THROW((void)jitted([](Array b) { return ep::custom_root([](Array x) { return x; }, b, [](const auto&, Array x) { return x[0]; }); })(b), ep::ShapeError);
  EXPECT_THROW((void)jitted([](Array b) { return ep::custom_linear_solve([](Array x) { return x; }, b, [](const auto&, Array x) { return x; }); })(Array{1, 2}), ep::DTypeError);
}

// Elimination with pivots, of which none may be the first row's.
TEST(CustomRoot, SolvesDenseSystems) {
  const Array m = Array{{0., 2., 1.}, {1., 0., 3.}, {2., 1., 0.}}.as(f64), b = f64_of({1, 2, 3});
  const auto root = [&](Array b) { return ep::custom_root([&](Array x) { return matmul(m, x) - b; }, b, [&](const auto&, Array x) { return ep::stop_gradient(by_cramer(m, x)); }); };
  for (int i = 0; i < 3; ++i) near_to(ep::jacrev(root)(b)[{ep::ellipsis, i}], by_cramer(m, ep::eye(3, {.dtype = f64})[i]));
  near_to(ep::jit(ep::jacfwd(root))(b), ep::jacrev(root)(b));
}

}  // namespace
