// Functions that a kernel needs often are called, others expanded in place: to the same bits. What is few instructions is never
// called.
#include <gtest/gtest.h>

#include "../../ops/table.h"
#include "../compiled.h"
#include "espalier/ir/expr.h"
#include "espalier/ir/simplify.h"

namespace espalier::test {
namespace {

using namespace ir;

constexpr int most_expanded = 12;  // see emit/kernel.cpp

// f(x), f(x) + f(x + 0.03), f(x) + f(x + 0.03) + f(x + 0.06), …: one kernel.
Graph applied(Op op, Type type, int times) {
  Builder b;
  const Expr x{&b, b.input(type)};
  Expr sum = full_like(x, 0);
  std::vector<Value> outputs;
  for (int i = 0; i < times; ++i) {
    const Expr at = x + 0.03 * i;
    const Attrs attrs = op == Op::reduce_precision ? Attrs(PrecisionAttrs{5, 10}) : Attrs();
    sum = sum + (info(op).operands.number == 1 ? apply(op, {at}, attrs) : binary(op, at, full_like(x, 1.7)));
    outputs.push_back(sum.value);
  }
  return b.finish(outputs);
}

template <class T> Literal numbers(Type type) {
  std::vector<T> values(static_cast<std::size_t>(type.size()));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<T>(0.07 * static_cast<double>(i % 19) - 0.4);
  return literal(type, values.data());
}

bool calls(Op op, const Graph& graph) { return codegen::compiler().text(simplify(graph), "mlir", {}).find("call @" + std::string(name(op)) + "_") != std::string::npos; }

class Called : public testing::TestWithParam<Op> {};

TEST_P(Called, AsExpanded) {
  const Op op = GetParam();
  for (DType dtype : {f32, f64}) {
    for (std::int64_t size : {1, 37}) {
      const Type type(dtype, {size});
      const Graph many = applied(op, type, most_expanded + 1), few = applied(op, type, most_expanded);
      ASSERT_EQ(calls(op, many), row_of(op).called);
      ASSERT_FALSE(calls(op, few));
      if (!row_of(op).called) continue;
      const std::vector<Literal> inputs{dtype == f32 ? numbers<float>(type) : numbers<double>(type)};
      auto called = Compiled(many)(inputs);
      called.pop_back();
      EXPECT_EQ(bits_differ(called, Compiled(few)(inputs)), "") << name(dtype) << " " << size;
    }
  }
}

std::vector<Op> of_floats() {
  std::vector<Op> out;
  for (Op op : all_ops()) {
    const bool floats = is_elementwise(op) && std::find(row_of(op).takes.begin(), row_of(op).takes.end(), f32) != row_of(op).takes.end();
    if (floats && info(op).operands.number <= 2 && (info(op).gives == Gives::same || info(op).gives == Gives::part)) out.push_back(op);
  }
  return out;
}
INSTANTIATE_TEST_SUITE_P(Ops, Called, testing::ValuesIn(of_floats()), [](const auto& info) { return std::string(name(info.param)); });

}  // namespace
}  // namespace espalier::test
