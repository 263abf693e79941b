// Loop distribution: the program means the same, and its loops are free of the products.
#include "espalier/jit/schedule/loop_distribution.h"

#include <gtest/gtest.h>

#include "espalier/ir/eval.h"
#include "espalier/ir/print.h"

namespace espalier::codegen {
namespace {

std::vector<double> numbers(std::int64_t n, int seed) {
  std::vector<double> values(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = std::sin(static_cast<double>(seed * 131 + static_cast<int>(i)));
  return values;
}

std::vector<ir::Literal> outputs(const ir::Graph& graph) {
  std::vector<std::vector<double>> data;
  std::vector<ir::View> inputs;
  for (ir::Type type : graph.input_types()) {
    data.push_back(numbers(type.size(), static_cast<int>(data.size()) + 1));
    inputs.push_back({type, data.back().data()});
  }
  return ir::eval(graph, inputs);
}

void expect_same(const ir::Graph& left, const ir::Graph& right) {
  const auto a = outputs(left), b = outputs(right);
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t o = 0; o < a.size(); ++o) {
    ASSERT_EQ(a[o].type, b[o].type);
    const auto* x = static_cast<const double*>(a[o].data());
    const auto* y = static_cast<const double*>(b[o].data());
    for (std::int64_t i = 0; i < a[o].type.size(); ++i) EXPECT_NEAR(x[i], y[i], 1e-12) << "output " << o << ", element " << i;
  }
}

int dots_in_loops(const ir::Graph& graph, bool inside = false) {
  int count = 0;
  for (const ir::Node& node : graph.nodes) {
    if (inside && node.op == ir::Op::dot) ++count;
    if (const auto* scan = std::get_if<ir::ScanAttrs>(&graph.attrs_of(node))) count += dots_in_loops(*scan->body, true);
  }
  return count;
}

struct Case {
  const char* name;
  int dots_left;
  const char* text;
};

// h' = tanh(x W + h U): only h U has to wait for its iteration.
constexpr Case before{"before", 1, R"(graph(%0: f64[3,4], %1: f64[4,4], %2: f64[4], %3: f64[5,3]) {
  %4, %5 = scan %0, %1, %2, %3 {consts=2, carries=1, length=5, reverse=false, body=graph(%0: f64[3,4], %1: f64[4,4], %2: f64[4], %3: f64[3]) {
    %4 = sin %3 : f64[3]
    %5 = dot %4, %0 {lhs_batch=[], rhs_batch=[], lhs_contract=[0], rhs_contract=[0], result=f64} : f64[4]
    %6 = dot %2, %1 {lhs_batch=[], rhs_batch=[], lhs_contract=[0], rhs_contract=[0], result=f64} : f64[4]
    %7 = add %5, %6 : f64[4]
    %8 = tanh %7 : f64[4]
    return %8, %8
  }} : f64[4], f64[5,4]
  return %4, %5
}
)"};
// The gradient of a weight: a sum of outer products, here of what the carry decides, transposed, and in reverse.
constexpr Case after{"after", 0, R"(graph(%0: f64[4], %1: f64[3,4], %2: f64[5,3]) {
  %3, %4 = scan %0, %1, %2 {consts=0, carries=2, length=5, reverse=true, body=graph(%0: f64[4], %1: f64[3,4], %2: f64[3]) {
    %3 = sin %0 : f64[4]
    %4 = dot %3, %2 {lhs_batch=[], rhs_batch=[], lhs_contract=[], rhs_contract=[], result=f64} : f64[4,3]
    %5 = transpose %4 {permutation=[1,0]} : f64[3,4]
    %6 = add %5, %1 : f64[3,4]
    return %3, %6
  }} : f64[4], f64[3,4]
  return %3, %4
}
)"};
// A sum that the body reads may not be taken apart.
constexpr Case read{"read", 1, R"(graph(%0: f64[3,4], %1: f64[5,3], %2: f64[5,4]) {
  %3, %4 = scan %0, %1, %2 {consts=0, carries=1, length=5, reverse=false, body=graph(%0: f64[3,4], %1: f64[3], %2: f64[4]) {
    %3 = dot %1, %2 {lhs_batch=[], rhs_batch=[], lhs_contract=[], rhs_contract=[], result=f64} : f64[3,4]
    %4 = add %0, %3 : f64[3,4]
    %5 = sin %0 : f64[3,4]
    return %4, %5
  }} : f64[3,4], f64[5,3,4]
  return %3, %4
}
)"};
// Of the inner loop's two products one moves out of both loops; the sum stays in the outer one, where it is a matrix product.
constexpr Case nested{"nested", 1, R"(graph(%0: f64[3,4], %1: f64[2,5,3]) {
  %2, %3 = scan %0, %0, %1 {consts=1, carries=1, length=2, reverse=false, body=graph(%0: f64[3,4], %1: f64[3,4], %2: f64[5,3]) {
    %3, %4 = scan %0, %1, %2 {consts=1, carries=1, length=5, reverse=false, body=graph(%0: f64[3,4], %1: f64[3,4], %2: f64[3]) {
      %3 = dot %2, %0 {lhs_batch=[], rhs_batch=[], lhs_contract=[0], rhs_contract=[0], result=f64} : f64[4]
      %4 = dot %2, %3 {lhs_batch=[], rhs_batch=[], lhs_contract=[], rhs_contract=[], result=f64} : f64[3,4]
      %5 = add %1, %4 : f64[3,4]
      return %5, %3
    }} : f64[3,4], f64[5,4]
    return %3, %4
  }} : f64[3,4], f64[2,5,4]
  return %2, %3
}
)"};

class LoopDistributionCase : public testing::TestWithParam<Case> {};

TEST_P(LoopDistributionCase, MeansTheSame) {
  const ir::Graph graph = ir::parse(GetParam().text);
  const auto distributed = distribute_loops(graph);
  EXPECT_EQ(ir::verify(distributed), "");
  expect_same(graph, distributed);
  EXPECT_EQ(dots_in_loops(distributed), GetParam().dots_left);
}

INSTANTIATE_TEST_SUITE_P(LoopDistribution, LoopDistributionCase, testing::Values(before, after, read, nested), [](const auto& info) { return info.param.name; });

TEST(LoopDistribution, LeavesAloneWhatHasNoProduct) {
  const ir::Graph graph = ir::parse(read.text);
  EXPECT_EQ(distribute_loops(graph), graph);
}

}  // namespace
}  // namespace espalier::codegen
