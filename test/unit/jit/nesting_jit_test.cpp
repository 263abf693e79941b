// All singles, pairs and triples of transforms that hold a jit, on every program. Where jit is outermost the code is
// compiled; inside another transform a jitted function is recorded as a call.
#include "../nesting.h"

#include <gtest/gtest.h>

namespace {

using espalier::nesting::Chain;

class NestingJit : public testing::TestWithParam<Chain> {};

TEST_P(NestingJit, AgreesWithNumbers) {
  const auto result = espalier::nesting::compare(GetParam());
  EXPECT_LE(result.error(), 2e-7) << testing::PrintToString(result.actual) << " and " << testing::PrintToString(result.expected);
}

INSTANTIATE_TEST_SUITE_P(All, NestingJit, testing::ValuesIn(espalier::nesting::chains(true)), [](const auto& test) { return test.param.name(); });

}  // namespace
