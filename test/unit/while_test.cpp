// while_loop, fori_loop with bounds that are arrays, associative_scan and sequential_map: values, derivatives, batches, errors.
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/stdlib/random.h"
#include "numpy_rows.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ep = espalier;

namespace {

using ep::Array;
using ep::none;
using ep::numpy_rows::said_by_us;
using Pair = std::pair<Array, Array>;

const auto above_one = [](Pair c) { return c.second > 1; };
const auto halved = [](Pair c) { return Pair{c.first + 1, c.second / 2}; };
Pair halve(Array x) { return ep::while_loop(above_one, halved, Pair{Array(0).as(ep::i32), x}); }

TEST(WhileLoop, RunsUntilItsConditionFails) {
  const auto [n, x] = halve(20.f);
  EXPECT_EQ(said_by_us(n), "i32[] 5");
  EXPECT_EQ(said_by_us(x), "f32[] 0.625");
  EXPECT_EQ(said_by_us(halve(0.5f).first), "i32[] 0") << "none at all";
  EXPECT_EQ(said_by_us(ep::while_loop([](Array x) { return x < 100; }, [](Array x) { return 2 * x; }, 1)), "i32[] 128");
  EXPECT_EQ(said_by_us(ep::while_loop([](Array x) { return x < 100; }, [](Array x) { return x * 1.5; }, 1)), "f32[] 129.74634") << "a weak carry settles in what the body gives";
  const Array limit(50.f), factor(3.f);
  EXPECT_EQ(said_by_us(ep::while_loop([&](Array x) { return x < limit; }, [&](Array x) { return x * factor; }, 1.f)), "f32[] 81.0") << "both may capture";
}
TEST(WhileLoop, StopsAtItsBound) {
  const auto run = [](std::int64_t most) { return ep::while_loop([](Array x) { return x < 1000; }, [](Array x) { return x + 1; }, 0, {.max_steps = most}); };
  EXPECT_EQ(said_by_us(run(0)), "i32[] 0");
  EXPECT_EQ(said_by_us(run(7)), "i32[] 7");
  EXPECT_EQ(said_by_us(run(2000)), "i32[] 1000");
}

// x -> x^(3^n), by n cubings until it exceeds 100; beside differences.
Array cubed(Array x) {
  return ep::while_loop([](Array y) { return y < 100; }, [](Array y) { return y * y * y; }, x, {.max_steps = 10});
}
TEST(WhileLoop, HasDerivativesBothWays) {
  const Array x = Array(1.5).as(ep::f64);
  const double y = 1.5, nine = std::pow(y, 27), slope = 27 * std::pow(y, 26), second = 27. * 26 * std::pow(y, 25);
  EXPECT_NEAR(cubed(x).item<double>(), nine, 1e-9 * nine);
  EXPECT_NEAR(ep::jvp(cubed, std::tuple{x}, std::tuple{Array(1.).as(ep::f64)}).second.item<double>(), slope, 1e-9 * slope);
  EXPECT_NEAR(ep::grad(cubed)(x).item<double>(), slope, 1e-9 * slope);
  EXPECT_NEAR(ep::grad(ep::grad(cubed))(x).item<double>(), second, 1e-9 * second);
  EXPECT_NEAR(ep::jvp(ep::grad(cubed), std::tuple{x}, std::tuple{Array(1.).as(ep::f64)}).second.item<double>(), second, 1e-9 * second);
}
TEST(WhileLoop, DerivativesReachWhatItCaptures) {
  const auto f = [](Array w) { return ep::while_loop([](Pair c) { return c.second < 4; }, [&](Pair c) { return Pair{c.first * w + w, c.second + 1}; }, Pair{Array(1.f), Array(0).as(ep::i32)}, {.max_steps = 50}).first; };
  // y = w^4 + w^4 + w^3 + w^2 + w
  EXPECT_EQ(said_by_us(f(2.f)), "f32[] 46.0");
  EXPECT_EQ(said_by_us(ep::grad(f)(2.f)), "f32[] 81.0");
}
TEST(WhileLoop, WithoutABoundIsRefusedInReverseOnly) {
  const auto f = [](Array x) { return ep::while_loop([](Array y) { return y < 100; }, [](Array y) { return y * y; }, x); };
  EXPECT_EQ(said_by_us(ep::jvp(f, std::tuple{Array(3.f)}, std::tuple{Array(1.f)}).second), "f32[] 17496.0");
  EXPECT_EQ(said_by_us(ep::jacfwd(f)(3.f)), "f32[] 17496.0");
  try {
    (void)ep::grad(f)(3.f);
    FAIL();
  } catch (const ep::DifferentiationError& error) {
    const std::string what = error.what();
    EXPECT_NE(what.find("while_test.cpp:"), std::string::npos) << what;
    EXPECT_NE(what.find("max_steps"), std::string::npos) << what;
  }
}

TEST(WhileLoop, OfABatchStopsEachExampleByItself) {
  const auto [n, x] = ep::vmap(halve)(Array{0.5f, 20.f, 3.f});
  EXPECT_EQ(said_by_us(n), "i32[3] [0 5 2]");
  EXPECT_EQ(said_by_us(x), "f32[3] [0.5   0.625 0.75 ]");
  const auto both = ep::vmap(ep::vmap(halve))(Array{{0.5f, 20.f}, {3.f, 9.f}}).first;
  EXPECT_EQ(said_by_us(both), "i32[2,2] [[0 5]\n [2 4]]");
  const auto shared = ep::vmap([](Array x, Array limit) { return ep::while_loop([&](Array y) { return y < limit; }, [&](Array y) { return y + x; }, 0.f); }, {.in_axes = {0, none}});
  EXPECT_EQ(said_by_us(shared(Array{1.f, 4.f, 20.f}, 10.f)), "f32[3] [10. 12. 20.]");
}
// Where an example has stopped, the body's derivative may be infinite.
TEST(WhileLoop, StoppedExamplesSendNoNaN) {
  const auto f = [](Array x) { return ep::while_loop([](Array y) { return y > 0; }, [](Array y) { return sqrt(y) - 1; }, x, {.max_steps = 9}); };
  const Array x{0.f, 4.f, 0.25f, 16.f};  // 0; 1, 0; -0.5; 3, 0.73, -0.14
  const Array all = ep::grad([&](Array x) { return sum(ep::vmap(f)(x)); })(x), each = ep::vmap(ep::grad(f))(x);
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(std::isfinite(all[i].item<float>())) << i;
    EXPECT_EQ(all[i].item<float>(), each[i].item<float>()) << i;
    EXPECT_FLOAT_EQ(each[i].item<float>(), ep::grad(f)(x[i]).item<float>()) << i;
  }
  const Array forward = ep::jvp([&](Array x) { return ep::vmap(f)(x); }, std::tuple{x}, std::tuple{ep::ones({4})}).second;
  EXPECT_EQ(said_by_us(forward), said_by_us(each));
}

