// scan, fori_loop, cond and switch_: what is carried, what is returned, which branch runs.
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "numpy_rows.h"

#include <gtest/gtest.h>

namespace ep = espalier;

namespace {

using ep::Array;
using ep::none;
using ep::nothing;
using ep::numpy_rows::said_by_us;

const auto running = [](Array c, Array x) { return std::pair{c + x, c * x}; };

TEST(Scan, StacksWhatRoundsReturn) {
  const auto [last, products] = ep::scan(running, 1.0, Array{1., 2., 3.});
  EXPECT_EQ(said_by_us(last), "f32[] 7.0");
  EXPECT_EQ(said_by_us(products), "f32[3] [ 1.  4. 12.]");
  const auto [end, rows] = ep::scan([](Array c, Array x) { return std::pair{c * x, c + x}; }, Array{1., 1.}, Array{{1., 2.}, {3., 4.}, {5., 6.}});
  EXPECT_EQ(said_by_us(end), "f32[2] [15. 48.]");
  EXPECT_EQ(said_by_us(rows), "f32[3,2] [[ 2.  3.]\n [ 4.  6.]\n [ 8. 14.]]");
}
TEST(Scan, InReverse) {
  const auto [last, products] = ep::scan(running, 1.0, Array{1., 2., 3.}, {.reverse = true});
  EXPECT_EQ(said_by_us(last), "f32[] 7.0");
  EXPECT_EQ(said_by_us(products), "f32[3] [6. 8. 3.]") << "what belongs to the last x stays last";
}
TEST(Scan, OfNoAndOfOneRound) {
  const auto [none_done, empty] = ep::scan(running, 5.f, ep::zeros({0}));
  EXPECT_EQ(said_by_us(none_done), "f32[] 5.0");
  EXPECT_EQ(said_by_us(empty), "f32[0] []");
  const auto [one_done, one] = ep::scan(running, 5.f, ep::ones({1}));
  EXPECT_EQ(said_by_us(one_done), "f32[] 6.0");
  EXPECT_EQ(said_by_us(one), "f32[1] [5.]");
  const auto grad = ep::grad([](Array c) { return ep::scan(running, c, ep::zeros({0})).first; });
  EXPECT_EQ(said_by_us(grad(3.f)), "f32[] 1.0");
}
TEST(Scan, WithoutXs) {
  const auto [last, seen] = ep::scan([](Array c) { return std::pair{2 * c, c}; }, 1.0, none, {.length = 4});
  EXPECT_EQ(said_by_us(last), "f32[] 16.0");
  EXPECT_EQ(said_by_us(seen), "f32[4] [1. 2. 4. 8.]");
  EXPECT_THROW(ep::scan([](Array c) { return std::pair{2 * c, c}; }, 1.0, none), ep::ArgumentError);
}
TEST(Scan, WithoutYs) {
  const auto [last, ys] = ep::scan([](Array c, Array x) { return std::pair{c + x, nothing}; }, 0.0, Array{1., 2.});
  static_assert(std::is_same_v<std::decay_t<decltype(ys)>, ep::Nothing>);
  EXPECT_EQ(said_by_us(last), "f32[] 3.0");
  const auto [carry, missing] = ep::scan([](Array c, Array x) { return std::pair{c + x, std::pair{Array(), x}}; }, 0.0, Array{1., 2.});
  EXPECT_TRUE(missing.first.is_nothing());
  EXPECT_EQ(said_by_us(missing.second), "f32[2] [1. 2.]");
}
// A weak carry takes the dtype that the body gives it, at full precision; a strong one keeps its own.
TEST(Scan, SettlesAWeakCarry) {
  const auto add = [](Array c, Array x) { return std::pair{c + x, c}; };
  EXPECT_EQ(said_by_us(ep::scan(add, 0, Array{1., 2.}).first), "f32[] 3.0");
  EXPECT_EQ(said_by_us(ep::scan(add, 0.1, Array(std::vector<double>{1, 2})).first), "f64[] 3.1");
  EXPECT_EQ(said_by_us(ep::scan(add, 1, Array({1, 2}, ep::i8)).first), "i8[] 4");
  EXPECT_THROW((void)ep::scan(add, 300, Array({1, 2}, ep::i8)), ep::DTypeError);
  EXPECT_THROW((void)ep::vmap([&](Array x, Array n) { return ep::scan(add, n, x).first; }, {.in_axes = {0, none}})(Array({{1, 2}}, ep::i8), 1), ep::DTypeError) << "a number that is not known";
  EXPECT_EQ(said_by_us(ep::scan([](Array c, Array) { return std::pair{2 * c, c}; }, 1, Array{1., 2.}).first), "i32[] 4");
  EXPECT_EQ(said_by_us(ep::scan([](Array c, Array) { return std::pair{2 * c, c}; }, 1.5, Array{1, 2}).second), "f32[2] [1.5 3. ]");
  EXPECT_THROW(ep::scan(add, ep::zeros({}, ep::i32), Array{1., 2.}), ep::StructureError);
  EXPECT_THROW(ep::scan([](Array c, Array x) { return std::pair{ep::concatenate({c, x[ep::newaxis]}), x}; }, Array{0.}, Array{1., 2.}), ep::StructureError);
}

struct State {
  ep::Parameter weight;
  std::vector<Array> memory;
  int steps = 0;
};
TEST(Scan, OfTrees) {
  const auto body = [](State s, std::pair<Array, Array> x) {
    const Array seen = s.weight * x.first + s.memory[0];
    return std::pair{State{s.weight, {seen, s.memory[1] + x.second}, s.steps}, std::tuple{seen, x.second > 0}};
  };
  const std::pair xs{Array{1., 2., 3.}, Array{5, -6, 7}};
  const auto [last, ys] = ep::scan(body, State{2.0, {Array(0.f), Array(0).as(ep::i32)}, 9}, xs);
  EXPECT_EQ(said_by_us(last.memory[0]), "f32[] 12.0");
  EXPECT_EQ(said_by_us(last.memory[1]), "i32[] 6");
  EXPECT_EQ(last.steps, 9);
  EXPECT_EQ(said_by_us(std::get<0>(ys)), "f32[3] [ 2.  6. 12.]");
  EXPECT_EQ(said_by_us(std::get<1>(ys)), "bool[3] [ True False  True]");
  const auto changes = [](State s, Array x) { return std::pair{State{s.weight, s.memory, s.steps + 1}, x}; };
  EXPECT_THROW(ep::scan(changes, State{2.0, {}, 0}, Array{1., 2.}), ep::StructureError) << "a static is one for all rounds";
  const auto grows = [](State s, Array x) { return std::pair{State{s.weight, {x}, s.steps}, x}; };
  EXPECT_THROW(ep::scan(grows, State{2.0, {}, 0}, Array{1., 2.}), ep::StructureError);
}
TEST(Scan, OfXsThatDiffer) {
  EXPECT_THROW(ep::scan([](Array c, std::pair<Array, Array> x) { return std::pair{c + x.first + x.second, nothing}; }, 0.0, std::pair{Array{1., 2.}, Array{1.}}), ep::ShapeError);
  EXPECT_THROW(ep::scan(running, 0.0, Array(1.0)), ep::ShapeError);
  EXPECT_THROW(ep::scan(running, 0.0, Array{1., 2.}, {.length = 3}), ep::ShapeError);
}
TEST(Scan, CarriesAModuleThatMutates) {
  struct Counter {
    ep::State n;
    Array operator()(Array x) {
      n = n + 1;
      return x * n;
    }
  };
  const auto [last, ys] = ep::scan([](Counter c, Array x) {
    auto [y, next] = ep::mutate(c)(x);
    return std::pair{next, y};
  }, Counter{0.0}, Array{1., 1., 1.});
  EXPECT_EQ(said_by_us(last.n), "f32[] 3.0");
  EXPECT_EQ(said_by_us(ys), "f32[3] [1. 2. 3.]");
}

TEST(ForiLoop, Counts) {
  const auto body = [](Array i, Array c) { return 2 * c + i; };
  EXPECT_EQ(said_by_us(ep::fori_loop(0, 5, body, 1)), "i32[] 58");
  EXPECT_EQ(said_by_us(ep::fori_loop(2, 4, body, 1.0)), "f32[] 11.0");
  EXPECT_EQ(said_by_us(ep::fori_loop(-2, 1, body, 0)), "i32[] -10");
  EXPECT_EQ(said_by_us(ep::fori_loop(4, 2, body, 7)), "i32[] 7");
  const auto trees = ep::fori_loop(0, 3, [](Array i, std::pair<Array, Array> c) { return std::pair{c.second, c.first + i}; }, std::pair{Array(0).as(ep::i32), Array(10).as(ep::i32)});
  EXPECT_EQ(said_by_us(trees.first), "i32[] 11");
  EXPECT_EQ(said_by_us(trees.second), "i32[] 2");
  EXPECT_EQ(said_by_us(ep::grad([&](Array x) { return ep::fori_loop(0, 4, [&](Array, Array c) { return c * x; }, 1.0); })(2.f)), "f32[] 32.0");
}

TEST(Cond, RunsTheBranchThatHolds) {
  const auto twice = [](Array x) { return 2 * x; };
  const auto minus = [](Array x) { return -x; };
  EXPECT_EQ(said_by_us(ep::cond(Array(2.) > 1., twice, minus, Array{1., 2.})), "f32[2] [2. 4.]");
  EXPECT_EQ(said_by_us(ep::cond(Array(2.) < 1., twice, minus, Array{1., 2.})), "f32[2] [-1. -2.]");
  EXPECT_EQ(said_by_us(ep::cond(true, twice, minus, 3.0)), "f32[] 6.0");
  const Array x{1., 2.}, y{5., 6.};
  EXPECT_EQ(said_by_us(ep::cond(false, [&] { return x; }, [&] { return y * x; })), "f32[2] [ 5. 12.]") << "branches may capture";
  const auto pairs = ep::cond(true, [](Array a, std::vector<Array> b) { return std::pair{b[0], a}; }, [](Array a, std::vector<Array> b) { return std::pair{a, b[0]}; }, x, std::vector{y});
  EXPECT_EQ(said_by_us(pairs.first), "f32[2] [5. 6.]");
}
TEST(Cond, UnderOtherTransforms) {
  const auto f = [](Array x) { return ep::cond(x > 0, [](Array v) { return v * v; }, [&](Array v) { return x - 2 * v; }, x); };
  EXPECT_EQ(said_by_us(ep::grad(f)(3.0)), "f32[] 6.0");
  EXPECT_EQ(said_by_us(ep::grad(f)(-3.0)), "f32[] -1.0");
  EXPECT_EQ(said_by_us(ep::vmap(f)(Array{-2., -1., 1., 2.})), "f32[4] [2. 1. 1. 4.]");
  EXPECT_EQ(said_by_us(ep::vmap(ep::grad(f))(Array{-2., -1., 1., 2.})), "f32[4] [-1. -1.  2.  4.]");
  // The branch that is not taken does not disturb the derivative.
  const auto safe = [](Array x) { return ep::cond(x > 0, [](Array v) { return sqrt(v); }, [](Array v) { return 0 * v; }, x); };
  EXPECT_EQ(said_by_us(ep::grad(safe)(0.0)), "f32[] 0.0");
}
TEST(Cond, BranchesAgree) {
  const auto f32s = [](Array x) { return x; };
  EXPECT_THROW(ep::cond(true, f32s, [](Array x) { return x.as(ep::f64); }, Array(1.f)), ep::StructureError);
  EXPECT_THROW(ep::cond(true, f32s, [](Array) { return ep::zeros({2}); }, Array(1.f)), ep::StructureError);
  const auto list = [](int n) { return [n](Array x) { return std::vector<Array>(static_cast<std::size_t>(n), x); }; };
  EXPECT_THROW(ep::cond(true, list(1), list(2), Array(1.f)), ep::StructureError);
  EXPECT_THROW(ep::cond(Array{true, false}, f32s, f32s, Array(1.f)), ep::ShapeError);
  EXPECT_THROW(ep::cond(Array(1.f), f32s, f32s, Array(1.f)), ep::DTypeError);
}

TEST(Switch, ClampsItsIndex) {
  const auto branches = std::tuple{[](Array x) { return x; }, [](Array x) { return 10 * x; }, [](Array x) { return x * x; }};
  for (const auto& [index, said] : std::vector<std::pair<int, const char*>>{{-5, "f32[] 3.0"}, {0, "f32[] 3.0"}, {1, "f32[] 30.0"}, {2, "f32[] 9.0"}, {7, "f32[] 9.0"}}) {
    EXPECT_EQ(said_by_us(ep::switch_(index, branches, Array(3.f))), said) << index;
    EXPECT_EQ(said_by_us(ep::switch_(Array(index).as(ep::i8), branches, Array(3.f))), said) << index;
  }
  EXPECT_EQ(said_by_us(ep::vmap([&](Array i) { return ep::switch_(i, branches, Array(3.f)); })(Array{-1, 1, 2, 9})), "f32[4] [ 3. 30.  9.  9.]");
  std::vector<std::function<Array(Array)>> list{[](Array x) { return -x; }, [](Array x) { return x + 1; }};
  EXPECT_EQ(said_by_us(ep::switch_(1, list, Array(3.f))), "f32[] 4.0");
  EXPECT_EQ(said_by_us(ep::switch_(0, std::tuple{[](Array x) { return x; }}, Array(3.f))), "f32[] 3.0");
  list.clear();
  EXPECT_THROW(ep::switch_(0, list, Array(3.f)), ep::ArgumentError);
}

}  // namespace
