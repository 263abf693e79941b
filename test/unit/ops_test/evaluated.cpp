// Every op, evaluated, gives what its reference gives.
#include <gtest/gtest.h>

#include "../ops/draw.h"
#include "differences.h"

namespace espalier::test {
namespace {

class Evaluated : public testing::TestWithParam<const Use*> {};

TEST_P(Evaluated, IsTheReference) {
  const Use& use = *GetParam();
  const Row& row = row_of(use.op);
  if (use.golden) {
    std::vector<Type> types;
    for (const Literal& x : use.golden->operands) types.push_back(x.type);
    EXPECT_EQ(judged(row.evaluated, use.golden->results, evaluated({graph_of(use, types), use.golden->operands})), "") << "by the data of another system";
  }
  if (is_elementwise(use.op)) {
    const auto operands = draw_many(use, 7, 800);
    std::vector<Type> types;
    for (const Literal& x : operands) types.push_back(x.type);
    EXPECT_EQ(judged(use, row.evaluated, operands, evaluated({graph_of(use, types), operands})), "");
  } else {
    const Graph graph = graph_of(use);
    for (const bool special : {false, true}) {
      const auto operands = draw(use, special ? 21 : 20, special);
      EXPECT_EQ(judged(use, row.evaluated, operands, evaluated({graph, operands})), "") << (special ? "special" : "");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Ops, Evaluated, testing::ValuesIn(all_uses()), name_of);

}  // namespace
}  // namespace espalier::test
