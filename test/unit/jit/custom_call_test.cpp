// custom_call: a C function inside of programs, under every transform.
#include <gtest/gtest.h>

#include <algorithm>
#include <complex>
#include <cstdint>

#include "espalier/dsl/debug.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

namespace ep = espalier;

namespace {

using ep::Array;
using ep::f64;

int calls = 0;
// Three doubles: x y and x + y.
void product_and_sum(void* const* results, const void* const* operands) {
  ++calls;
  const auto *x = static_cast<const double*>(operands[0]), *y = static_cast<const double*>(operands[1]);
  auto *product = static_cast<double*>(results[0]), *sum = static_cast<double*>(results[1]);
  for (int i = 0; i < 3; ++i) product[i] = x[i] * y[i], sum[i] = x[i] + y[i];
}
std::pair<Array, Array> both(Array x, Array y) {
  const Array like = ep::abstract({3}, f64);
  return ep::custom_call("both", product_and_sum, std::pair{like, like}, x, y);
}
// Three doubles: the cubes.
void cube(void* const* results, const void* const* operands) {
  const auto* x = static_cast<const double*>(operands[0]);
  std::transform(x, x + 3, static_cast<double*>(results[0]), [](double v) { return v * v * v; });
}
void cube_one(void* const* results, const void* const* operands) {
  const double v = *static_cast<const double*>(operands[0]);
  *static_cast<double*>(results[0]) = v * v * v;
}

Array three(double a, double b, double c) { return Array({a, b, c}, f64); }
void expect_same(const Array& ours, const Array& wanted) { EXPECT_TRUE(ep::allclose(ours, wanted, {.rtol = 1e-13})) << ours << " is not " << wanted; }

TEST(CustomCall, GivesWhatTheFunctionWrites) {
  const Array x = three(1, 2, 3), y = three(4, 5, 6);
  for (const auto& [product, sum] : {both(x, y), ep::jit(both)(x, y)}) {
    expect_same(product, x * y);
    expect_same(sum, x + y);
  }
  expect_same(ep::jit([](Array a, Array b) { return both(a * 2, ep::flip(b)).first + 1; })(x, y), x * 2 * ep::flip(y) + 1);
}

TEST(CustomCall, IsPure) {
  const auto f = ep::jit([](Array x) { return both(x, x).first + both(x, x).second; });
  const auto unread = ep::jit([](Array x) {
    (void)both(x, x);
    return x;
  });
  calls = 0;
  expect_same(f(three(1, 2, 3)), three(3, 8, 15));
  EXPECT_EQ(calls, 1) << "equal calls are one";
  (void)unread(three(1, 2, 3));
  EXPECT_EQ(calls, 1) << "and nothing reads its result";
}

TEST(CustomCall, StandsInLoopsAndUnderVmap) {
  const auto f = [](Array x) { return ep::custom_call("cube", cube_one, ep::abstract({}, f64), x); };
  expect_same(ep::vmap(f)(three(1, 2, 3)), three(1, 8, 27));
  expect_same(ep::jit(ep::vmap(f))(three(1, 2, 3)), three(1, 8, 27));
  const Array table = ep::stack({three(1, 2, 3), three(4, 5, 6)});
  expect_same(ep::jit(ep::vmap(ep::vmap(f)))(table), table * table * table);
  expect_same(ep::jit(ep::vmap(ep::vmap(f), {.in_axes = 1}))(table), ep::transpose(table * table * table));
  expect_same(ep::jit([&](Array x) { return ep::fori_loop(0, 2, [&](Array, Array c) { return f(c); }, x); })(Array(1.1, f64)), ep::pow(Array(1.1, f64), 9));
  expect_same(ep::vmap([](Array x, Array y) { return both(x, y).first; }, {.in_axes = {0, ep::none}})(table, three(1, 2, 3)), table * three(1, 2, 3));
}

TEST(CustomCall, HasTheDerivativeOfItsRule) {
  const auto by_jvp = [](Array x) {
    return ep::custom_call("cube", cube, ep::abstract({3}, f64), x, ep::custom_rules{.jvp = [](Array v, Array dv) { return std::pair{v * v * v, 3.0 * v * v * dv}; }});
  };
  const auto by_vjp = [](Array x) {
    return ep::custom_call("cube", cube, ep::abstract({3}, f64), x, ep::custom_rules{.vjp = [](Array v, Array g) { return 3.0 * v * v * g; }});
  };
  const Array x = three(1, 2, -3), h = three(1e-6, 1e-6, 1e-6);
  const auto total = [](auto f) { return [f](Array v) { return sum(sin(f(v))); }; };
  for (const auto& gradient : {ep::grad(total(by_jvp))(x), ep::jit(ep::grad(total(by_jvp)))(x), ep::grad(total(by_vjp))(x), ep::jit(ep::grad(total(by_vjp)))(x), ep::grad(ep::jit(total(by_vjp)))(x)}) {
    expect_same(gradient, cos(x * x * x) * 3.0 * x * x);
    const Array differences = (sin(by_jvp(x + h)) - sin(by_jvp(x - h))) / 2e-6;
    EXPECT_TRUE(ep::allclose(gradient, differences, {.rtol = 1e-6})) << gradient << differences;
  }
  expect_same(ep::jvp(by_jvp, x, x).second, 3.0 * x * x * x);
  expect_same(by_vjp(x), x * x * x);
  EXPECT_THROW((void)ep::jvp(by_vjp, x, x), ep::DifferentiationError);
  const auto one = [](Array v) { return ep::custom_call("cube", cube_one, ep::abstract({}, f64), v, ep::custom_rules{.jvp = [](Array v, Array dv) { return std::pair{v * v * v, 3.0 * v * v * dv}; }}); };
  expect_same(ep::jit(ep::vmap(ep::grad(one)))(x), 3.0 * x * x);
  expect_same(ep::vmap(ep::grad(ep::grad(one)))(x), 6.0 * x);
}

TEST(CustomCall, OfSeveralArgumentsHasARuleOfSeveral) {
  const auto f = [](Array x, Array y) {
    const Array like = ep::abstract({3}, f64);
    return ep::custom_call("both", product_and_sum, std::pair{like, like}, x, y, ep::custom_rules{.vjp = [](Array x, Array y, std::pair<Array, Array> g) { return std::tuple{y * g.first + g.second, x * g.first + g.second}; }});
  };
  const auto loss = [&](Array x, Array y) {
    const auto [product, total] = f(x, y);
    return sum(product * 2) + sum(total);
  };
  const auto [gx, gy] = ep::jit(ep::grad(loss, ep::argnums<0, 1>))(three(1, 2, 3), three(4, 5, 6));
  expect_same(gx, three(9, 11, 13));
  expect_same(gy, three(3, 5, 7));
}

TEST(CustomCall, WithoutARuleHasNone) {
  const auto f = [](Array x) { return sum(ep::custom_call("cube", cube, ep::abstract({3}, f64), x)); };
  EXPECT_THROW((void)ep::grad(f)(three(1, 2, 3)), ep::DifferentiationError);
  expect_same(ep::grad([&](Array x) { return f(ep::stop_gradient(x)) + sum(x); })(three(1, 2, 3)), three(1, 1, 1));
}

void conjugated(void* const* results, const void* const* operands) {
  const auto* z = static_cast<const std::complex<double>*>(operands[0]);
  const auto* w = static_cast<const std::complex<float>*>(operands[1]);
  for (int i = 0; i < 2; ++i) {
    static_cast<std::complex<double>*>(results[0])[i] = std::conj(z[i]);
    static_cast<std::complex<float>*>(results[1])[i] = std::conj(w[i]);
    static_cast<bool*>(results[2])[i] = z[i].real() > 0;
  }
}
TEST(CustomCall, ReadsAndWritesComplexNumbers) {
  const auto f = [](Array z, Array w) {
    return ep::custom_call("conjugated", conjugated, std::tuple{ep::abstract({2}, ep::c128), ep::abstract({2}, ep::c64), ep::abstract({2}, ep::bool_)}, z * 2, w);
  };
  using C = std::complex<double>;
  const Array z = Array({C(1, 2), C(-3, 4)}, ep::c128), w = Array({C(5, 6), C(7, -8)}, ep::c64);
  for (const auto& [a, b, positive] : {f(z, w), ep::jit(f)(z, w)}) {
    EXPECT_EQ(ep::to_string(a), ep::to_string(ep::conj(z * 2)));
    EXPECT_EQ(ep::to_string(b), ep::to_string(ep::conj(w)));
    EXPECT_EQ(ep::to_string(positive), "[ True False]");
  }
}

void fails(void* const*, const void* const*) { throw std::out_of_range("mine"); }
TEST(CustomCall, ThatThrowsEndsTheCall) {
  const auto f = [](Array x) {
    const Array y = ep::custom_call("fails", fails, ep::abstract({}, ep::f32), x);
    ep::debug::callback([](Array) { ADD_FAILURE() << "nothing acts any more"; }, y);
    return y;
  };
  EXPECT_THROW((void)ep::jit(f)(Array(1.0f)), std::out_of_range);
  EXPECT_THROW((void)f(Array(1.0f)), std::out_of_range);
}

TEST(CustomCall, RefusesWhatIsNoFunction) {
  EXPECT_THROW((void)ep::custom_call("none", nullptr, ep::abstract({}, ep::f32), Array(1.0f)), ep::ArgumentError);
  EXPECT_THROW((void)ep::custom_call("", cube, ep::abstract({}, ep::f32), Array(1.0f)), ep::ArgumentError);
}

TEST(CustomCall, MayTakeDonatedMemory) {
  const auto f = ep::jit([](Array x) { return ep::custom_call("cube", cube, ep::abstract({3}, f64), x * 2.0); });
  Array x = three(1, 2, 3);
  expect_same(f(std::move(x)), three(8, 64, 216));
}

}  // namespace
