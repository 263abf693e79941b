// All singles, pairs and triples of {grad, jvp, vmap, hessian, mutate, scan, cond} in every order, on every program; those
// with jit are in jit/nesting_jit_test.cpp.
#include "nesting.h"

#include <gtest/gtest.h>

namespace {

using espalier::nesting::Chain;

class Nesting : public testing::TestWithParam<Chain> {};

TEST_P(Nesting, AgreesWithNumbers) {
  const auto result = espalier::nesting::compare(GetParam());
  EXPECT_LE(result.error(), 2e-7) << testing::PrintToString(result.actual) << " and " << testing::PrintToString(result.expected);
}

INSTANTIATE_TEST_SUITE_P(All, Nesting, testing::ValuesIn(espalier::nesting::chains(false)), [](const auto& test) { return test.param.name(); });

}  // namespace
