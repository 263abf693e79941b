// Collectives over a named axis: a function of one member, mapped, is what sums, gathers and moves of the whole give.
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

Array numbers(ep::Shape shape) { return sin(reshape(ep::arange(static_cast<double>(shape.size())), shape).as(f64) * 1.7 + 0.3); }
template <class F> auto mapped(F f) { return ep::vmap(f, {.axis_name = "i"}); }
void expect_equal(const Array& ours, const Array& wanted) {
  ASSERT_EQ(ours.shape(), wanted.shape());
  EXPECT_TRUE(ep::allclose(ours, wanted, {.rtol = 1e-14})) << ep::to_string(ours) << "\n"
                                                           << ep::to_string(wanted);
}

TEST(Collectives, OfWhatDiffersFromMemberToMember) {
  const Array x = numbers({4, 3, 4});
  const Array total = ep::broadcast_to(sum(x, 0), {4, 3, 4});
  expect_equal(mapped([](Array v) { return ep::psum(v, "i"); })(x), total);
  expect_equal(mapped([](Array v) { return ep::pmean(v, "i"); })(x), total / 4);
  expect_equal(mapped([](Array v) { return ep::pmax(v, "i"); })(x), ep::broadcast_to(max(x, 0), {4, 3, 4}));
  expect_equal(mapped([](Array v) { return ep::pmin(v, "i"); })(x), ep::broadcast_to(min(x, 0), {4, 3, 4}));
  expect_equal(mapped([](Array v) { return ep::all_gather(v, "i"); })(x), ep::broadcast_to(x, {4, 4, 3, 4}));
  expect_equal(mapped([](Array v) { return ep::all_gather(v, "i", {.axis = -1}); })(x), ep::broadcast_to(ep::transpose(x, {1, 2, 0}), {4, 3, 4, 4}));
  expect_equal(mapped([](Array v) { return ep::all_gather(v, "i", {.tiled = true}); })(x), ep::broadcast_to(reshape(x, {12, 4}), {4, 12, 4}));
  expect_equal(mapped([](Array v) { return ep::psum_scatter(v, "i", {.axis = 1}); })(x), ep::transpose(sum(x, 0), {1, 0}));
  expect_equal(mapped([](Array v) { return ep::psum_scatter(v, "i", {.axis = 1, .tiled = true}); })(x), reshape(ep::transpose(sum(x, 0), {1, 0}), {4, 3, 1}));
  expect_equal(mapped([](Array v) { return ep::all_to_all(v, "i", 1, 0); })(x), ep::transpose(x, {2, 0, 1}));
  expect_equal(mapped([](Array v) { return ep::all_to_all(v, "i", 1, 1); })(x), ep::transpose(x, {2, 1, 0}));
  expect_equal(mapped([](Array v) { return ep::ppermute(v, "i", {{0, 1}, {1, 2}, {2, 3}, {3, 0}}); })(x), ep::roll(x, 1, {.axis = 0}));
  expect_equal(mapped([](Array v) { return ep::ppermute(v, "i", {{0, 2}, {3, 0}}); })(x), ep::stack({x[3], ep::zeros({3, 4}, f64), x[0], ep::zeros({3, 4}, f64)}));
  EXPECT_EQ(said_by_us(mapped([](Array v) { return ep::axis_index("i") + 0 * v[0].as(ep::i32); })(ep::ones({3, 1}))), "i32[3] [0 1 2]");
  EXPECT_EQ(said_by_us(mapped([](Array) { return ep::axis_index("i"); })(ep::ones({3}))), "i32[3] [0 1 2]");
}

