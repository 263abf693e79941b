// Masks, infinities and empty axes: what functions and their derivatives give where a formula taken literally has none. Rows are
// jax.nn's and jax.lax's (0.10.2) unless a comment says otherwise; all hold evaluated and compiled.
#include <gtest/gtest.h>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

namespace {

using namespace espalier;
using Doubles = std::vector<double>;

void expect_near(const Array& got, const Doubles& wanted, const char* what) {
  const auto values = got.to_vector<double>();
  ASSERT_EQ(values.size(), wanted.size()) << what << ": " << got;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (std::isfinite(wanted[i])) EXPECT_NEAR(values[i], wanted[i], 1e-6) << what << ": " << got;
    else if (std::isnan(wanted[i])) EXPECT_TRUE(std::isnan(values[i])) << what << ": " << got;
    else EXPECT_EQ(values[i], wanted[i]) << what << ": " << got;
  }
}
/// f of x, and the derivative of f(x)[at], both at once and compiled.
template <class F> void expect_both(const char* what, const F& f, const Array& x, const Doubles& wanted, int at, const Doubles& slope) {
  expect_near(f(x), wanted, what);
  expect_near(jit(f)(x), wanted, what);
  const auto one = [&](Array v) { return f(v)[at]; };
  expect_near(grad(one)(x), slope, what);
  expect_near(jit(grad(one))(x), slope, what);
}

constexpr double inf = INFINITY;

TEST(Softmax, OfMasks) {
  const Array x{1., 2., 4.}, none{false, false, false}, some{true, false, true};
  const auto p = [](Array mask) { return [mask](Array v) { return softmax(v, {.where = mask}); }; };
  const auto log_p = [](Array mask) { return [mask](Array v) { return log_softmax(v, {.where = mask}); }; };
  expect_both("softmax of none", p(none), x, {0, 0, 0}, 0, {0, 0, 0});
  expect_both("softmax of some", p(some), x, {0.0474259, 0, 0.9525741}, 0, {0.0451766, 0, -0.0451766});
  expect_both("log_softmax of none", log_p(none), x, {-inf, -inf, -inf}, 0, {0, 0, 0});
  expect_both("log_softmax of some", log_p(some), x, {-3.0485874, -inf, -0.0485874}, 0, {0.9525741, 0, -0.9525741});
  // What is left out may be anything.
  expect_both("softmax beside NaN", p(some), Array{1., NAN, 4.}, {0.0474259, 0, 0.9525741}, 0, {0.0451766, 0, -0.0451766});
  const Array rows = softmax(Array{{1., 2.}, {3., 4.}}, {.where = Array{{true, true}, {false, false}}});
  expect_near(rows, {0.2689414, 0.7310586, 0, 0}, "a row of none");
}

TEST(Softmax, OfEmptyAxes) {
  for (const auto& f : {+[](Array x) { return softmax(x); }, +[](Array x) { return log_softmax(x); }}) {
    EXPECT_EQ(f(zeros({2, 0})).shape(), (Shape{2, 0}));
    EXPECT_EQ(f(zeros({0, 3})).shape(), (Shape{0, 3}));
    EXPECT_EQ(jit(f)(zeros({2, 0})).shape(), (Shape{2, 0}));
    EXPECT_EQ(grad([&](Array x) { return sum(f(x)); })(zeros({2, 0})).shape(), (Shape{2, 0}));
  }
  EXPECT_EQ(softmax(zeros({2, 0}), {.where = zeros({2, 0}, bool_)}).shape(), (Shape{2, 0}));
  expect_near(logsumexp(zeros({2, 0}), 1), {-inf, -inf}, "logsumexp");
}

TEST(Logsumexp, LeavesOutWhatWeighsNothing) {
  expect_near(logsumexp(Array{inf, 1.}, {.b = {0., 1.}}), {1}, "an infinity");
  expect_near(logsumexp(Array{NAN, 1.}, {.b = {0., 2.}}), {1 + std::log(2.0)}, "NaN");
  expect_near(grad([](Array x) { return logsumexp(x, {.b = Array{0., 2., 2.}}); })(Array{inf, 1., 1.}), {0, 0.5, 0.5}, "its derivative");
}

// JAX has NaN for the derivative after a minus infinity; right are the shares of a softmax over what came so far.
TEST(Cumlogsumexp, HasDerivativesAfterInfinities) {
  const auto f = [](Array x) { return cumlogsumexp(x); };
  const auto back = [](Array x) { return cumlogsumexp(x, {.reverse = true}); };
  const double ln2 = std::log(2.0);
  expect_both("after -inf", f, Array{-inf, -inf, 0., 0.}, {-inf, -inf, 0, ln2}, 3, {0, 0, 0.5, 0.5});
  expect_both("up to -inf", back, Array{0., 0., -inf, -inf}, {ln2, 0, -inf, -inf}, 0, {0.5, 0.5, 0, 0});
  expect_both("between", f, Array{0., -inf, 0.}, {0, 0, ln2}, 2, {0.5, 0, 0.5});
  expect_both("beside inf", f, Array{0., inf, 1.}, {0, inf, inf}, 2, {0, 1, 0});
  expect_both("equal numbers", f, Array{1., 1., 1., 1.}, {1, 1 + ln2, 1 + std::log(3.0), 1 + 2 * ln2}, 3, {0.25, 0.25, 0.25, 0.25});
  const Array curved = hessian([](Array x) { return cumlogsumexp(x)[2]; })(Array{-inf, 0., 0.});
  expect_near(curved, {0, 0, 0, 0, 0.25, -0.25, 0, -0.25, 0.25}, "the second derivative");
}

TEST(Norm, OfNothingIsZeroWithDerivativeZero) {
  for (double ord : {0., 1., 2., 3.}) {
    const auto f = [ord](Array x) { return norm(x, {.ord = ord, .axis = 0}); };
    const auto [value, slope] = jvp(f, zeros({0, 2}), ones({0, 2}));
    expect_near(value, {0, 0}, "norm");
    expect_near(slope, {0, 0}, "its derivative");
  }
  EXPECT_EQ(grad([](Array x) { return norm(x); })(zeros({0})).shape(), Shape(0));
  const auto [value, slope] = jvp([](Array x) { return norm(x); }, zeros({0}), zeros({0}));
  EXPECT_EQ(slope.item<float>(), 0);
}

// NumPy floors: -0.5 is -1.
TEST(Linspace, ToIntegersIsRoundedDown) {
  EXPECT_EQ(linspace(-1, 1, 5, {.dtype = i32}).to_vector<int>(), (std::vector<int>{-1, -1, 0, 0, 1}));
  EXPECT_EQ(linspace(-3.7, 2.2, 4, {.dtype = i32}).to_vector<int>(), (std::vector<int>{-4, -2, 0, 2}));
  EXPECT_EQ(linspace(0, -5, 4, {.endpoint = false, .dtype = i64}).to_vector<int>(), (std::vector<int>{0, -2, -3, -4}));
}

}  // namespace