TEST(WhileLoop, Refusals) {
  const auto inc = [](Array x) { return x + 1; };
  EXPECT_THROW((void)ep::while_loop([](Array x) { return x; }, inc, 0.f), ep::DTypeError);
  EXPECT_THROW((void)ep::while_loop([](Array x) { return x > 0; }, inc, Array{1.f, 2.f}), ep::ShapeError);
  EXPECT_THROW((void)ep::while_loop([](Array x) { return sum(x) > 0; }, [](Array x) { return x.as(ep::f64); }, Array{1.f}), ep::StructureError);
  EXPECT_THROW((void)ep::while_loop([](Array x) { return sum(x) > 0; }, [](Array x) { return ep::concatenate({x, x}); }, Array{1.f}), ep::StructureError);
  EXPECT_THROW((void)ep::while_loop([](Array x) { return x > 0; }, inc, 0.f, {.max_steps = -3}), ep::ArgumentError);
  const auto grows = [](std::vector<Array> c) { c.push_back(c[0]); return c; };
  try {
    (void)ep::while_loop([](std::vector<Array> c) { return c[0] > 0; }, grows, std::vector<Array>{Array(1.f)});
    FAIL();
  } catch (const ep::StructureError& error) {
    EXPECT_NE(std::string(error.what()).find("while_test.cpp:"), std::string::npos) << error.what();
    EXPECT_EQ(error.op, "while_loop");
  }
}

TEST(ForiLoop, WithBoundsThatAreArrays) {
  const auto sum_to = [](Array n) { return ep::fori_loop(0, n, [](Array i, Array c) { return c + i; }, 0); };
  EXPECT_EQ(said_by_us(sum_to(Array(5).as(ep::i32))), "i32[] 10");
  EXPECT_EQ(said_by_us(ep::vmap(sum_to)(Array{0, 1, 5})), "i32[3] [ 0  0 10]");
  EXPECT_EQ(said_by_us(ep::fori_loop(Array(2), Array(4), [](Array i, Array c) { return c + i; }, 0.f)), "f32[] 5.0");
  const auto power = [](Array x) { return ep::fori_loop(Array(0), Array(3), [&](Array, Array c) { return c * x; }, 1.f); };
  EXPECT_EQ(said_by_us(ep::grad(power)(2.f)), "f32[] 12.0") << "numbers are known bounds";
  EXPECT_THROW((void)ep::fori_loop(0, Array(2.5f), [](Array, Array c) { return c; }, 0.f), ep::DTypeError);
  EXPECT_THROW((void)ep::fori_loop(Array{1, 2}, 3, [](Array, Array c) { return c; }, 0.f), ep::ShapeError);
  EXPECT_THROW((void)ep::grad([](Array x) { return ep::fori_loop(0, Array(3).as(ep::i32), [](Array, Array c) { return c * c; }, x); })(2.f), ep::DifferentiationError);
}

