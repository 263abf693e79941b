// All singles, pairs and triples of {grad, jvp, vmap, hessian, mutate, scan, cond} in every order: on functions of arrays, on
// functions of trees, and on functions that see arrays from outside; those with jit are in jit/nesting_jit_test.cpp.
#include "nesting.h"

#include <gtest/gtest.h>

namespace {

using namespace espalier::nesting;

class Nesting : public testing::TestWithParam<Chain> {};

TEST_P(Nesting, AgreesWithNumbers) {
  const auto result = compare(GetParam());
  EXPECT_LE(result.error(), 2e-7) << testing::PrintToString(result.actual) << " and " << testing::PrintToString(result.expected);
}

const auto name_of = [](const auto& test) { return test.param.name(); };
INSTANTIATE_TEST_SUITE_P(OfArrays, Nesting, testing::ValuesIn(chains(Kind::arrays, false)), name_of);
INSTANTIATE_TEST_SUITE_P(OfTrees, Nesting, testing::ValuesIn(chains(Kind::trees, false)), name_of);
INSTANTIATE_TEST_SUITE_P(Capturing, Nesting, testing::ValuesIn(chains(Kind::capturing, false)), name_of);

}  // namespace
