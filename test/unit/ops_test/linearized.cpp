// Every op linearized at a place is its derivative there, for any direction.
#include <gtest/gtest.h>

#include <cmath>

#include "differences.h"
#include "espalier/ir/linearize.h"

namespace espalier::test {
namespace {

class Linearized : public testing::TestWithParam<const Use*> {};

TEST_P(Linearized, IsTheDerivative) {
  const Use& use = *GetParam();
  const Graph graph = graph_of(use);
  const auto at = draw_smooth(use, 8);
  for (const auto& active : choices(differentiable(use))) {
    const ir::Linearized split = linearize(graph, active);
    const Jvp forward = jvp(graph, active);
    ASSERT_EQ(split.output_active, forward.output_active);
    const std::size_t n = graph.outputs.size();
    const auto primal = evaluated({split.primal, at});
    const std::vector<Literal> residuals(primal.begin() + static_cast<std::ptrdiff_t>(n), primal.end());
    ASSERT_EQ(residuals.size(), split.n_residuals);
    EXPECT_EQ(bits_differ({primal.begin(), primal.begin() + static_cast<std::ptrdiff_t>(n)}, evaluated({graph, at})), "");
    for (const std::uint64_t seed : {14, 15}) {
      const auto along = directions(graph, active, seed);
      const auto tangents = evaluated({split.linear, joined(residuals, along)}), wanted = evaluated({forward.graph, joined(at, along)});
      ASSERT_EQ(n + tangents.size(), wanted.size());
      for (std::size_t k = 0; k < tangents.size(); ++k) {
        const Numbers is = numbers_of(tangents[k]), want = numbers_of(wanted[n + k]);
        ASSERT_EQ(is.shape, want.shape);
        const long double tolerance = part_of(tangents[k].type.dtype()) == f64 ? 1e-13L : 1e-6L;
        for (std::int64_t i = 0; i < is.size(); ++i) EXPECT_LE(std::fabs(is[i] - want[i]), tolerance * (1 + std::fabs(want[i]))) << testing::PrintToString(active) << " tangent " << k << " element " << i;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Ops, Linearized, testing::ValuesIn(smooth_uses()), name_of);

}  // namespace
}  // namespace espalier::test
