// Differential equations whose solutions stand on paper, and derivatives of solutions against those and against differences. f64.
#include <gtest/gtest.h>

#include <cmath>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/stdlib/ode.h"
#include "says.h"

namespace ep = espalier;
namespace ode = ep::ode;

namespace {

using ep::Array, ep::f64, ep::test::expect_says;

Array d(double x) { return Array(x, f64); }
double value(const Array& x) { return x.item<double>(); }

// y' = -a y + cos(t), y(0) = 2: decay towards an oscillation, with its solution and the derivative by a.
Array decayed(Array a, Array ts, ode::OdeOptions o) {
  return ode::odeint([a](const Array& y, const Array& t) { return cos(t) - a * y; }, d(2), ts, o);
}
double solution(double a, double t) { return (a * std::cos(t) + std::sin(t)) / (1 + a * a) + (2 - a / (1 + a * a)) * std::exp(-a * t); }
double slope(double a, double t) {
  const double h = 1e-5;
  return (solution(a + h, t) - solution(a - h, t)) / (2 * h);
}
const Array times({0., 0.5, 0.7, 3.}, f64);

TEST(Odeint, FindsTheSolution) {
  for (double a : {0.3, 1.5, 8.}) {
    const Array ys = ep::jit([](Array v) { return decayed(v, times, {.rtol = 1e-10, .atol = 1e-10}); })(d(a)), at_once = decayed(d(a), times, {.rtol = 1e-10, .atol = 1e-10});
    for (int i = 0; i < 4; ++i) EXPECT_NEAR(value(ys[i]), solution(a, value(times[i])), 1e-8) << a;
    EXPECT_TRUE(ep::allclose(ys, at_once, {.rtol = 1e-9, .atol = 0}));
  }
  const Array back = ode::odeint([](const Array& y, const Array& t) { return cos(t) - 0.3 * y; }, d(solution(0.3, 3)), Array({3., 1., 0.}, f64), {.rtol = 1e-10, .atol = 1e-10});
  EXPECT_NEAR(value(back[1]), solution(0.3, 1), 1e-8);
  EXPECT_NEAR(value(back[2]), 2, 1e-8);
}

TEST(Odeint, IsDifferentiatedBothWays) {
  const ode::OdeOptions o{.rtol = 1e-10, .atol = 1e-10};
  const auto end = [&](Array a) { return decayed(a, times, o)[3]; };
  for (double a : {0.3, 1.5}) {
    EXPECT_NEAR(value(ep::jit(ep::grad(end))(d(a))), slope(a, 3), 1e-7) << a;
    EXPECT_NEAR(value(ep::jvp(end, d(a), d(1)).second), slope(a, 3), 1e-7) << a;
  }
  const Array all({0.3, 1.5}, f64);
  const auto slopes = ep::jit(ep::vmap(ep::grad(end)))(all).to_vector<double>();
  EXPECT_NEAR(slopes[0], slope(0.3, 3), 1e-7);
  EXPECT_NEAR(slopes[1], slope(1.5, 3), 1e-7);
  // By the start, and by the time at the end, which is the slope there.
  const auto of_both = ep::jit(ep::grad([&](Array y0, Array ts) { return ode::odeint([](const Array& y, const Array&) { return -y; }, y0, ts, o)[1]; }, ep::argnums<0, 1>))(d(2), Array({0., 1.5}, f64));
  EXPECT_NEAR(value(std::get<0>(of_both)), std::exp(-1.5), 1e-8);
  EXPECT_NEAR(value(std::get<1>(of_both)[1]), -2 * std::exp(-1.5), 1e-6);
}

// Halved steps make the error smaller by 2 to the power of the order.
TEST(Odeint, HasTheOrderOfItsMethod) {
  const struct {
    ode::Method method;
    double order;
  } rows[] = {{ode::euler, 1}, {ode::rk4, 4}, {ode::implicit_midpoint, 2}};
  for (const auto& [method, order] : rows) {
    const auto error = [&](std::int64_t steps) { return std::abs(value(decayed(d(1.5), times, {.method = method, .steps_per_interval = steps})[3]) - solution(1.5, 3)); };
    EXPECT_NEAR(std::log2(error(20) / error(40)), order, 0.15) << order;
    const auto end = [&](Array a) { return decayed(a, times, {.method = method, .steps_per_interval = 20})[3]; };
    const double h = 1e-5, wanted = (value(end(d(1.5 + h))) - value(end(d(1.5 - h)))) / (2 * h);
    EXPECT_NEAR(value(ep::jit(ep::grad(end))(d(1.5))), wanted, 1e-8) << order;
  }
}

struct Swing {
  Array angle, speed;
};
// The pendulum, a tree: its energy stays; the midpoint rule keeps that of a spring to the last digit.
TEST(Odeint, TakesTrees) {
  const auto swing = [](const Swing& s, const Array&) { return Swing{s.speed, -sin(s.angle)}; };
  const Swing ys = ep::jit([&](Swing s) { return ode::odeint(swing, s, Array({0., 1., 4.}, f64), {.rtol = 1e-10, .atol = 1e-10}); })(Swing{d(1), d(0)});
  EXPECT_EQ(ys.angle.shape(), ep::Shape{3});
  EXPECT_NEAR(value(square(ys.speed[2]) / 2 - cos(ys.angle[2])), -std::cos(1.), 1e-8);
  const auto spring = [](const Swing& s, const Array&) { return Swing{s.speed, -4 * s.angle}; };
  const Swing kept = ode::odeint(spring, Swing{d(1), d(0)}, Array({0., 10.}, f64), {.method = ode::implicit_midpoint, .steps_per_interval = 50});
  EXPECT_NEAR(value(square(kept.speed[1]) / 2 + 2 * square(kept.angle[1])), 2, 1e-12);
}

TEST(Odeint, EndsInNaNWhereStepsDoNotSuffice) {
  const Array ys = ode::odeint([](const Array& y, const Array&) { return y * y; }, d(1), Array({0., 0.5, 2.}, f64), {.max_steps = 60});  // a pole at 1
  EXPECT_NEAR(value(ys[1]), 2, 1e-5);
  EXPECT_TRUE(std::isnan(value(ys[2])));
  EXPECT_EQ(ode::odeint([](const Array& y, const Array&) { return -y; }, 1.0, Array{0., 1.}, {.rtol = 1e-5, .atol = 1e-5}).dtype(), ep::f32);
}

TEST(Dense, IsTheSolutionBetween) {
  const auto f = [](const Array& y, const Array& t) { return cos(t) - 0.3 * y; };
  const ode::OdeOptions o{.rtol = 1e-9, .atol = 1e-9, .max_steps = 100};
  const ode::Dense<Array> y = ep::jit([&](Array y0) { return ode::dense(f, y0, d(0), d(3), o); })(d(2));
  const Array ts({{0., 0.1, 0.77}, {1.5, 2.9, 3.}}, f64), ys = y(ts);
  EXPECT_EQ(ys.shape(), (ep::Shape{2, 3}));
  for (int i = 0; i < 6; ++i) EXPECT_NEAR(ravel(ys).to_vector<double>()[static_cast<std::size_t>(i)], solution(0.3, value(ravel(ts)[i])), 1e-6) << i;
  EXPECT_NEAR(value(y(1.0)), solution(0.3, 1), 1e-6);
  const auto back = ode::dense(f, d(solution(0.3, 3)), d(3), d(0), o);
  EXPECT_NEAR(value(back(0.25)), solution(0.3, 0.25), 1e-6);
  const auto middle = [&](Array a) { return ode::dense([a](const Array& v, const Array& t) { return cos(t) - a * v; }, d(2), d(0), d(3), o)(1.7); };
  EXPECT_NEAR(value(ep::jit(ep::grad(middle))(d(0.3))), slope(0.3, 1.7), 1e-5);
}

TEST(Ode, SaysWhatIsWrong) {
  const auto f = [](const Array& y, const Array&) { return y; };
  const Array ts{0., 1.};
  const char* file = "ode_test.cpp";
  expect_says<ep::ShapeError>([&] { (void)ode::odeint(f, 1., 2.); }, {file, "odeint", "times", "[]"});
  expect_says<ep::DTypeError>([&] { (void)ode::odeint(f, Array(std::vector<int>{1}), ts); }, {file, "odeint", "i32"});
  expect_says<ep::ArgumentError>([&] { (void)ode::odeint(f, 1., ts, {.max_steps = 0}); }, {file, "odeint", "max_steps is 0"});
  expect_says<ep::ArgumentError>([&] { (void)ode::odeint(f, 1., ts, {.steps_per_interval = -1}); }, {file, "odeint", "-1"});
  expect_says<ep::ArgumentError>([&] { (void)ode::odeint(f, 1., ts, {.rtol = 0, .atol = 0}); }, {file, "odeint", "rtol"});
  expect_says<ep::ShapeError>([&] { (void)ode::odeint([](const Array& y, const Array&) { return ep::stack({y, y}); }, 1., ts); }, {file, "odeint", "2 numbers", "1"});
  expect_says<ep::ArgumentError>([&] { (void)ode::dense(f, 1., 0., 1., {.method = ode::rk4}); }, {file, "dense", "dopri5"});
  expect_says<ep::ShapeError>([&] { (void)ode::dense(f, 1., ts, 1.); }, {file, "dense", "[2]"});
}

}  // namespace
