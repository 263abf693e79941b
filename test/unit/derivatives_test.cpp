// jvp, vjp, linearize, Jacobians, Hessians, and products with them.
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "numpy_rows.h"

#include <gtest/gtest.h>

namespace ep = espalier;

namespace {

using ep::Array;
using ep::f64;
using ep::numpy_rows::f64_of;
using ep::numpy_rows::said_by_us;

struct Pair {
  Array x;
  std::vector<Array> y;
  Array index = {};
};
Pair pair() { return {f64_of({1, 2}), {f64_of({3, 4}), f64_of({5, 6})}, Array{0, 1}}; }
Pair tangent() { return {f64_of({0.1, 0.2}), {f64_of({0.3, 0.4}), {}}, {}}; }
Pair twist(Pair p) { return {p.x * p.y[0], {p.y[1] * p.y[1], p.x + p.index}, p.index + 1}; }

TEST(Jvp, OfTrees) {
  const auto [y, dy] = ep::jvp(twist, pair(), tangent());
  EXPECT_EQ(said_by_us(y.x), "f64[2] [3. 8.]");
  EXPECT_EQ(said_by_us(y.index), "i32[2] [1 2]");
  EXPECT_EQ(said_by_us(dy.x), "f64[2] [0.6 1.6]");
  EXPECT_EQ(said_by_us(dy.y[0]), "f64[2] [0. 0.]") << "Nothing as a tangent is zero";
  EXPECT_EQ(said_by_us(dy.y[1]), "f64[2] [0.1 0.2]");
  EXPECT_TRUE(dy.index.is_nothing());
}
TEST(Jvp, OfSeveralArguments) {
  const auto f = [](Array x, Array y) { return std::pair{x * y, y}; };
  const auto [y, dy] = ep::jvp(f, std::tuple{3.0, 4.0}, std::tuple{1.0, 0.5});
  EXPECT_EQ(said_by_us(y.first), "f32[] 12.0");
  EXPECT_EQ(said_by_us(dy.first), "f32[] 5.5");
  EXPECT_EQ(said_by_us(dy.second), "f32[] 0.5");
  EXPECT_EQ(said_by_us(ep::jvp([](Array x) { return x * x; }, 3.0, 2.0).second), "f32[] 12.0");
  EXPECT_EQ(said_by_us(ep::jvp([](Array) { return Array(7.0); }, 3.0, 2.0).second), "f32[] 0.0");
}

TEST(Vjp, OfTrees) {
  const auto [y, pullback] = ep::vjp(twist, pair());
  EXPECT_EQ(said_by_us(y.y[1]), "f64[2] [1. 3.]");
  const Pair bar = pullback(Pair{f64_of({1, 10}), {f64_of({1, 1}), {}}, {}});
  EXPECT_EQ(said_by_us(bar.x), "f64[2] [ 3. 40.]");
  EXPECT_EQ(said_by_us(bar.y[0]), "f64[2] [ 1. 20.]");
  EXPECT_EQ(said_by_us(bar.y[1]), "f64[2] [10. 12.]");
  EXPECT_TRUE(bar.index.is_nothing());
}
TEST(Vjp, OfOneOrManyArguments) {
  const auto f = [](Array x, Array y) { return x * y; };
  const auto [value, pullback] = ep::vjp(f, 3.0, 4.0);
  EXPECT_EQ(said_by_us(value), "f32[] 12.0");
  const auto [dx, dy] = pullback(2.0);
  EXPECT_EQ(said_by_us(dx), "f32[] 8.0");
  EXPECT_EQ(said_by_us(dy), "f32[] 6.0");
  EXPECT_EQ(said_by_us(ep::vjp([](Array x) { return x * x; }, 3.0).second(1.0)), "f32[] 6.0");
}
TEST(Vjp, PullbackUnderOtherTransforms) {
  const auto [y, pullback] = ep::vjp([](Array x) { return sin(x) * x; }, f64_of({1, 2}));
  const Array rows = reshape(f64_of({1, 0, 0, 1}), {2, 2});
  const Array jacobian = ep::vmap(pullback)(rows);
  const Array expected = ep::jacrev([](Array x) { return sin(x) * x; })(f64_of({1, 2}));
  EXPECT_TRUE(ep::allclose(jacobian, expected, {.rtol = 1e-14}));
  // A pullback is linear: its own derivative is itself.
  EXPECT_TRUE(ep::allclose(ep::jvp(pullback, f64_of({3, 4}), f64_of({1, 1})).second, pullback(f64_of({1, 1})), {.rtol = 1e-14}));
  EXPECT_TRUE(ep::allclose(ep::vjp(pullback, f64_of({3, 4})).second(f64_of({1, 1})), pullback(f64_of({1, 1})), {.rtol = 1e-14}));
  // Made inside another transform, used there.
  const auto g = [](Array x) {
    const auto [y, pull] = ep::vjp([](Array z) { return z * z * z; }, x);
    return sum(pull(y));
  };
  EXPECT_EQ(said_by_us(ep::grad(g)(f64_of({1, 2}))), "f64[2] [ 15. 240.]");  // 3 x⁵ has slope 15 x⁴
}

TEST(Linearize, IsUsedMoreThanOnce) {
  const auto f = [](Array x, Array y) { return exp(x) * y; };
  const auto [value, push] = ep::linearize(f, f64_of({0, 1}), f64_of({2, 3}));
  EXPECT_TRUE(ep::allclose(value, f(f64_of({0, 1}), f64_of({2, 3}))));
  for (double k : {1.0, -2.0, 0.5}) {
    const Array dx = f64_of({k, k}), dy = f64_of({0, 1});
    const Array expected = ep::jvp(f, std::tuple{f64_of({0, 1}), f64_of({2, 3})}, std::tuple{dx, dy}).second;
    EXPECT_TRUE(ep::allclose(push(dx, dy), expected, {.rtol = 1e-14})) << k;
  }
  EXPECT_TRUE(ep::allclose(push(Array(), f64_of({1, 1})), exp(f64_of({0, 1})), {.rtol = 1e-14})) << "Nothing is zero";
  const Array basis = reshape(f64_of({1, 0, 0, 1}), {2, 2});
  EXPECT_EQ(ep::vmap(push)(basis, 0 * basis).shape(), (ep::Shape{2, 2}));
}

// Jacobians against central differences, in both modes.
Array swirl(Array x) { return ep::stack({sin(x[0]) * x[1], x[0] * x[0] + x[2], exp(x[1] * x[2]), sum(x)}); }
TEST(Jacobian, OfBothModesIsThatOfDifferences) {
  const std::vector<double> at{0.4, -0.7, 1.1};
  const Array forward = ep::jacfwd(swirl)(f64_of(at)), reverse = ep::jacrev(swirl)(f64_of(at));
  EXPECT_EQ(forward.shape(), (ep::Shape{4, 3}));
  EXPECT_TRUE(ep::allclose(forward, reverse, {.rtol = 1e-13, .atol = 1e-14}));
  for (int i = 0; i < 3; ++i) {
    auto shifted = [&](double h) {
      auto x = at;
      x[static_cast<std::size_t>(i)] += h;
      return swirl(f64_of(x));
    };
    const Array column = (8 * (shifted(1e-3) - shifted(-1e-3)) - (shifted(2e-3) - shifted(-2e-3))) / 12e-3;
    EXPECT_TRUE(ep::allclose(forward[{ep::slice(), i}], column, {.rtol = 1e-9, .atol = 1e-10})) << i;
  }
}
TEST(Jacobian, HasTheShapesOfResultAndArgument) {
  const auto f = [](Array x) { return outer(x, x[ep::slice(0, 2)]); };
  EXPECT_EQ(ep::jacfwd(f)(f64_of({1, 2, 3})).shape(), (ep::Shape{3, 2, 3}));
  EXPECT_TRUE(ep::allclose(ep::jacfwd(f)(f64_of({1, 2, 3})), ep::jacrev(f)(f64_of({1, 2, 3}))));
  EXPECT_EQ(said_by_us(ep::jacfwd([](Array x) { return x * x; })(3.0)), "f32[] 6.0");
  EXPECT_EQ(said_by_us(ep::jacrev([](Array x) { return x * x; })(3.0)), "f32[] 6.0");
  EXPECT_EQ(ep::jacrev([](Array x) { return sum(x); })(ep::zeros({0, 3})).shape(), (ep::Shape{0, 3}));
  EXPECT_EQ(said_by_us(ep::jacrev([](Array x) { return zeros_like(x); })(f64_of({1, 2}))), "f64[2,2] [[0. 0.]\n [0. 0.]]");
}
TEST(Jacobian, OfTrees) {
  const auto into = [](Pair p) { return p.x * sum(p.y[0]) + p.index; };
  const Pair j = ep::jacrev(into)(pair()), k = ep::jacfwd(into)(pair());
  EXPECT_EQ(said_by_us(j.x), "f64[2,2] [[7. 0.]\n [0. 7.]]");
  EXPECT_EQ(said_by_us(j.y[0]), "f64[2,2] [[1. 1.]\n [2. 2.]]");
  EXPECT_TRUE(j.index.is_nothing());
  EXPECT_TRUE(ep::equal(j, k));
  const auto out = ep::jacfwd([](Array x) { return std::pair{2 * x, sum(x)}; })(f64_of({1, 2}));
  EXPECT_EQ(said_by_us(out.first), "f64[2,2] [[2. 0.]\n [0. 2.]]");
  EXPECT_EQ(said_by_us(out.second), "f64[2] [1. 1.]");
}

TEST(Hessian, IsSymmetricAndThatOfDifferences) {
  const auto f = [](Array x) { return sin(x[0] * x[1]) + exp(x[2]) * x[0] * x[0] + x[1] * x[2]; };
  const Array x = f64_of({0.3, -0.8, 0.5});
  const Array h = ep::hessian(f)(x);
  EXPECT_EQ(h.shape(), (ep::Shape{3, 3}));
  EXPECT_TRUE(ep::allclose(h, h.T(), {.rtol = 1e-13, .atol = 1e-15}));
  EXPECT_TRUE(ep::allclose(h, ep::jacrev(ep::grad(f))(x), {.rtol = 1e-13, .atol = 1e-15}));
  EXPECT_TRUE(ep::allclose(h, ep::jacrev(ep::jacfwd(f))(x), {.rtol = 1e-13, .atol = 1e-15}));
  for (int i = 0; i < 3; ++i) {
    const Array e = ep::one_hot(i, 3, {.dtype = f64}) * 1e-4;
    const Array row = (ep::grad(f)(x + e) - ep::grad(f)(x - e)) / 2e-4;
    EXPECT_TRUE(ep::allclose(h[i], row, {.rtol = 1e-7, .atol = 1e-8})) << i;
    EXPECT_TRUE(ep::allclose(ep::hvp(f, x, e * 1e4), h[i], {.rtol = 1e-13, .atol = 1e-15})) << i;
  }
  EXPECT_EQ(said_by_us(ep::hessian([](Array x) { return x * x * x; })(2.0)), "f32[] 12.0");
  EXPECT_EQ(said_by_us(ep::hvp([](Array x) { return x * x * x; }, 2.0, 0.5)), "f32[] 6.0");
}
TEST(Hvp, OfTrees) {
  const auto f = [](std::pair<Array, Array> p) { return sum(p.first * p.first * p.second); };
  const std::pair x{f64_of({1, 2}), f64_of({3, 4})}, v{f64_of({1, 0}), f64_of({0, 1})};
  const auto product = ep::hvp(f, x, v);
  EXPECT_EQ(said_by_us(product.first), "f64[2] [6. 4.]");
  EXPECT_EQ(said_by_us(product.second), "f64[2] [2. 0.]");
}

TEST(EvalShape, ComputesNothing) {
  const auto f = [](Pair p, Array x) { return std::tuple{matmul(p.x, x), p.index > 0, p.y}; };
  const Pair shapes{ep::abstract({5, 2}, f64), {ep::abstract({})}, ep::abstract({3}, ep::i8)};
  const auto [product, flags, y] = ep::eval_shape(f, shapes, ep::abstract({2, 4}));
  EXPECT_EQ(ep::to_string(product), "f64[5,4]");
  EXPECT_TRUE(product.is_abstract());
  EXPECT_EQ(ep::to_string(flags), "bool[3]");
  EXPECT_EQ(ep::to_string(y[0]), "f32[]");
  EXPECT_THROW(ep::eval_shape(f, shapes, ep::abstract({3, 4})), ep::ShapeError);
  EXPECT_EQ(ep::to_string(ep::eval_shape([](Array x) { return x * 2; }, 1.0)), "f32[]");
}

}  // namespace
