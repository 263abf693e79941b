// What becomes one kernel: never two values of which one reads the other also by way of a third that stays outside, for then
// each kernel would have to run before the other.
#include <gtest/gtest.h>

#include "compiled.h"
#include "espalier/ir/expr.h"
#include "random_case.h"

namespace espalier::test {
namespace {

using namespace ir;

const Type row(i32, {24});  // sums of integers are the same in any order, so that results are compared to the bit

// Ops that no elementwise kernel takes up, from a row to a row.
struct Detour {
  const char* name;
  Expr (*take)(Expr);
};
const std::vector<Detour> detours = {
    {"cumulative", [](Expr x) { return apply(Op::cumulative, {x}, CumulativeAttrs{Cumulation::sum, 0, false}); }},
    {"dot", [](Expr x) { return dot(insert_axis(x, 1, 24), x, {{}, {}, {1}, {0}, i32}); }},
    {"update", [](Expr x) {
  const Expr start = reduce(x, Reduction::max, {0});
  return apply(Op::dynamic_update_slice, {x, slice(x, {3}, {8}), start});
}},
    {"reduce", [](Expr x) { return broadcast(reduce(x, Reduction::sum, {0}), row.shape(), {}); }},
    {"reverse of cumulative", [](Expr x) { return reverse(apply(Op::cumulative, {x}, CumulativeAttrs{Cumulation::max, 0, true}), {0}); }},
};

std::vector<Literal> row_of_numbers() {
  std::vector<std::int32_t> numbers(24);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<std::int32_t>(i * i % 7) - 3;
  return {literal(row, numbers.data())};
}

void expect_same(const Graph& graph, const std::string& what) {
  const auto inputs = row_of_numbers();
  EXPECT_EQ(bits_differ(Compiled(graph)(inputs), evaluated({graph, inputs})), "") << what;
}

// y and a reader of y that also reads it through the detour: as a producer and its consumer, in both orders of the operands.
TEST(Fusion, OfAProducerRoundADetour) {
  for (const Detour& detour : detours) {
    for (bool first : {false, true}) {
      Builder b;
      const Expr x{&b, b.input(row)}, y = x * x, around = detour.take(y);
      expect_same(b.finish(std::vector{(first ? around - y : y - around).value}), detour.name);
      Builder c;
      const Expr u{&c, c.input(row)}, v = u * u, once = detour.take(v) + v, twice = detour.take(once) + v;
      expect_same(c.finish(std::vector{(first ? twice - v : v - twice).value, once.value}), std::string(detour.name) + " twice");
    }
  }
}

// Two readers of one array, of which one reads the other through the detour.
TEST(Fusion, OfSiblingsRoundADetour) {
  for (const Detour& detour : detours) {
    Builder b;
    const Expr x{&b, b.input(row)}, y = x + 1, around = detour.take(y), z = x - around;
    expect_same(b.finish(std::vector{y.value, z.value}), detour.name);
  }
}

// Tables made of rows and columns, reduced along one axis here and along the other there: one kernel that knows the axes of each
// table only from several of its operands, or the same table made twice.
TEST(Fusion, OfTablesReducedBothWays) {
  for (const std::int64_t n : {24, 700}) {
    for (const std::int64_t m : {n, n + 3}) {
      for (const bool same : {false, true}) {
        Builder b;
        const Expr u{&b, b.input(Type(i32, {n}))}, v{&b, b.input(Type(i32, {m}))};
        const auto table = [&](Expr rows, Expr columns) {
          const Shape shape{rows.shape()[0], columns.shape()[0]};
          return broadcast(rows, shape, {0}) * broadcast(columns, shape, {1}) + broadcast(columns, shape, {1});
        };
        const Expr one = table(u, v), other = same ? one : table(v, u);
        const Expr across = reduce(one, Reduction::sum, {1}), down = reduce(other - 1, Reduction::max, {0}), most = reduce(other, Reduction::min, {0});
        const Graph graph = b.finish(std::vector{(down - most).value, across.value, same ? down.value : (across + down).value});
        const auto numbers = [](std::int64_t count) {
          std::vector<std::int32_t> values(static_cast<std::size_t>(count));
          for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int32_t>(i * 37 % 11) - 5;
          return literal(Type(i32, {count}), values.data());
        };
        const std::vector<Literal> inputs{numbers(n), numbers(m)};
        EXPECT_EQ(bits_differ(Compiled(graph)(inputs), evaluated({graph, inputs})), "") << n << " " << m << " " << same;
      }
    }
  }
}

// Programs in which every value reads two of the last few, some by way of a detour: whatever was merged moves others about in
// the order that the search for detours relies on.
TEST(Fusion, OfManyDetours) {
  for_each_seed(60, [](std::uint64_t seed) {
    std::mt19937_64 random(seed);
    Builder b;
    std::vector<Expr> values{{&b, b.input(row)}};
    const std::size_t back = 2 + random() % 12;
    while (values.size() < 60) {
      const auto one_of_the_last = [&] { return values[values.size() - 1 - random() % std::min(back, values.size())]; };
      const Expr x = one_of_the_last(), y = one_of_the_last();
      values.push_back(random() % 4 == 0 ? detours[random() % detours.size()].take(x) : (random() % 2 == 0 ? x - y : binary(Op::xor_, x, y)));
    }
    expect_same(b.finish(std::vector{values.back().value, values[values.size() / 2].value}), "seed " + std::to_string(seed));
  });
}

}  // namespace
}  // namespace espalier::test
