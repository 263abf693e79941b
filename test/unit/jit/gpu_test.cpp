// The programs of ptx_test on the GPU of this machine. Where there is none, these tests do not exist.
#include <gtest/gtest.h>

#include "../cuda_machine.h"
#include "../noise.h"
#include "../random_graph.h"
#include "ptx_cases.h"
#include "ptx_run.h"

namespace espalier::test {
namespace {

std::vector<NamedGraph> where_there_is_a_gpu(std::vector<NamedGraph> cases) {
  if (!CudaMachine::exists()) cases.clear();
  return cases;
}
std::vector<NamedGraph> random_programs() {
  std::vector<NamedGraph> out;
  for (std::uint64_t seed = 0; seed < 300; ++seed) out.push_back({"random program " + std::to_string(seed), random_graph(seed)});
  return out;
}

class OnTheGpu : public testing::TestWithParam<NamedGraph> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(OnTheGpu);

TEST_P(OnTheGpu, ComputesWhatTheEvaluatorDoes) {
  const Case program{GetParam().graph, random_inputs(GetParam().graph, 3, GetParam().special)};
  EXPECT_EQ(Expected(program, 1).difference(ptx_run<CudaMachine>(program.graph)(program.inputs)), "");
}

// The bits are those of every run, however blocks are scheduled.
TEST_P(OnTheGpu, BitsAreThoseOfEveryRun) {
  const auto inputs = random_inputs(GetParam().graph, 4);
  auto run = ptx_run<CudaMachine>(GetParam().graph);
  EXPECT_EQ(bits_differ(run(inputs), run(inputs)), "");
}

INSTANTIATE_TEST_SUITE_P(Every, OnTheGpu, testing::ValuesIn(where_there_is_a_gpu(ptx_cases())), identifier);
INSTANTIATE_TEST_SUITE_P(Random, OnTheGpu, testing::ValuesIn(where_there_is_a_gpu(random_programs())), identifier);

}  // namespace
}  // namespace espalier::test
