// The properties of the op table (ops/) that need no compiler: one for each file of ops_test/.
#include <gtest/gtest.h>

#include <set>

#include "ops/table.h"

namespace espalier::test {
namespace {

TEST(Ops, HaveUsesOfDifferentNames) {
  std::set<std::string> names;
  // Collectives have values under vmap alone (jit/collective_test.cpp), custom_linear none (jit/custom_test.cpp); functions of the host's
  // have no text (jit/custom_call_test.cpp, jit/host_effects_test.cpp).
  const auto has_no_uses = [](ir::Op op) { return family(op) == ir::Family::collective || op == ir::Op::custom_linear || op == ir::Op::custom_call || op == ir::Op::host_call; };
  for (ir::Op op : all_ops()) {
    EXPECT_EQ(row_of(op).uses.empty(), has_no_uses(op)) << ir::name(op);
  }
  for (const Use* use : all_uses()) {
    EXPECT_TRUE(names.insert(use->name).second) << use->name;
    EXPECT_EQ(use->domains.size(), use->operands.size()) << use->name;
    EXPECT_TRUE(use->exact || use->equations || use->golden || !use->literals.empty()) << use->name << " has no reference";
  }
}

}  // namespace
}  // namespace espalier::test
