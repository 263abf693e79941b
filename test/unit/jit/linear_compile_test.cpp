// The code of a long program grows with its length and no faster, none of its functions grows at all, and it is right where it
// is cut into pieces.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>
#include <string>

#include "../random_graph.h"
#include "compiled.h"
#include "espalier/ir/builder.h"
#include "espalier/ir/eval.h"
#include "espalier/ir/expr.h"
#include "espalier/ir/linearize.h"
#include "espalier/ir/simplify.h"

namespace espalier::test {
namespace {

using namespace ir;

struct Lines {
  std::int64_t all = 0, longest = 0;
};  // of the code, and of its longest function
Lines lines_of_code(const Graph& graph) {
  std::istringstream text(codegen::compiler().text(simplify(graph), "llvm", {}));
  Lines lines;
  std::int64_t begin = 0;
  for (std::string line; std::getline(text, line);) {
    ++lines.all;
    if (line.starts_with("define")) begin = lines.all;
    if (line == "}") lines.longest = std::max(lines.longest, lines.all - begin);
  }
  return lines;
}

// Derivatives of a long chain of different functions.
Graph gradient_of_chain(int n) {
  Builder b;
  const Type type(f32, Shape{64});
  Expr x{&b, b.input(type)};
  for (int i = 0; i < n; ++i) x = i % 3 == 0 ? sin(x) : (i % 3 == 1 ? x * full(b, type, 1 + 1.0 / (i + 2)) : exp(-x));
  return value_and_gradient(b.finish(std::array{reduce(x, Reduction::sum, {0}).value}), {true});
}
// Numbers computed one by one and put together.
Graph stack_of_numbers(int n) {
  Builder b;
  const Expr x{&b, b.input(Type(f32, Shape{n}))};
  std::vector<Value> parts;
  for (int i = 0; i < n; ++i) {
    const Value one = b.add(Op::slice, {x.value}, SliceAttrs{{i}, {i + 1}, {1}});
    parts.push_back((Expr{&b, one} * full(b, Type(f32, Shape{1}), i)).value);
  }
  return b.finish(std::array{b.add(Op::concatenate, parts, ConcatenateAttrs{0})});
}
Graph concatenation(int n) {
  Builder b;
  std::vector<Value> parts;
  for (int i = 0; i < n; ++i) parts.push_back(b.input(Type(f32, Shape{1 + i % 3, 2})));
  return b.finish(std::array{b.add(Op::concatenate, parts, ConcatenateAttrs{0})});
}
// Arrays that are joined of slices, each of them again of slices.
Graph joins_of_joins(int n) {
  Builder b;
  std::vector<Value> parts;
  for (int i = 0; i < n; ++i) {
    const Value x = b.input(Type(f32, Shape{6}));
    std::vector<Value> pieces;
    for (int k = 0; k < 3; ++k) pieces.push_back(b.add(Op::slice, {x}, SliceAttrs{{k}, {k + 3}, {1}}));
    parts.push_back(b.add(Op::reverse, {b.add(Op::concatenate, pieces, ConcatenateAttrs{0})}, ReverseAttrs{{0}}));
  }
  return b.finish(std::array{b.add(Op::concatenate, parts, ConcatenateAttrs{0})});
}
// Each round reads the one before in two ways: all ways together are as many as two to the number of rounds.
Graph folded(int n) {
  Builder b;
  const Type type(f32, Shape{64});
  Value x = b.input(type);
  for (int i = 0; i < n; ++i) {
    const Value both = b.add(Op::concatenate, {b.add(Op::reverse, {x}, ReverseAttrs{{0}}), x}, ConcatenateAttrs{0});
    x = b.add(Op::slice, {both}, SliceAttrs{{i % 2}, {127 + i % 2}, {2}});
  }
  return b.finish(std::array{x});
}

// No function is longer than this, however long the program: LLVM takes time that grows faster than a function.
constexpr std::int64_t most_lines = 3000;

void expect_linear(Graph (*make)(int), int n) {
  const Lines small = lines_of_code(make(n)), large = lines_of_code(make(2 * n));
  EXPECT_LE(large.all, 2 * small.all + small.all / 4);
  EXPECT_LE(large.longest, most_lines);
}
TEST(LinearCompile, GradientOfAChain) { expect_linear(gradient_of_chain, 1000); }
TEST(LinearCompile, StackOfNumbers) { expect_linear(stack_of_numbers, 800); }
TEST(LinearCompile, Concatenation) { expect_linear(concatenation, 1000); }
TEST(LinearCompile, JoinsOfJoins) { expect_linear(joins_of_joins, 300); }
TEST(LinearCompile, ManyWaysToOneArray) { expect_linear(folded, 16); }
// A kernel for each number would be a call and a function for each.
TEST(LinearCompile, NumbersThatAreStackedShareKernels) { EXPECT_LE(codegen::compiler().cost(simplify(stack_of_numbers(800)), {}).kernels, 30); }

// Concatenations by groups, and entries that are cut into functions, compute the same.
TEST(LinearCompile, LongProgramsAreRight) {
  for (const Graph& graph : {stack_of_numbers(65), stack_of_numbers(300), concatenation(64), concatenation(400), joins_of_joins(70), folded(16)}) {
    const auto inputs = random_inputs(graph, 5, false);
    std::vector<View> views;
    for (const Literal& x : inputs) views.push_back({x.type, x.data()});
    const Compiled compiled(graph);
    EXPECT_TRUE(compiled(inputs)[0] == eval(graph, views)[0]);
    EXPECT_EQ(compiled.damage, "");
  }
}
// A loop whose body is long, with constants, carries, xs and ys in memory of its own.
TEST(LinearCompile, LongBodiesAreRight) {
  Builder body;
  const Type row(f32, Shape{8});
  const Value c = body.input(row), x = body.input(row);
  std::vector<Value> parts;
  for (int i = 0; i < 200; ++i) parts.push_back((Expr{&body, body.add(Op::slice, {i % 2 ? c : x}, SliceAttrs{{i % 8}, {i % 8 + 1}, {1}})} * full(body, Type(f32, Shape{1}), 1 + i % 7)).value);
  const Value all = body.add(Op::concatenate, parts, ConcatenateAttrs{0});
  const Value next = body.add(Op::slice, {all}, SliceAttrs{{3}, {11}, {1}});
  const std::vector<float> table{1, -2, 3, 4, 5, -6, 7, 8};
  const Value sum = (Expr{&body, next} * 0.125 + Expr{&body, body.add(Op::constant, {}, ConstantAttrs{literal(row, table.data())})}).value;
  const auto graph_body = std::make_shared<const Graph>(body.finish(std::array{sum, all}));
  Builder b;
  const Value init = b.input(row), xs = b.input(Type(f32, Shape{5, 8}));
  const Value loop = b.add(Op::scan, {init, xs}, ScanAttrs{graph_body, 0, 1, 5, false});
  const Graph graph = b.finish(std::array{loop, loop + 1});
  const auto inputs = random_inputs(graph, 6, false);
  std::vector<View> views;
  for (const Literal& v : inputs) views.push_back({v.type, v.data()});
  const auto wanted = eval(graph, views), got = Compiled(graph)(inputs);
  for (std::size_t o = 0; o < 2; ++o) {
    const auto *w = static_cast<const float*>(wanted[o].data()), *g = static_cast<const float*>(got[o].data());
    for (std::int64_t i = 0; i < wanted[o].type.size(); ++i) EXPECT_NEAR(g[i], w[i], 1e-5f * (1 + std::fabs(w[i]))) << o << " " << i;
  }
}

}  // namespace
}  // namespace espalier::test
