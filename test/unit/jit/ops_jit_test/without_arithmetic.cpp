// Dtypes without arithmetic: a program that computes in one is refused where it is planned and where it is compiled, by DTypeError
// that names the op and the dtype. f16 and bf16 that only move are compiled (compiled.cpp).
#include <gtest/gtest.h>

#include "../../ops/table.h"
#include "../compiled.h"
#include "espalier/ir/error.h"
#include "espalier/ir/simplify.h"

namespace espalier::test {
namespace {

using namespace ir;

template <class F> void expect_refused(const Use& use, bool gone, const char* how, F&& run) {
  try {
    run();
    ADD_FAILURE() << use.name << " is " << how;
  } catch (const DTypeError& error) {
    const bool inside = family(use.op) == Family::control;  // the ops of its bodies
    if (!inside && !gone) {
      EXPECT_EQ(error.op, name(use.op)) << how << " " << use.name;
    }
    ASSERT_EQ(error.dtypes.size(), 1u) << how << " " << use.name << ": " << error.what();
    EXPECT_FALSE(has_arithmetic(error.dtypes[0])) << how << " " << use.name << ": " << error.what();
    EXPECT_NE(error.message.find(name(error.dtypes[0])), std::string::npos) << how << " " << use.name << ": " << error.what();
    EXPECT_FALSE(error.hint.empty()) << how << " " << use.name;
  } catch (const std::exception& error) {
    ADD_FAILURE() << how << " " << use.name << ": " << error.what();
  }
}

class WithoutArithmetic : public testing::TestWithParam<Op> {};

TEST_P(WithoutArithmetic, IsRefused) {
  std::vector<const Use*> uses;
  for (const Use& use : row_of(GetParam()).refused) uses.push_back(&use);
  for (const Use* use : uses) {
    const Graph graph = simplify(graph_of(*use));
    const bool gone = std::none_of(graph.nodes.begin(), graph.nodes.end(), [&](const ir::Node& node) { return node.op == use->op; });
    if (gone) continue;  // what simplification leaves only moves
    expect_refused(*use, gone, "planned", [&] { codegen::compiler().cost(graph, {}); });
    expect_refused(*use, gone, "compiled", [&] { codegen::compiler().compile(graph, {}); });
  }
}

INSTANTIATE_TEST_SUITE_P(Ops, WithoutArithmetic, testing::ValuesIn(all_ops()), [](const auto& info) { return std::string(name(info.param)); });

}  // namespace
}  // namespace espalier::test
