// The derivative of every op, by each of its operands and by several at once, is that of central differences.
#include <gtest/gtest.h>

#include "differences.h"

namespace espalier::test {
namespace {

class Derivative : public testing::TestWithParam<const Use*> {};

TEST_P(Derivative, IsThatOfDifferences) {
  const Use& use = *GetParam();
  const Graph graph = graph_of(use);
  const auto at = draw_smooth(use, 5);
  for (const auto& active : choices(differentiable(use))) EXPECT_EQ(tangents_wrong(graph, at, active, directions(graph, active, 9), row_of(use.op).constant_slope), "") << testing::PrintToString(active);
}

// Linear in what it is given: ⟨ȳ, J·ẋ⟩ = ⟨Jᵀ·ȳ, ẋ⟩.
TEST_P(Derivative, Transposes) {
  const Use& use = *GetParam();
  const Graph graph = graph_of(use);
  const auto at = draw_smooth(use, 6);
  for (const auto& active : choices(differentiable(use))) EXPECT_EQ(transpose_wrong(graph, at, active, directions(graph, active, 10)), "") << testing::PrintToString(active);
}

INSTANTIATE_TEST_SUITE_P(Ops, Derivative, testing::ValuesIn(smooth_uses()), name_of);

}  // namespace
}  // namespace espalier::test
