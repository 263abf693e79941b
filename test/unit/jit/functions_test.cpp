// Functions that a kernel needs often are called, others expanded in place: to the same bits.
#include <gtest/gtest.h>

#include "compiled.h"
#include "espalier/ir/expr.h"
#include "espalier/ir/simplify.h"

namespace espalier::test {
namespace {

using namespace ir;

constexpr Op functions[] = {Op::round_away, Op::exp, Op::exp2, Op::expm1, Op::log, Op::log1p, Op::rsqrt, Op::cbrt, Op::sin,
                            Op::cos, Op::tan, Op::asin, Op::acos, Op::atan, Op::sinh, Op::cosh, Op::tanh, Op::asinh, Op::acosh,
                            Op::atanh, Op::logistic, Op::erf, Op::erfc, Op::erf_inv, Op::lgamma, Op::digamma, Op::pow, Op::atan2,
                            Op::nextafter, Op::rem};
constexpr int most_expanded = 12;  // see emit/kernel.cpp

// f(x), f(x) + f(x + 0.03), f(x) + f(x + 0.03) + f(x + 0.06), …: one kernel.
Graph applied(Op op, Type type, int times) {
  Builder b;
  const Expr x{&b, b.input(type)};
  Expr sum = full_like(x, 0);
  std::vector<Value> outputs;
  for (int i = 0; i < times; ++i) {
    const Expr at = x + 0.03 * i;
    sum = sum + (info(op).operands.number == 1 ? unary(op, at) : binary(op, at, full_like(x, 1.7)));
    outputs.push_back(sum.value);
  }
  return b.finish(outputs);
}

template <class T> Literal numbers(Type type) {
  std::vector<T> values(static_cast<std::size_t>(type.size()));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<T>(0.07 * static_cast<double>(i % 19) - 0.4);
  return literal(type, values.data());
}

class Functions : public testing::TestWithParam<std::tuple<DType, std::int64_t>> {};

TEST_P(Functions, CalledAreExpanded) {
  const auto [dtype, size] = GetParam();
  const Type type(dtype, {size});
  const std::vector<Literal> inputs{dtype == f32 ? numbers<float>(type) : numbers<double>(type)};
  for (Op op : functions) {
    const Graph many = applied(op, type, most_expanded + 1), few = applied(op, type, most_expanded);
    const auto calls = [&](const Graph& graph) { return codegen::compiler().text(simplify(graph), "mlir", {}).find("call @" + std::string(name(op)) + "_") != std::string::npos; };
    ASSERT_TRUE(calls(many) && !calls(few)) << name(op);
    auto called = Compiled(many)(inputs);
    called.pop_back();
    EXPECT_EQ(bits_differ(called, Compiled(few)(inputs)), "") << name(op);
  }
}

INSTANTIATE_TEST_SUITE_P(Functions, Functions, testing::Combine(testing::Values(f32, f64), testing::Values(1, 37)));

}  // namespace
}  // namespace espalier::test
