// A solver whose steps are as long as its error allows, written as a user would: a while loop of real size. Its results and its
// derivatives are those of the solutions that mathematics knows.
#include <gtest/gtest.h>

#include <cmath>

#include "espalier/espalier.h"

namespace {

using namespace espalier;

struct State {
  Array t, h, y;
};

/// y(end) of y' = f(t, y), y(0) = y0, to a relative and absolute tolerance per step: J. R. Dormand and P. J. Prince, "A family of
/// embedded Runge-Kutta formulae", 1980.
template <class F> Array solved(const F& f, Array y0, Array end, double tolerance) {
  const auto body = [&](State s) {
    const Array h = minimum(s.h, end - s.t);
    const Array k1 = f(s.t, s.y);
    const Array k2 = f(s.t + h / 5, s.y + h * (k1 / 5));
    const Array k3 = f(s.t + h * (3. / 10), s.y + h * (k1 * (3. / 40) + k2 * (9. / 40)));
    const Array k4 = f(s.t + h * (4. / 5), s.y + h * (k1 * (44. / 45) - k2 * (56. / 15) + k3 * (32. / 9)));
    const Array k5 = f(s.t + h * (8. / 9), s.y + h * (k1 * (19372. / 6561) - k2 * (25360. / 2187) + k3 * (64448. / 6561) - k4 * (212. / 729)));
    const Array k6 = f(s.t + h, s.y + h * (k1 * (9017. / 3168) - k2 * (355. / 33) + k3 * (46732. / 5247) + k4 * (49. / 176) - k5 * (5103. / 18656)));
    const Array next = s.y + h * (k1 * (35. / 384) + k3 * (500. / 1113) + k4 * (125. / 192) - k5 * (2187. / 6784) + k6 * (11. / 84));
    const Array k7 = f(s.t + h, next);
    const Array error = h * (k1 * (71. / 57600) - k3 * (71. / 16695) + k4 * (71. / 1920) - k5 * (17253. / 339200) + k6 * (22. / 525) - k7 * (1. / 40));
    const Array size = max(abs(error) / (tolerance * (1 + maximum(abs(s.y), abs(next)))));
    const Array grown = h * clip(0.9 * pow(maximum(size, 1e-10), -0.2), 0.2, 5.);
    const Array fits = size <= 1;
    return State{where(fits, s.t + h, s.t), grown, where(fits, next, s.y)};
  };
  return while_loop([&](State s) { return s.t < end; }, body, State{zeros({}, f64), full({}, 0.05, f64), y0}, {.max_steps = 400}).y;
}

// y' = -a y + cos(t): decay towards an oscillation, with its solution and the derivative by a.
Array decayed(Array a) {
  return solved([&](Array t, Array y) { return cos(t) - a * y; }, Array({2.}, f64), Array(3., f64), 1e-10)[0];
}
double solution(double a, double t) { return (a * std::cos(t) + std::sin(t)) / (1 + a * a) + (2 - a / (1 + a * a)) * std::exp(-a * t); }
double slope(double a, double t) {
  const double d = 1 + a * a;
  return (std::cos(t) * d - 2 * a * (a * std::cos(t) + std::sin(t))) / (d * d) - (1 - a * a) / (d * d) * std::exp(-a * t) - t * (2 - a / d) * std::exp(-a * t);
}

TEST(DormandPrince, FindsTheSolution) {
  for (double a : {0.3, 1.5, 8.}) {
    EXPECT_NEAR(decayed(Array(a, f64)).item<double>(), solution(a, 3), 1e-8) << a;
    EXPECT_NEAR(jit(decayed)(Array(a, f64)).item<double>(), solution(a, 3), 1e-8) << a;
  }
}

// Steps that were refused, and their lengths, which depend on the parameter, take part in the derivative.
TEST(DormandPrince, IsDifferentiatedBothWays) {
  for (double a : {0.3, 1.5, 8.}) {
    const Array at(a, f64);
    EXPECT_NEAR(grad(decayed)(at).item<double>(), slope(a, 3), 1e-7) << a;
    EXPECT_NEAR(jit(grad(decayed))(at).item<double>(), slope(a, 3), 1e-7) << a;
    EXPECT_NEAR(jvp(decayed, std::tuple{at}, std::tuple{Array(1., f64)}).second.item<double>(), slope(a, 3), 1e-7) << a;
  }
}

// Each example takes its own steps.
TEST(DormandPrince, IsBatched) {
  const Array all({0.3, 1.5, 8.}, f64);
  const auto values = jit(vmap(decayed))(all).to_vector<double>(), slopes = jit(vmap(grad(decayed)))(all).to_vector<double>();
  for (std::size_t i = 0; i < 3; ++i) {
    const double a = all.to_vector<double>()[i];
    EXPECT_NEAR(values[i], solution(a, 3), 1e-8) << a;
    EXPECT_NEAR(slopes[i], slope(a, 3), 1e-7) << a;
  }
}

// The pendulum's energy stays what it is, and its derivative by the angle at the start is that of differences.
TEST(DormandPrince, SolvesSystems) {
  const auto swung = [](Array angle) {
    const auto f = [](Array, Array y) { return stack({y[1], -sin(y[0])}); };
    return solved(f, stack({angle, zeros({}, f64)}), Array(4., f64), 1e-10);
  };
  const Array y = jit(swung)(Array(1., f64));
  const double angle = y[0].item<double>(), speed = y[1].item<double>();
  EXPECT_NEAR(speed * speed / 2 - std::cos(angle), -std::cos(1.), 1e-8);
  const auto end = jit([&](Array a) { return swung(a)[0]; });
  const double h = 1e-4, expected = (end(Array(1 + h, f64)).item<double>() - end(Array(1 - h, f64)).item<double>()) / (2 * h);
  EXPECT_NEAR(jit(grad([&](Array a) { return swung(a)[0]; }))(Array(1., f64)).item<double>(), expected, 1e-6);
}

}  // namespace
