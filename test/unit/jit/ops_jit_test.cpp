// The properties of the op table (../ops/) that need the compiler: one for each file of ops_jit_test/.
#include <gtest/gtest.h>

#include "targets.h"

namespace espalier::test {
namespace {

TEST(Ops, AreCompiledForSomeTarget) { EXPECT_FALSE(runnable_targets().empty()); }

}  // namespace
}  // namespace espalier::test
