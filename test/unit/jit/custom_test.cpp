// custom_jvp and custom_vjp: the rule is what is differentiated, wherever the function stands.
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "../numpy_rows.h"

#include <gtest/gtest.h>

namespace ep = espalier;

namespace {

using ep::Array;
using ep::f64;
using ep::numpy_rows::f64_of;
using ep::numpy_rows::said_by_us;

// log(1 + exp(x)): its derivative by the chain rule is inf / inf for large x, by the rule it is right.
Array log1pexp(Array x) {
  return ep::custom_jvp([](Array x) { return log(1.0 + exp(x)); }, [](Array x, Array dx) { return std::pair{log(1.0 + exp(x)), (1.0 - 1.0 / (1.0 + exp(x))) * dx}; })(x);
}
// The identity, whose cotangent is clipped.
Array clipped(Array x, double bound) {
  return ep::custom_vjp([](Array x) { return x; }, [](Array x) { return std::pair{x, std::tuple<>()}; }, [bound](std::tuple<>, Array g) { return ep::clip(g, -bound, bound); })(x);
}

TEST(CustomJvp, IsUsedInPlaceOfTheDerivative) {
  const auto loss = [](Array x) { return sum(log1pexp(x)); };
  const Array x = f64_of({-3, 0, 2, 1000});
  EXPECT_TRUE(ep::allclose(ep::grad(loss)(x), ep::sigmoid(x), {.rtol = 1e-14}));
  EXPECT_TRUE(ep::allclose(ep::jvp(log1pexp, x, x * 2).second, ep::sigmoid(x) * x * 2, {.rtol = 1e-14}));
  const Array small = f64_of({-1, 0.5, 2});
  EXPECT_TRUE(ep::allclose(ep::grad([&](Array v) { return sum(ep::grad(loss)(v)); })(small), ep::sigmoid(small) * (1.0 - ep::sigmoid(small)), {.rtol = 1e-12})) << "the rule has a derivative of its own";
  EXPECT_TRUE(ep::allclose(log1pexp(small), log(1.0 + exp(small)), {.rtol = 1e-15})) << "outside of a trace the function itself is called";
  EXPECT_TRUE(ep::allclose(ep::jit(log1pexp)(small), log(1.0 + exp(small)), {.rtol = 1e-14}));
}

// A rule that is no derivative shows where it was asked: three times the tangent.
Array tripled(Array x) {
  return ep::custom_jvp([](Array x) { return sin(x); }, [](Array x, Array dx) { return std::pair{sin(x), 3.0 * dx}; })(x);
}
TEST(CustomJvp, NestsInEveryTransform) {
  const Array x = f64_of({1, 2, 3}), threes = f64_of({3, 3, 3});
  const auto one = [](Array v) { return tripled(v); };
  const auto total = [](Array v) { return sum(tripled(v)); };
  const auto is = [](const Array& ours, const Array& wanted) { EXPECT_EQ(said_by_us(ours), said_by_us(wanted)); };
  is(ep::grad(total)(x), threes);
  is(ep::jit(ep::grad(total))(x), threes);
  is(ep::grad(ep::jit(total))(x), threes);
  is(ep::vmap(ep::grad(one))(x), threes);
  is(ep::grad([&](Array v) { return sum(ep::vmap(one)(v)); })(x), threes);
  is(ep::jacfwd(one)(x), 3.0 * ep::eye(3, {.dtype = f64}));
  is(ep::jacrev(one)(x), 3.0 * ep::eye(3, {.dtype = f64}));
  is(ep::grad([&](Array v) { return ep::scan([&](Array c, Array u) { return std::pair{c + one(u), u}; }, Array(0.0, f64), v).first; })(x), threes);
  is(ep::grad([&](Array v) { return sum(ep::cond(true, one, [](Array u) { return u; }, v)); })(x), threes);
  is(ep::grad([&](Array v) { return sum(ep::vmap([&](Array p, Array u) { return ep::cond(p > 1.5, one, [](Array w) { return w; }, u); })(v, v)); })(x), f64_of({1, 3, 3}));
  is(ep::linearize(one, x).second(x), 3.0 * x);
  is(ep::vmap([&](Array v) { return ep::jvp(one, v, v).second; })(x), 3.0 * x);
}

struct Pair {
  Array x, y;
};
TEST(CustomJvp, TakesTreesSeveralArgumentsAndIntegers) {
  const auto f = ep::custom_jvp([](Pair p, Array n) { return Pair{p.x * n, p.y}; },
                                [](Pair p, Array n, Pair dp, Array dn) {
    EXPECT_TRUE(dn.is_nothing()) << "an integer has no tangent";
    return std::pair{Pair{p.x * n, p.y}, Pair{10.0 * dp.x, Array()}};
  });
  const auto loss = [&](Pair p, Array n) { const Pair q = f(p, n); return sum(q.x) + sum(q.y); };
  const Pair g = ep::grad(loss)(Pair{f64_of({1, 2}), f64_of({5})}, Array{3, 4});
  EXPECT_EQ(said_by_us(g.x), "f64[2] [10. 10.]");
  EXPECT_EQ(said_by_us(g.y), "f64[1] [0.]") << "Nothing is a tangent of zero";
  const Array scale = f64_of({2, 2});
  const auto captures = [&](Array x) { return sum(ep::custom_jvp([&](Array v) { return v * scale; }, [&](Array v, Array dv) { return std::pair{v * scale, dv * scale * 100.0}; })(x)); };
  EXPECT_EQ(said_by_us(ep::jit(ep::grad(captures))(f64_of({1, 1}))), "f64[2] [200. 200.]") << "what is captured is read";
}

TEST(CustomVjp, IsThePullback) {
  const Array x = f64_of({1, -2, 3});
  const auto loss = [](Array v) { return sum(clipped(v, 0.5) * f64_of({0.1, 7, -9})); };
  const Array wanted = f64_of({0.1, 0.5, -0.5});
  EXPECT_TRUE(ep::allclose(ep::grad(loss)(x), wanted));
  EXPECT_TRUE(ep::allclose(ep::jit(ep::grad(loss))(x), wanted));
  EXPECT_TRUE(ep::allclose(ep::grad(ep::jit(loss))(x), wanted));
  EXPECT_TRUE(ep::allclose(ep::vmap(ep::grad([](Array v, Array w) { return clipped(v, 0.5) * w; }))(x, f64_of({0.1, 7, -9})), wanted));
  EXPECT_TRUE(ep::allclose(ep::grad([](Array v) { return sum(ep::vmap([](Array u, Array w) { return clipped(u, 0.5) * w; })(v, f64_of({0.1, 7, -9}))); })(x), wanted));
  EXPECT_TRUE(ep::allclose(ep::vjp([](Array v) { return clipped(v, 0.5); }, x).second(f64_of({0.1, 7, -9})), wanted));
  const auto looped = [](Array v) { return ep::scan([](Array c, Array u) { return std::pair{c + clipped(u, 0.5) * u * u, u}; }, Array(0.0, f64), v).first; };
  EXPECT_TRUE(ep::allclose(ep::grad(looped)(x), f64_of({0.5 + 2, 0.5 - 0.0 + 2 * -2 * -2, 0.5 + 2 * 9}))) << ep::to_string(ep::grad(looped)(x));
  EXPECT_TRUE(ep::allclose(clipped(x, 0.5), x));
}
TEST(CustomVjp, HasResidualsAndSeveralArguments) {
  // x y, whose pullback is given by residuals, of which one argument's is left out.
  const auto f = ep::custom_vjp([](Array x, Array y) { return x * y; }, [](Array x, Array y) { return std::pair{x * y, std::pair{sin(x), y}}; },
                                [](std::pair<Array, Array> r, Array g) { return std::tuple{g * r.second + 0.0 * r.first, Array()}; });
  const auto loss = [&](Array x, Array y) { return sum(f(x, y) * f(x, y)); };
  const Array x = f64_of({1, 2}), y = f64_of({3, 4});
  const auto [gx, gy] = ep::grad(loss, ep::argnums<0, 1>)(x, y);
  EXPECT_TRUE(ep::allclose(gx, 2.0 * x * y * y));
  EXPECT_TRUE(ep::allclose(gy, y * 0.0)) << "Nothing is a cotangent of zero";
  const auto [bx, by] = ep::vmap(ep::grad([&](Array a, Array b) { return f(a, b) * f(a, b); }, ep::argnums<0, 1>), {.in_axes = {0, ep::none}})(x, y[0]);
  EXPECT_TRUE(ep::allclose(bx, 2.0 * x * 9.0));
  EXPECT_TRUE(ep::allclose(by, x * 0.0));
  // The backward function has a derivative too.
  const auto cube = ep::custom_vjp([](Array v) { return v * v * v; }, [](Array v) { return std::pair{v * v * v, v}; }, [](Array v, Array g) { return 3.0 * v * v * g; });
  EXPECT_EQ(said_by_us(ep::grad(ep::grad([&](Array v) { return cube(v); }))(Array(2.0, f64))), "f64[] 12.0");
  EXPECT_EQ(said_by_us(ep::jacfwd(ep::grad([&](Array v) { return cube(v); }))(Array(2.0, f64))), "f64[] 12.0");
}

TEST(Custom, SaysWhatIsWrong) {
  const auto said = [](auto f) -> std::string {
    try {
      (void)f();
    } catch (const ep::Error& error) {
      EXPECT_NE(std::string(error.what()).find("custom_test.cpp"), std::string::npos) << error.what();
      return error.what();
    }
    return "nothing";
  };
  const Array x = f64_of({1, 2});
  EXPECT_NE(said([&] { return ep::jvp([](Array v) { return clipped(v, 1); }, x, x); }).find("has no derivative in forward mode"), std::string::npos);
  EXPECT_NE(said([&] { return ep::jit([](Array v) { return ep::jvp([](Array u) { return clipped(u, 1); }, v, v).second; })(x); }).find("has no derivative in forward mode"), std::string::npos);
  const auto lost = [](Array v) { return sum(ep::custom_jvp([&](Array u) { return u * v; }, [&](Array u, Array du) { return std::pair{u * v, du}; })(ep::ones({2}, f64))); };
  EXPECT_NE(said([&] { return ep::grad(lost)(x); }).find("captures an array that is differentiated"), std::string::npos);
  const auto shapes = [](Array v) { return sum(ep::custom_jvp([](Array u) { return u; }, [](Array u, Array du) { return std::pair{u, sum(du)}; })(v)); };
  EXPECT_NE(said([&] { return ep::grad(shapes)(x); }).find("must be f64[2], not f64[]"), std::string::npos) << said([&] { return ep::grad(shapes)(x); });
  const auto back = [](Array v) { return sum(ep::custom_vjp([](Array u) { return u; }, [](Array u) { return std::pair{u, u}; }, [](Array, Array g) { return sum(g); })(v)); };
  EXPECT_NE(said([&] { return ep::grad(back)(x); }).find("must be f64[2], not f64[]"), std::string::npos);
}

}  // namespace
