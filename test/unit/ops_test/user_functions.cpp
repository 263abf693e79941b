// The user's function of an op records the op alone, at the user's line, and computes the same at once.
#include <gtest/gtest.h>

#include "differences.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/trace.h"

namespace espalier::test {
namespace {

Array array_of(const Literal& x) { return espalier::detail::ArrayAccess::of(x, Where::current()); }
Literal literal_of(const Array& x) { return literal(Type(x.dtype(), x.shape()), espalier::detail::ArrayAccess::data(x)); }

class UserFunctions : public testing::TestWithParam<const Use*> {};

TEST_P(UserFunctions, ComputeTheOp) {
  const Use& use = *GetParam();
  const auto operands = draw(use, 60, true);
  std::vector<Array> arrays;
  for (const Literal& x : operands) arrays.push_back(array_of(x));
  EXPECT_EQ(bits_differ({literal_of(row_of(use.op).user(arrays))}, evaluated({graph_of(use), operands})), "");
}

TEST_P(UserFunctions, RecordTheOpAtTheUsersLine) {
  const Use& use = *GetParam();
  Trace trace;
  std::vector<Array> arrays;
  for (Type t : use.operands) arrays.push_back(trace.input(t, false, Where::current()));
  const Array result = row_of(use.op).user(arrays);
  const Value value = trace.value_of(result, "test", result.where());
  const Graph graph = trace.finish({&value, 1});
  ASSERT_EQ(graph.nodes.size(), 1u) << print(graph);
  EXPECT_EQ(name(graph.nodes[0].op), name(use.op));
  EXPECT_NE(std::string(graph.nodes[0].loc.file).find("test/unit/ops"), std::string::npos) << print(graph, {.locations = true});
}

std::vector<const Use*> with_function() {
  std::vector<const Use*> out;
  for (const Use* use : all_uses()) {
    const Row& row = row_of(use->op);
    if (row.user && std::find(row.user_dtypes.begin(), row.user_dtypes.end(), use->operands.back().dtype()) != row.user_dtypes.end()) out.push_back(use);
  }
  return out;
}
INSTANTIATE_TEST_SUITE_P(Ops, UserFunctions, testing::ValuesIn(with_function()), name_of);

}  // namespace
}  // namespace espalier::test
