// The scheduler's cost of an op is its row's: an operation for each element that is computed or reduced, two for each factor of a
// product, none for what moves.
#include <gtest/gtest.h>

#include <algorithm>

#include "../../ops/table.h"
#include "espalier/ir/simplify.h"
#include "espalier/dsl/compiler.h"
#include "espalier/jit/schedule/small_factors.h"

namespace espalier::test {
namespace {

using namespace ir;

class CostOf : public testing::TestWithParam<const Use*> {};

TEST_P(CostOf, IsThatOfTheRow) { EXPECT_EQ(codegen::compiler().cost(simplify(graph_of(*GetParam())), {}).flops, GetParam()->flops); }

// Tiny factorizations are written out.
bool is_tiny(const Use& use) {
  const bool may_be = use.op == Op::cholesky || use.op == Op::lu || use.op == Op::triangular_solve;
  return may_be && use.operands[0].size() > 0 && std::max(use.operands[0].shape()[-1], use.operands[0].shape()[-2]) <= codegen::most_written_out;
}

// The uses in f32 and u32 of which simplification leaves something to do. Complex numbers, sums of windows and tiny factorizations are
// planned as other ops.
std::vector<const Use*> singles() {
  std::vector<const Use*> out;
  for (const Use* use : all_uses()) {
    const auto in = [&](const char* dtype) { return use->name.find(dtype) != std::string::npos; };
    if (family(use->op) == Family::control || family(use->op) == Family::source || (!in("_f32") && !in("_u32")) || in("c64") || in("c128") || use->op == Op::complex || use->op == Op::overlap_add || is_tiny(*use)) continue;
    for (const ir::Node& node : simplify(graph_of(*use)).nodes)
      if (node.op == use->op) out.push_back(use);
  }
  return out;
}
INSTANTIATE_TEST_SUITE_P(Ops, CostOf, testing::ValuesIn(singles()), [](const auto& info) { return info.param->name; });

}  // namespace
}  // namespace espalier::test
