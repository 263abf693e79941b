// All singles, pairs and triples of transforms that hold a jit, on every program. Where jit is outermost the code is
// compiled; inside another transform a jitted function is recorded as a call.
#include "../nesting.h"

#include <gtest/gtest.h>

namespace {

using namespace espalier::nesting;

class NestingJit : public testing::TestWithParam<Chain> {};

TEST_P(NestingJit, AgreesWithNumbers) {
  const auto result = compare(GetParam());
  EXPECT_LE(result.error(), 2e-7) << testing::PrintToString(result.actual) << " and " << testing::PrintToString(result.expected);
}

const auto name_of = [](const auto& test) { return test.param.name(); };
INSTANTIATE_TEST_SUITE_P(OfArrays, NestingJit, testing::ValuesIn(chains(Kind::arrays, true)), name_of);
INSTANTIATE_TEST_SUITE_P(OfTrees, NestingJit, testing::ValuesIn(chains(Kind::trees, true)), name_of);
INSTANTIATE_TEST_SUITE_P(Capturing, NestingJit, testing::ValuesIn(chains(Kind::capturing, true)), name_of);

}  // namespace
