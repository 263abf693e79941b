// Graphs in which fused code once read or wrote at the wrong place: compiled they compute what the evaluator computes.
#include <gtest/gtest.h>

#include <cmath>

#include "compiled.h"
#include "espalier/ir/eval.h"
#include "espalier/ir/print.h"

namespace espalier::codegen {
namespace {

void expect_as_evaluated(std::string_view text) {
  const ir::Graph graph = ir::parse(text);
  std::vector<ir::Literal> inputs;
  std::vector<ir::View> views;
  for (ir::Type type : graph.input_types()) {
    std::vector<double> data;
    for (std::int64_t i = 0; i < type.size(); ++i) data.push_back(std::sin(static_cast<double>(131 * inputs.size() + static_cast<std::size_t>(i) + 1)));
    inputs.push_back(ir::literal(type, data.data()));
    views.push_back({type, inputs.back().data()});
  }
  const test::Compiled compiled(graph);
  const auto wanted = ir::eval(graph, views), got = compiled(inputs);
  for (std::size_t o = 0; o < wanted.size(); ++o) {
    const auto *w = static_cast<const double*>(wanted[o].data()), *g = static_cast<const double*>(got[o].data());
    for (std::int64_t i = 0; i < wanted[o].type.size(); ++i) EXPECT_NEAR(g[i], w[i], 1e-12 * (1 + std::fabs(w[i]))) << "output " << o << ", element " << i;
  }
  EXPECT_EQ(compiled.damage, "");
}

// One array read at two indices of each point.
TEST(Compiled, ArrayAndItsTranspose) {
  expect_as_evaluated(R"(graph(%0: f64[9,9]) {
  %1 = transpose %0 {permutation=[1,0]} : f64[9,9]
  %2 = add %0, %1 : f64[9,9]
  return %2
}
)");
}
TEST(Compiled, TransposeThatIsAlsoReturned) {
  expect_as_evaluated(R"(graph(%0: f64[9,9]) {
  %1 = transpose %0 {permutation=[1,0]} : f64[9,9]
  %2 = exp %0 : f64[9,9]
  %3 = add %2, %1 : f64[9,9]
  return %1, %3
}
)");
}
TEST(Compiled, RowsReducedBesideColumnsRead) {
  expect_as_evaluated(R"(graph(%0: f64[9,9]) {
  %1 = transpose %0 {permutation=[1,0]} : f64[9,9]
  %2 = reduce %0 {kind=max, axes=[1]} : f64[9]
  %3 = broadcast %2 {shape=[9,9], dims=[0]} : f64[9,9]
  %4 = sub %1, %3 : f64[9,9]
  %5 = exp %4 : f64[9,9]
  %6 = reduce %5 {kind=sum, axes=[1]} : f64[9]
  %7 = reverse %0 {axes=[1]} : f64[9,9]
  %8 = add %7, %0 : f64[9,9]
  %9 = add %8, %1 : f64[9,9]
  return %6, %4, %9
}
)");
}
TEST(Compiled, OneRowBroadcastBothWays) {
  expect_as_evaluated(R"(graph(%0: f64[9]) {
  %1 = broadcast %0 {shape=[9,9], dims=[0]} : f64[9,9]
  %2 = broadcast %0 {shape=[9,9], dims=[1]} : f64[9,9]
  %3 = sub %1, %2 : f64[9,9]
  return %3
}
)");
}

// The first result of the last kernel takes the memory of an operand that its second result still reads.
TEST(Compiled, ResultsInTheMemoryOfOperands) {
  expect_as_evaluated(R"(graph(%0: f64[3,4], %1: f64[4,5], %2: f64[3,3], %3: f64[3,5]) {
  %4 = dot %0, %1 {lhs_batch=[], rhs_batch=[], lhs_contract=[1], rhs_contract=[0], result=f64} : f64[3,5]
  %5 = dot %2, %3 {lhs_batch=[], rhs_batch=[], lhs_contract=[1], rhs_contract=[0], result=f64} : f64[3,5]
  %6 = neg %5 : f64[3,5]
  %7 = add %5, %4 : f64[3,5]
  %8 = dot %6, %1 {lhs_batch=[], rhs_batch=[], lhs_contract=[1], rhs_contract=[1], result=f64} : f64[3,4]
  %9 = dot %7, %1 {lhs_batch=[], rhs_batch=[], lhs_contract=[1], rhs_contract=[1], result=f64} : f64[3,4]
  return %8, %9
}
)");
}

// A reduction over an empty axis, in one kernel with a result that has elements.
TEST(Compiled, SumOfNothing) {
  expect_as_evaluated(R"(graph(%0: f64[0,3], %1: f64[0,3]) {
  %2 = reduce %0 {kind=sum, axes=[0]} : f64[3]
  %3 = reduce %1 {kind=sum, axes=[0]} : f64[3]
  return %2, %3
}
)");
}

}  // namespace
}  // namespace espalier::codegen