TEST(AssociativeScan, GivesInclusivePrefixes) {
  const auto add = [](Array a, Array b) { return a + b; };
  for (std::int64_t n : {0, 1, 2, 3, 7, 8}) {
    const Array x = ep::iota({n}, 0);
    EXPECT_EQ(said_by_us(ep::associative_scan(add, x)), said_by_us(cumsum(x))) << n;
    EXPECT_EQ(said_by_us(ep::associative_scan(add, x, {.reverse = true})), said_by_us(flip(cumsum(flip(x))))) << n;
  }
  const Array table = ep::reshape(ep::iota({12}, 0), {3, 4});
  EXPECT_EQ(said_by_us(ep::associative_scan(add, table, {.axis = -1})), said_by_us(cumsum(table, 1)));
  const auto affine = [](Pair a, Pair b) { return Pair{a.first * b.first, b.first * a.second + b.second}; };
  const auto [factor, term] = ep::associative_scan(affine, Pair{Array{2., 3., 4.}, Array{1., 1., 1.}});
  EXPECT_EQ(said_by_us(factor), "f32[3] [ 2.  6. 24.]");
  EXPECT_EQ(said_by_us(term), "f32[3] [ 1.  4. 17.]");
  EXPECT_EQ(said_by_us(ep::grad([&](Array x) { return sum(ep::associative_scan([](Array a, Array b) { return a * b; }, x)); })(Array{2., 3., 4.})), "f32[3] [16. 10.  6.]");
  EXPECT_THROW((void)ep::associative_scan(add, table, {.axis = 2}), ep::AxisError);
  EXPECT_THROW((void)ep::associative_scan(affine, Pair{Array{1., 2.}, Array{1.}}), ep::ShapeError);
  EXPECT_THROW((void)ep::associative_scan([](Array a, Array) { return sum(a); }, Array{1., 2.}), ep::StructureError);
}

TEST(SequentialMap, IsVmapOneAfterTheOther) {
  const auto f = [](Array row) { return Pair{sum(row), 2 * row}; };
  const Array x = ep::reshape(ep::iota({10}, 0).as(ep::f32), {5, 2});
  const auto [sums, doubled] = ep::vmap(f)(x);
  for (std::int64_t batch : {1, 2, 3, 5, 9}) {
    const auto [s, d] = ep::sequential_map(f, x, {.batch_size = batch});
    EXPECT_EQ(said_by_us(s), said_by_us(sums)) << batch;
    EXPECT_EQ(said_by_us(d), said_by_us(doubled)) << batch;
  }
  EXPECT_EQ(said_by_us(ep::grad([&](Array x) { return sum(ep::sequential_map([](Array r) { return sum(r * r); }, x, {.batch_size = 2})); })(Array{{1., 2.}, {3., 4.}, {5., 6.}})), "f32[3,2] [[ 2.  4.]\n [ 6.  8.]\n [10. 12.]]");
  EXPECT_THROW((void)ep::sequential_map(f, x, {.batch_size = 0}), ep::ArgumentError);
  EXPECT_THROW((void)ep::sequential_map(f, Array(1.f)), ep::ShapeError);
}

// Each iteration draws anew, as the loop written by hand does.
TEST(WhileLoop, DrawsAnewInEachIteration) {
  struct Draws {
    Array operator()(Array n) const {
      return ep::while_loop([&](Pair c) { return c.second < n; }, [&](Pair c) { return Pair{c.first + ep::random::uniform(ep::next_key()), c.second + 1}; }, Pair{Array(0.f), Array(0).as(ep::i32)}).first;
    }
  };
  struct ByHand {
    Array operator()(int n) const {
      Array total(0.f);
      for (int i = 0; i < n; ++i) total = total + ep::random::uniform(ep::next_key());
      return total;
    }
  };
  const Array ours = ep::apply(Draws(), ep::Key(3))(Array(4).as(ep::i32)).output, hand = ep::apply(ByHand(), ep::Key(3))(4).output;
  EXPECT_EQ(said_by_us(ours), said_by_us(hand));
}

}  // namespace