TEST(Collectives, OfWhatIsTheSameForAll) {
  const Array x = numbers({4}), same = numbers({4, 2});
  const auto with = [&](auto f) { return mapped([&](Array) { return f(same); })(x); };
  expect_equal(with([](Array v) { return ep::psum(v, "i"); }), ep::broadcast_to(same * 4, {4, 4, 2}));
  expect_equal(with([](Array v) { return ep::all_gather(v, "i"); }), ep::broadcast_to(same, {4, 4, 4, 2}));
  expect_equal(with([](Array v) { return ep::psum_scatter(v, "i"); }), same * 4);
  expect_equal(with([](Array v) { return ep::all_to_all(v, "i", 0, 1); }), ep::broadcast_to(reshape(same, {4, 2, 1}), {4, 2, 4}));
  expect_equal(with([](Array v) { return ep::ppermute(v, "i", {{1, 0}}); }), ep::stack({same, same * 0, same * 0, same * 0}));
  EXPECT_EQ(said_by_us(mapped([](Array v) { return v * static_cast<double>(ep::axis_size("i")) + ep::psum(Array(1.0), "i"); })(f64_of({1, 2}))), "f64[2] [4. 6.]");
}

// ⟨ȳ, J ẋ⟩ = ⟨Jᵀ ȳ, ẋ⟩ for each, whether the derivative is taken of the mapped function or of one member's.
TEST(Collectives, HaveDerivatives) {
  const Array x = numbers({4, 4, 2}), dx = cos(numbers({4, 4, 2}) * 5);
  const std::pair<const char*, std::function<Array(Array)>> all[] = {
      {"psum", [](Array v) { return ep::psum(v * v, "i"); }},
      {"pmean", [](Array v) { return ep::pmean(sin(v), "i") * v; }},
      {"pmax", [](Array v) { return ep::pmax(v * v, "i") * v; }},
      {"all_gather", [](Array v) { return ep::all_gather(v * v, "i", {.axis = 1}); }},
      {"psum_scatter", [](Array v) { return ep::psum_scatter(v * v, "i"); }},
      {"all_to_all", [](Array v) { return ep::all_to_all(v * v, "i", 0, 1); }},
      {"ppermute", [](Array v) { return ep::ppermute(v * v, "i", {{0, 3}, {2, 1}}) * v; }},
      {"axis_index", [](Array v) { return v * v * ep::axis_index("i"); }},
  };
  for (const auto& [name, f] : all) {
    const auto whole = mapped([f = f](Array v) { return f(v); });
    const Array e = dx * 1e-6, slope = (whole(x + e) - whole(x - e)) / 2e-6;
    const auto [y, dy] = ep::jvp(whole, x, dx);
    EXPECT_TRUE(ep::allclose(dy, slope, {.rtol = 1e-7, .atol = 1e-8})) << name;
    const Array ct = cos(numbers(y.shape()) * 3);
    const Array xt = ep::vjp(whole, x).second(ct);
    EXPECT_TRUE(ep::allclose(sum(xt * dx), sum(dy * ct), {.rtol = 1e-13})) << name;
    // The pullback of one member's function, mapped, is the pullback of all: cotangents of members add up.
    const auto member = mapped([f = f](Array v, Array c) { return ep::vjp([&](Array u) { return f(u); }, v).second(c); });
    EXPECT_TRUE(ep::allclose(member(x, ct), xt, {.rtol = 1e-13, .atol = 1e-14})) << name;
    expect_equal(ep::jit([&](Array v) { return whole(v); })(x), y);
  }
}

