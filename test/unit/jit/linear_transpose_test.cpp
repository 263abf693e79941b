// The transposes of linear functions, eager and jitted.
#include "../numpy_rows.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

#include <gtest/gtest.h>

namespace ep = espalier;

namespace {

using ep::Array;
using ep::f64;
using ep::numpy_rows::f64_of;
using ep::numpy_rows::said_by_us;

// ⟨ȳ, f(x)⟩ = ⟨fᵀ(ȳ), x⟩ for what f is linear in, whatever it is made of.
TEST(LinearTranspose, IsTheAdjoint) {
  const Array w = reshape(f64_of({1, -2, 3, 0.5, 4, -1}), {2, 3});
  const auto adjoint = [](const auto& f, const Array& x, const Array& ct) {
    const Array forward = sum(f(x) * ct), back = sum(ep::linear_transpose(f, ep::abstract(x.shape(), f64))(ct) * x);
    EXPECT_TRUE(ep::allclose(forward, back, {.rtol = 1e-14})) << ep::to_string(forward) << " and " << ep::to_string(back);
  };
  const Array x = f64_of({0.3, -0.7, 1.1}), two = f64_of({2, -3});
  adjoint([&](Array v) { return matmul(w, v); }, x, two);
  adjoint([](Array v) { return ep::where(Array{true, false, true}, v, 2 * v) - cumsum(v); }, x, f64_of({1, 2, 3}));
  adjoint([](Array v) { return ep::concatenate({v, -v, ep::zeros({2}, f64)}); }, x, f64_of({1, 2, 3, 4, 5, 6, 7, 8}));
  adjoint([&](Array v) { return ep::jit([&](Array u) { return matmul(w, u) / 3; })(v); }, x, two);
  adjoint([](Array v) { return ep::cond(true, [](Array a) { return a * 2; }, [](Array a) { return ep::zeros_like(a); }, v); }, x, f64_of({1, 2, 3}));
  adjoint([&](Array v) { return ep::scan([&](Array c, Array row) { return std::pair{c + row * v, sum(row * c)}; }, ep::zeros({3}, f64), w).second; }, x, two);
}
TEST(LinearTranspose, NestsAndTakesTrees) {
  const Array w = reshape(f64_of({1, 2, 3, 4}), {2, 2});
  const auto f = [&](std::pair<Array, Array> p, Array q) { return std::pair{matmul(w, p.first) + q, p.second * 3}; };
  const auto shape = ep::abstract({2}, f64);
  const auto [p, q] = ep::linear_transpose(f, std::pair{shape, shape}, shape)(std::pair{f64_of({1, 10}), f64_of({5, 7})});
  EXPECT_EQ(said_by_us(p.first), "f64[2] [31. 42.]");
  EXPECT_EQ(said_by_us(p.second), "f64[2] [15. 21.]");
  EXPECT_EQ(said_by_us(q), "f64[2] [ 1. 10.]");
  const auto back = [&](Array ct) { return ep::linear_transpose([&](Array v) { return matmul(w, v); }, shape)(ct); };
  EXPECT_EQ(said_by_us(ep::jit(back)(f64_of({1, 10}))), "f64[2] [31. 42.]");
  EXPECT_EQ(said_by_us(ep::vmap(back)(w)), "f64[2,2] [[ 7. 10.]\n [15. 22.]]");
  EXPECT_EQ(said_by_us(ep::grad([&](Array ct) { return sum(back(ct)); })(f64_of({1, 10}))), "f64[2] [3. 7.]");
  const auto twice = ep::linear_transpose(back, shape);
  EXPECT_EQ(said_by_us(twice(f64_of({1, 10}))), "f64[2] [21. 43.]") << "the transpose of the transpose";
}
TEST(LinearTranspose, RefusesWhatIsNotLinear) {
  const Array x = f64_of({1, 2});
  const auto refused = [&](const auto& f) -> std::string {
    try {
      (void)ep::linear_transpose(f, x)(f(x));
    } catch (const ep::DifferentiationError& error) {
      EXPECT_NE(std::string(error.what()).find("linear_transpose_test.cpp"), std::string::npos) << error.what();
      return error.op;
    }
    return "accepted";
  };
  EXPECT_EQ(refused([](Array v) { return sin(v); }), "sin");
  EXPECT_EQ(refused([](Array v) { return v * v; }), "mul");
  EXPECT_EQ(refused([](Array v) { return v + 1; }), "add");
  EXPECT_EQ(refused([](Array v) { return ep::where(v > 0, v, 1.0); }), "select");
  EXPECT_EQ(refused([](Array v) { return ep::concatenate({v, ep::ones({1}, f64)}); }), "concatenate");
  EXPECT_EQ(refused([](Array v) { return ep::pad(v, 1, {.value = 2}); }), "pad");
  EXPECT_EQ(refused([](Array v) { return ep::ones_like(v); }), "linear_transpose");
  EXPECT_EQ(refused([](Array v) { return ep::scan([&](Array c) { return std::pair{c + v, c}; }, ep::ones({2}, f64), ep::none, {.length = 3}).first; }), "add");
  EXPECT_EQ(refused([](Array v) { return ep::cond(true, [](Array a) { return a; }, [](Array a) { return ep::ones_like(a); }, v); }), "cond");
  EXPECT_THROW((void)ep::linear_transpose([](Array v) { return v; }, Array{1, 2}), ep::DifferentiationError);
}

}  // namespace
