// The code of a long program grows with its length and no faster, and is right where it is cut into pieces.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "../random_graph.h"
#include "compiled.h"
#include "espalier/ir/builder.h"
#include "espalier/ir/eval.h"
#include "espalier/ir/expr.h"
#include "espalier/ir/linearize.h"

namespace espalier::test {
namespace {

using namespace ir;

std::int64_t lines_of_code(const Graph& graph) {
  const std::string text = codegen::compiler().text(graph, "llvm", {});
  return std::count(text.begin(), text.end(), '\n');
}

// Derivatives of a long chain of different functions.
Graph gradient_of_chain(int n) {
  Builder b;
  const Type type(f32, Shape{64});
  Expr x{&b, b.input(type)};
  for (int i = 0; i < n; ++i) x = i % 3 == 0 ? sin(x) : i % 3 == 1 ? x * full(b, type, 1 + 1.0 / (i + 2)) : exp(-x);
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

void expect_linear(const char* name, Graph (*make)(int), int n) {
  const std::int64_t small = lines_of_code(make(n)), large = lines_of_code(make(2 * n));
  EXPECT_LE(large, 2 * small + small / 4) << name;
}
TEST(LinearCompile, GradientOfAChain) { expect_linear("gradient of a chain", gradient_of_chain, 1000); }
TEST(LinearCompile, StackOfNumbers) { expect_linear("stack", stack_of_numbers, 300); }
TEST(LinearCompile, Concatenation) { expect_linear("concatenate", concatenation, 500); }

// Concatenations by groups, and entries that are cut into functions, compute the same.
TEST(LinearCompile, LongProgramsAreRight) {
  for (const Graph& graph : {stack_of_numbers(129), stack_of_numbers(300), concatenation(128), concatenation(400)}) {
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
