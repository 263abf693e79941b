// Loops, branches and calls in one another: a transform makes each body once, so its work grows with the depth and no faster.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "espalier/ir/batch.h"
#include "espalier/ir/builder.h"
#include "espalier/ir/expr.h"
#include "espalier/ir/jvp.h"
#include "espalier/ir/linearize.h"
#include "espalier/ir/simplify.h"

namespace espalier::test {
namespace {

using namespace ir;

const Type row(f32, Shape{4});

GraphRef sine() {
  Builder b;
  const Value x = b.input(row);
  return std::make_shared<const Graph>(b.finish(std::array{b.add(Op::sin, {x})}));
}
GraphRef around(Op op, const GraphRef& body) {
  Builder b;
  const Value x = b.input(row);
  Value y = no_value;
  if (op == Op::scan) {
    y = b.add(op, {x}, ScanAttrs{body, 0, 1, 2, false});
  } else if (op == Op::while_) {
    Builder c;
    const Value z = c.input(row), low = c.add(Op::reduce, {z}, ReduceAttrs{Reduction::min, {0}});
    const Value holds = c.add(Op::compare, {low, c.add(Op::constant, {}, ConstantAttrs{scalar_literal(f32, 0.5)})}, CompareAttrs{Comparison::lt});
    y = b.add(op, {x}, WhileAttrs{std::make_shared<const Graph>(c.finish(std::array{holds})), body, 0, 6});
  } else if (op == Op::cond) {
    const Value index = b.add(Op::constant, {}, ConstantAttrs{scalar_literal(i32, std::int64_t{0})});
    y = b.add(op, {index, x}, CondAttrs{{body, sine()}});
  } else {
    y = b.add(op, {x}, CallAttrs{body, "f"});
  }
  return std::make_shared<const Graph>(b.finish(std::array{y}));
}
// A carry that only the second becomes active by, so that each level asks for its body with other flags first.
GraphRef exchanged(const GraphRef& body) {
  Builder b;
  const Value x = b.input(row), y = b.input(row), z = b.input(row);
  const Value inner = b.add(Op::scan, {z, x, y}, ScanAttrs{body, 0, 3, 2, false});
  return std::make_shared<const Graph>(b.finish(std::array{inner + 1, inner + 2, inner}));
}
GraphRef three() {
  Builder b;
  const Value x = b.input(row), y = b.input(row), z = b.input(row);
  return std::make_shared<const Graph>(b.finish(std::array{y, b.add(Op::sin, {z}), x}));
}

// The nodes of a program and of all bodies in it, each counted once.
std::size_t nodes(const Graph& graph) {
  std::set<const Graph*> seen;
  std::size_t count = 0;
  const std::function<void(const Graph&)> visit = [&](const Graph& g) {
    if (!seen.insert(&g).second) return;
    count += g.nodes.size();
    for (const Attrs& a : g.attrs) {
      if (const auto* scan = std::get_if<ScanAttrs>(&a)) visit(*scan->body);
      if (const auto* call = std::get_if<CallAttrs>(&a)) visit(*call->body);
      if (const auto* loop = std::get_if<WhileAttrs>(&a)) visit(*loop->body), visit(*loop->condition);
      if (const auto* cond = std::get_if<CondAttrs>(&a))
        for (const GraphRef& branch : cond->branches) visit(*branch);
    }
  };
  visit(graph);
  return count;
}

struct Transform {
  const char* name;
  std::function<Graph(const Graph&)> make;
};
std::vector<bool> first(const Graph& g) {
  std::vector<bool> flags(g.n_inputs, false);
  flags[0] = true;
  return flags;
}
const Transform transforms[] = {
    {"jvp", [](const Graph& g) { return jvp(g, first(g)).graph; }},
    {"linearize", [](const Graph& g) { return linearize(g, first(g)).linear; }},
    {"vjp", [](const Graph& g) { return vjp(g, first(g)).graph; }},
    {"vmap", [](const Graph& g) { return batch(g, first(g), 3).graph; }},
    {"vmap of vjp", [](const Graph& g) { const Graph v = vjp(g, first(g)).graph; return batch(v, first(v), 3).graph; }},
    {"jvp of vjp", [](const Graph& g) { const Graph v = vjp(g, first(g)).graph; return jvp(v, first(v)).graph; }},
    {"simplified vjp", [](const Graph& g) { return simplify(vjp(g, first(g)).graph); }},
};

// `times`: how much more a program of twice the depth may hold.
void expect_growth(const std::string& name, const GraphRef& core, std::size_t times, const std::function<GraphRef(const GraphRef&)>& around) {
  const auto nested = [&](int depth) {
    GraphRef graph = core;
    for (int i = 0; i < depth; ++i) graph = around(graph);
    return graph;
  };
  const GraphRef shallow = nested(20), deep = nested(40);  // two to the power of 40 would not end
  for (const Transform& t : transforms) {
    const std::size_t at_20 = nodes(t.make(*shallow)), at_40 = nodes(t.make(*deep));
    EXPECT_LE(at_40, times * at_20 + 20) << name << ", " << t.name;
  }
}

TEST(NestedBodies, GrowWithTheirDepth) {
  for (const Op op : {Op::scan, Op::while_, Op::cond, Op::call}) {
    expect_growth(std::string(name(op)), sine(), 2, [op](const GraphRef& body) { return around(op, body); });
  }
}
TEST(NestedBodies, GrowWithTheirDepthWhereAllBranchesNest) {
  expect_growth("cond in both branches", sine(), 2, [](const GraphRef& body) {
    Builder b;
    const Value x = b.input(row), index = b.add(Op::constant, {}, ConstantAttrs{scalar_literal(i32, std::int64_t{0})});
    return std::make_shared<const Graph>(b.finish(std::array{b.add(Op::mul, {x, b.add(Op::cond, {index, x}, CondAttrs{{body, body}})})}));
  });
}
// Of two branches one runs: what they save of one type has one place, and what they are given is saved by nobody.
TEST(NestedBodies, BranchesSaveWhatOneOfThemNeeds) {
  const auto product_of_sines = [](int n) {
    Builder b;
    const Value x = b.input(row);
    Value y = x;
    for (int i = 0; i < n; ++i) y = b.add(Op::sin, {y});
    return std::make_shared<const Graph>(b.finish(std::array{b.add(Op::mul, {y, x})}));
  };
  Builder b;
  const Value index = b.input(Type(i32)), x = b.input(row);
  const Value y = b.add(Op::cond, {index, x}, CondAttrs{{product_of_sines(4), product_of_sines(2), product_of_sines(3)}});
  const Linearized two = linearize(b.finish(std::array{y}), {false, true});
  // The index and x are inputs of the program; of four sines the cosine of each is saved, and the last sine.
  const auto saved = std::count_if(two.primal.nodes.begin(), two.primal.nodes.end(), [](const ir::Node& node) { return node.op == Op::cond; });
  ASSERT_EQ(saved, 1);
  EXPECT_LE(two.n_residuals, 2u + 5u);
}
TEST(NestedBodies, GrowWithTheirDepthWhereCarriesBecomeActiveLate) { expect_growth("exchanged carries", three(), 2, exchanged); }

// A body that many nodes hold is made once for all of them.
TEST(NestedBodies, AreSharedByTheirCallers) {
  const GraphRef body = sine();
  Builder b;
  const Value input = b.input(row);
  Value x = input;
  for (int i = 0; i < 100; ++i) x = b.add(Op::call, {x}, CallAttrs{body, "f"});
  const Graph graph = b.finish(std::array{x});
  EXPECT_LE(nodes(jvp(graph, {true}).graph), 100u + 10u);
  EXPECT_LE(nodes(batch(graph, {true}, 3).graph), 100u + 10u);
}

}  // namespace
}  // namespace espalier::test