TEST(Collectives, NestInLoopsBranchesCallsAndMaps) {
  const Array x = numbers({3, 4}), total = sum(x, 0);
  expect_equal(mapped([](Array v) { return ep::jit([](Array u) { return ep::psum(u, "i"); })(v); })(x), ep::broadcast_to(total, {3, 4}));
  expect_equal(mapped([](Array v) { return ep::cond(true, [](Array u) { return ep::psum(u, "i"); }, [](Array u) { return u; }, v); })(x), ep::broadcast_to(total, {3, 4}));
  expect_equal(mapped([](Array v) { return ep::scan([](Array c, Array u) { return std::pair{c + ep::psum(u, "i"), u}; }, Array(0.0, f64), v).first; })(x), ep::broadcast_to(sum(x), {3}));
  EXPECT_EQ(said_by_us(mapped([](Array v) { return ep::scan([](Array c) { return std::pair{c + ep::axis_index("i"), ep::nothing}; }, Array(0, ep::i32), ep::none, {.length = 5}).first + 0 * v.as(ep::i32); })(ep::ones({3}))), "i32[3] [ 0  5 10]") << "no operand of the loop is mapped";
  // Two axes, each by its name; the inner one of equal names is nearer.
  const auto rows = [](Array v) { return ep::vmap([](Array u) { return u / ep::psum(u, "j") - ep::psum(u, "i"); }, {.axis_name = "j"})(v); };
  expect_equal(mapped(rows)(x), x / sum(x, {.axis = 1, .keepdims = true}) - sum(x, {.axis = 0, .keepdims = true}));
  const auto inner = [](Array v) { return ep::vmap([](Array u) { return ep::psum(u, "i"); }, {.axis_name = "i"})(v); };
  expect_equal(mapped(inner)(x), ep::broadcast_to(sum(x, {.axis = 1, .keepdims = true}), {3, 4}));
  // A jitted function is traced for each size of the axis that it asks for.
  const auto count = ep::jit([](Array v) { return v + ep::psum(ep::ones({}, f64), "i"); });
  const auto counted = mapped([&](Array v) { return count(v); });
  EXPECT_EQ(said_by_us(counted(f64_of({0, 0}))), "f64[2] [2. 2.]");
  EXPECT_EQ(said_by_us(counted(f64_of({0, 0, 0}))), "f64[3] [3. 3. 3.]");
}

TEST(Collectives, OfTreesNormaliseABatchAcrossMembers) {
  const std::pair<Array, Array> x{numbers({3, 2}), numbers({3})};
  const auto centred = [](std::pair<Array, Array> p) {
    const auto mean = ep::pmean(p, "i");
    return std::pair{p.first - mean.first, p.second - mean.second};
  };
  const auto [a, b] = mapped(centred)(x);
  expect_equal(a, x.first - mean(x.first, {.axis = 0, .keepdims = true}));
  expect_equal(b, x.second - mean(x.second));
}

TEST(Collectives, SayWhatIsWrong) {
  const Array x = ep::ones({3, 4});
  const auto said = [&](auto f) -> std::string {
    try {
      (void)mapped(f)(x);
    } catch (const ep::Error& error) {
      return error.what();
    }
    return "nothing";
  };
  try {
    (void)ep::psum(x, "rows");
    ADD_FAILURE();
  } catch (const ep::AxisNameError& error) {
    EXPECT_EQ(error.name, "rows");
    EXPECT_NE(std::string(error.what()).find("collective_test.cpp"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("axis_name = \"rows\""), std::string::npos) << error.what();
  }
  EXPECT_NE(said([](Array v) { return ep::psum(v, "j"); }).find("there is no axis 'j' here"), std::string::npos);
  EXPECT_NE(said([](Array v) { return ep::all_gather(v, "i", {.axis = 2}); }).find("axis 2 is out of range for f32[4]"), std::string::npos);
  EXPECT_NE(said([](Array v) { return ep::psum_scatter(v, "i"); }).find("cannot be shared out among 3 members"), std::string::npos);
  EXPECT_NE(said([](Array v) { return ep::ppermute(v, "i", {{0, 3}}); }).find("names no member"), std::string::npos);
  EXPECT_NE(said([](Array v) { return ep::ppermute(v, "i", {{0, 1}, {2, 1}}); }).find("is sent to twice"), std::string::npos);
  EXPECT_NE(said([](Array v) { return ep::ppermute(v, "i", {{0, 1}, {0, 2}}); }).find("sends twice"), std::string::npos);
  EXPECT_NE(said([](Array v) { return ep::all_to_all(v, "i", 0, 0); }).find("has no element for each of 3 members"), std::string::npos);
}

}  // namespace
