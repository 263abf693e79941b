// The same of the derivative as a function of place and direction.
#include <gtest/gtest.h>

#include "differences.h"

namespace espalier::test {
namespace {

// The operands by which a use has a second derivative.
std::vector<bool> twice_differentiable(const Use& use) {
  std::vector<bool> out = differentiable(use);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = out[i] && use.domains[i].twice;
  return out;
}

class SecondDerivative : public testing::TestWithParam<const Use*> {
 protected:
  // The derivative by all operands that have one, at a place; its own active inputs.
  void SetUp() override {
    const Use& use = *GetParam();
    const Graph graph = graph_of(use);
    active = twice_differentiable(use);
    first = jvp(graph, active).graph;
    const auto along = directions(graph, active, 11);
    at = joined(draw_smooth(use, 7), along);
    active.resize(at.size(), true);
  }
  Graph first;
  std::vector<Literal> at;
  std::vector<bool> active;
};

TEST_P(SecondDerivative, IsThatOfDifferences) { EXPECT_EQ(tangents_wrong(first, at, active, directions(first, active, 12), row_of(GetParam()->op).constant_slope), ""); }

TEST_P(SecondDerivative, Transposes) { EXPECT_EQ(transpose_wrong(first, at, active, directions(first, active, 13)), ""); }

std::vector<const Use*> with_derivatives() {
  std::vector<const Use*> out;
  for (const Use* use : smooth_uses()) {
    const std::vector<bool> active = twice_differentiable(*use);
    if (std::find(active.begin(), active.end(), true) != active.end()) out.push_back(use);
  }
  return out;
}
INSTANTIATE_TEST_SUITE_P(Ops, SecondDerivative, testing::ValuesIn(with_derivatives()), name_of);

}  // namespace
}  // namespace espalier::test
