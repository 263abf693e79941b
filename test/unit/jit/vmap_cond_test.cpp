// Derivatives through a mapped cond or switch_: each example's is that of the branch it takes, whatever the others' would be
// there (infinite, or not a number). JAX's values.
#include <gtest/gtest.h>

#include <cmath>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "../numpy_rows.h"

namespace ep = espalier;

namespace {

using ep::Array;
using ep::numpy_rows::said_by_us;

// log where it has a value, else 0: its derivative at 0 and below is none of log's.
Array safe_log(Array x) {
  return ep::cond(x > 0, [](Array x) { return log(x); }, [](Array x) { return x * 0; }, x);
}
Array safe_root(Array x) {
  return ep::switch_((x > 0).as(ep::i32) + (x > 2), std::tuple{[](Array x) { return x * 0; }, [](Array x) { return sqrt(x); }, [](Array x) { return 1 / (x - 2); }}, x);
}
const Array& points() {
  static const Array x{1., 0., 4., -1.};
  return x;
}

const auto total = [](const auto& f) { return [f](Array x) { return sum(ep::vmap(f)(x)); }; };

TEST(VmapOfCond, HasTheGradientOfTheBranchTaken) {
  EXPECT_EQ(said_by_us(ep::vmap(safe_log)(Array{1., 0., -1.})), "f32[3] [ 0.  0. -0.]");
  EXPECT_EQ(said_by_us(ep::grad(total(safe_log))(points())), "f32[4] [1.   0.   0.25 0.  ]");
  EXPECT_EQ(said_by_us(ep::vmap(ep::grad(safe_log))(points())), "f32[4] [1.   0.   0.25 0.  ]");
  EXPECT_EQ(said_by_us(ep::jit(ep::grad(total(safe_log)))(points())), "f32[4] [1.   0.   0.25 0.  ]");
  EXPECT_EQ(said_by_us(ep::jit(ep::vmap(ep::grad(safe_log)))(points())), "f32[4] [1.   0.   0.25 0.  ]");
}
TEST(VmapOfSwitch, HasTheGradientOfTheBranchTaken) {
  // d sqrt(x) at 1, 0 at 0 and -1, -1/(x-2)^2 at 4; and at 2, where the third branch is infinite, d sqrt.
  const Array x{1., 0., 4., -1., 2.};
  const char* said = "f32[5] [ 0.5         0.         -0.25        0.          0.35355338]";
  EXPECT_EQ(said_by_us(ep::grad(total(safe_root))(x)), said);
  EXPECT_EQ(said_by_us(ep::vmap(ep::grad(safe_root))(x)), said);
  EXPECT_EQ(said_by_us(ep::jit(ep::grad(total(safe_root)))(x)), said);
  const auto clamped = [](Array i, Array x) {
    return ep::switch_(i, std::tuple{[](Array x) { return log(x); }, [](Array x) { return x * 0; }}, x);
  };
  const auto slope = ep::grad([&](Array x) { return sum(ep::vmap(clamped)(Array{-5, 7, 0, 1}, x)); });
  EXPECT_EQ(said_by_us(slope(Array{2., 0., 4., 0.})), "f32[4] [0.5  0.   0.25 0.  ]");
}
TEST(VmapOfCond, HasItsTangents) {
  const Array ones{1., 1., 1., 1.};
  EXPECT_EQ(said_by_us(ep::jvp(ep::vmap(safe_log), std::tuple{points()}, std::tuple{ones}).second), "f32[4] [1.   0.   0.25 0.  ]");
  EXPECT_EQ(said_by_us(ep::vmap([](Array x) { return ep::jvp(safe_log, std::tuple{x}, std::tuple{Array(1.f)}).second; })(points())), "f32[4] [1.   0.   0.25 0.  ]");
}
TEST(VmapOfCond, HasItsSecondDerivatives) {
  const char* said = "f32[4] [-1.      0.     -0.0625  0.    ]";
  EXPECT_EQ(said_by_us(ep::vmap(ep::grad(ep::grad(safe_log)))(points())), said);
  EXPECT_EQ(said_by_us(ep::grad(total(ep::grad(safe_log)))(points())), said);
  EXPECT_EQ(said_by_us(ep::grad([](Array x) { return sum(ep::grad(total(safe_log))(x)); })(points())), said);
  EXPECT_EQ(said_by_us(ep::jvp(ep::grad(total(safe_log)), std::tuple{points()}, std::tuple{Array{1., 1., 1., 1.}}).second), said);
  EXPECT_EQ(said_by_us(ep::jit(ep::grad([](Array x) { return sum(ep::grad(total(safe_log))(x)); }))(points())), said);
}
// A weight that no example owns, captured by a branch or passed to it: it gets what the examples that take the branch give.
TEST(VmapOfCond, HoldsBackSharedOperands) {
  const auto loss = [](Array w, Array x) {
    return sum(ep::vmap([&](Array x) {
      return ep::cond(x > 0, [&](Array x) { return log(x) * w; }, [](Array x) { return x * 0; }, x);
    })(x));
  };
  EXPECT_NEAR(ep::grad(loss)(Array(2.f), points()).item<double>(), std::log(4.0), 1e-6);
  EXPECT_NEAR(ep::jit(ep::grad(loss))(Array(2.f), points()).item<double>(), std::log(4.0), 1e-6);
  // w is divided by in the branch that no example takes.
  const auto never = [](Array w, Array x) {
    return sum(ep::vmap([](Array w, Array x) { return ep::cond(x > 100, [](Array w, Array x) { return x / w; }, [](Array w, Array x) { return w * x; }, w, x); }, {.in_axes = {ep::none, 0}})(w, x));
  };
  EXPECT_EQ(said_by_us(ep::grad(never)(Array(0.f), points())), "f32[] 4.0");
}
TEST(VmapOfCond, Nests) {
  const auto inner = [](Array x) { return ep::cond(x > 2, safe_log, [](Array x) { return ep::cond(x < 0, [](Array x) { return sqrt(-x); }, [](Array x) { return x * x; }, x); }, x); };
  const Array x{{3., 0., -4.}, {1., -1., 5.}};
  const auto slope = ep::grad([&](Array x) { return sum(ep::vmap(ep::vmap(inner))(x)); });
  EXPECT_EQ(said_by_us(slope(x)), said_by_us(Array{{1.f / 3, 0.f, -0.25f}, {2.f, -0.5f, 1.f / 5}}));
  EXPECT_EQ(said_by_us(ep::vmap(ep::grad([&](Array row) { return sum(ep::vmap(inner)(row)); }))(x)), said_by_us(slope(x)));
  // In the iterations of a loop.
  const auto rounds = [](Array x) { return ep::scan([](Array c, Array) { return std::pair{safe_log(c), c}; }, x, Array{1., 2.}).first; };
  EXPECT_EQ(said_by_us(ep::grad(total(rounds))(Array{std::exp(1.f), 1.f, 0.f, -1.f})), said_by_us(ep::vmap(ep::grad(rounds))(Array{std::exp(1.f), 1.f, 0.f, -1.f})));
  for (const float d : ep::grad(total(rounds))(Array{std::exp(1.f), 1.f, 0.f, -1.f}).to_vector<float>()) EXPECT_TRUE(std::isfinite(d));
}
// Without a derivative the program has none of these selections: it multiplies with a shared weight once.
TEST(VmapOfCond, CostsNothingForward) {
  const auto f = [](Array w, Array x) {
    return ep::vmap([&](Array x) { return ep::cond(sum(x) > 0, [&](Array x) { return matmul(x, w); }, [](Array x) { return x * 2; }, x); })(x);
  };
  const std::string text = ep::jit(f).lower(ep::abstract({3, 3}), ep::abstract({5, 3})).text();
  EXPECT_EQ(text.find("bitcast"), std::string::npos) << text;
  EXPECT_EQ(text.find("f32[5,3,3]"), std::string::npos) << text;
  const Array w{{1., 2., 3.}, {4., 5., 6.}, {7., 8., 9.}}, x{{1., 0., 0.}, {-1., 0., 0.}};
  EXPECT_EQ(said_by_us(ep::jit(f)(w, x)), "f32[2,3] [[ 1.  2.  3.]\n [-2.  0.  0.]]");
  EXPECT_EQ(said_by_us(f(w, x)), "f32[2,3] [[ 1.  2.  3.]\n [-2.  0.  0.]]");
}

}  // namespace
