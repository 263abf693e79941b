// The properties of the op table (ops/) that need no compiler: one for each file of ops_test/.
#include <gtest/gtest.h>

#include <set>

#include "ops/table.h"

namespace espalier::test {
namespace {

TEST(Ops, HaveUsesOfDifferentNames) {
  std::set<std::string> names;
  for (ir::Op op : all_ops()) {  // collectives have values under vmap alone (jit/collective_test.cpp), custom_linear none (jit/custom_test.cpp)
    EXPECT_EQ(row_of(op).uses.empty(), family(op) == ir::Family::collective || op == ir::Op::custom_linear) << ir::name(op);
  }
  for (const Use* use : all_uses()) {
    EXPECT_TRUE(names.insert(use->name).second) << use->name;
    EXPECT_EQ(use->domains.size(), use->operands.size()) << use->name;
    EXPECT_TRUE(use->exact || use->equations || use->golden || !use->literals.empty()) << use->name << " has no reference";
  }
}

}  // namespace
}  // namespace espalier::test
