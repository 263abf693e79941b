// A carry that is updated is written where it lies, in loops, branches, batches and derivatives: compiled code gives what the evaluator
// gives, and its plan keeps the table in place.
#include <gtest/gtest.h>

#include "../numpy_rows.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

namespace ep = espalier;

namespace {

using ep::Array;
using ep::none;
using ep::nothing;
using ep::numpy_rows::said_by_us;
using Pair = std::pair<Array, Array>;

// The loops of a plan that carry something, a line each.
template <class F, class... A> std::vector<std::string> loops(const F& f, const A&... args) {
  std::vector<std::string> lines;
  std::istringstream text(ep::jit(f).lower(args...).text("schedule"));
  for (std::string line; std::getline(text, line);)
    if (line.find(" carries=") != std::string::npos && line.find(" carries=0") == std::string::npos) lines.push_back(line);
  return lines;
}
template <class F, class... A> void expect_in_place(const F& f, const A&... args) {
  EXPECT_EQ(said_by_us(ep::jit(f)(args...)), said_by_us(f(args...)));
  const auto found = loops(f, args...);
  EXPECT_FALSE(found.empty());
  for (const std::string& line : found) {
    EXPECT_NE(line.find("in_place="), std::string::npos) << line;
    EXPECT_EQ(line.find("copied="), std::string::npos) << line;
  }
}

const Array& table() {
  static const Array t = ep::reshape(ep::iota({12}, 0).as(ep::f32), {6, 2});
  return t;
}
const Array& places() {
  static const Array p{3, 0, 3, 5, 1};
  return p;
}

TEST(InPlace, AScanThatWritesARow) {
  expect_in_place([](Array t, Array p) { return ep::scan([](Array t, Array i) { return std::pair{t.at(i).set(t[i] * 0.5 + 1), nothing}; }, t, p).first; }, table(), places());
}
TEST(InPlace, AForiLoopThatWritesARow) {
  expect_in_place([](Array t) { return ep::fori_loop(1, 6, [](Array i, Array t) { return t.at(i).set(t[i - 1] + t[i]); }, t); }, table());
}
TEST(InPlace, AWhileLoopThatWritesARow) {
  expect_in_place([](Array t) {
    return ep::while_loop([](Pair c) { return c.second < 5; }, [](Pair c) { return Pair{c.first.at(c.second).set(c.first[c.second + 1] * 2), c.second + 1}; }, Pair{t, Array(0).as(ep::i32)}).first;
  }, table());
}
TEST(InPlace, TwoUpdatesInOneIteration) {
  expect_in_place([](Array x) {
    return ep::fori_loop(0, 5, [](Array i, Array x) {
      const Array a = x[i], b = x[i + 1], swap = a > b;
      return x.at(i).set(where(swap, b, a)).at(i + 1).set(where(swap, a, b));
    }, x);
  }, Array{5., 2., 4., 1., 3., 0.});
}
TEST(InPlace, LoopsInLoops) {
  expect_in_place([](Array t) {
    return ep::fori_loop(0, 6, [](Array i, Array t) { return ep::fori_loop(0, 2, [&](Array j, Array t) { return t.at(i, j).set(t[{i, j}] * 2 + j.as(ep::f32)); }, t); }, t);
  }, table());
}
TEST(InPlace, BranchesInLoops) {
  expect_in_place([](Array t, Array p) {
    return ep::scan([](Array t, Array i) {
      return std::pair{ep::cond(i > 2, [](Array t, Array i) { return t.at(i).set(t[i] + 10); }, [](Array t, Array) { return t; }, t, i), nothing};
    }, t, p)
        .first;
  }, table(), places());
  expect_in_place([](Array t, Array p) {
    return ep::scan([](Array t, Array i) {
      return std::pair{ep::switch_(i % 3, std::tuple{[](Array t, Array i) { return t.at(i).set(t[i] + 10); }, [](Array t, Array i) { return t.at(0).set(t[i]).at(i).set(t[0]); }, [](Array t, Array) { return t; }}, t, i), nothing};
    }, t, p)
        .first;
  }, table(), places());
}
// What must not be written over: a carry that is returned too, one that another branch needs, one that is read after its update.
TEST(InPlace, OldValuesThatAreNeededStay) {
  const auto same = [](const auto& f, const auto&... args) { EXPECT_EQ(said_by_us(ep::jit(f)(args...)), said_by_us(f(args...))); };
  same([](Array t, Array p) { return ep::scan([](Array t, Array i) { return std::pair{t.at(i).set(t[i] + 1), t}; }, t, p).second; }, table(), places());
  same([](Array t, Array p) {
    return ep::scan([](Array t, Array i) {
      const Array next = t.at(i).set(t[i] + 1);
      return std::pair{next, next[0] + t[i]};
    }, t, p)
        .second;
  }, table(), places());
  same([](Array t, Array p) { return ep::scan([](Pair c, Array i) { return std::pair{Pair{c.second, c.first.at(i).set(c.second[0])}, nothing}; }, Pair{t, t + 1}, p).first.first; }, table(), places());
  same([](Array t, Array p) {
    return ep::scan([](Array t, Array i) {
      return std::pair{ep::cond(i > 2, [](Array t, Array i) { return t.at(i).set(t[i] + 10); }, [](Array t, Array i) { return flip(t) * i; }, t, i), nothing};
    }, t, p)
        .first;
  }, table(), places());
  same([](Array t, Array p) { return t + ep::scan([](Array t, Array i) { return std::pair{t.at(i).set(t[i] + 1), nothing}; }, t, p).first; }, table(), places());
  same([](Array t, Array p) { return ep::scan([&](Array c, Array i) { return std::pair{c.at(i).set(t[i] + c[0]), nothing}; }, t, p).first; }, table(), places());
}

// The gradient of a loop that reads a table's rows adds to their slices.
TEST(InPlace, GradientsOfTables) {
  const auto reads = [](Array t, Array p) {
    return ep::grad([&](Array t) { return ep::scan([&](Array c, Array i) { return std::pair{c + sum(t[i] * t[i]), nothing}; }, 0.f, p).first; })(t);
  };
  expect_in_place(reads, table(), places());
  EXPECT_EQ(said_by_us(reads(table(), places())), "f32[6,2] [[ 0.  2.]\n [ 4.  6.]\n [ 0.  0.]\n [24. 28.]\n [ 0.  0.]\n [20. 22.]]");
  expect_in_place([](Array t, Array p) {
    return ep::grad([&](Array t) { return sum(ep::scan([](Array t, Array i) { return std::pair{t.at(i).set(t[i] * t[0]), nothing}; }, t, p).first); })(t);
  }, table(), places());
}
TEST(InPlace, UpdatesOfABatch) {
  const auto update = [](Array t, Array u, Array p) { return ep::scan([&](Array t, Array i) { return std::pair{t.at(i).set(t[i] + u), nothing}; }, t, p).first; };
  const Array tables = ep::stack({table(), table() * 2}), each = Array{{3, 0, 3}, {5, 1, 2}};
  expect_in_place([&](Array t, Array u, Array p) { return ep::vmap(update, {.in_axes = {0, none, 0}})(t, u, p); }, tables, Array{1., 2.}, each);
}

}  // namespace
