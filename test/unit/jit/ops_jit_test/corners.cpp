// Where functions have poles, saturate or leave the numbers: compiled code is NaN and infinite where the evaluator is, for all
// combinations of zeros, small whole numbers, halves, the least and the largest, infinities and NaN as operands.
#include <gtest/gtest.h>

#include "../../ops/table.h"
#include "../compiled.h"
#include "../targets.h"
#include "espalier/ir/builder.h"

namespace espalier::test {
namespace {

using namespace ir;

template <class T> std::vector<T> corners() {
  using L = std::numeric_limits<T>;
  return {T(0), -T(0), T(0.5), T(-0.5), T(1), T(-1), T(1.5), T(-1.5), T(2), T(-2), T(3), T(-3), T(40), T(-40), T(1e-30), T(-1e-30), T(1e10), T(-1e10), T(1e30), T(-1e30), L::max(), -L::max(), L::min(), -L::min(), L::denorm_min(), L::infinity(), -L::infinity(), L::quiet_NaN()};
}

// One operand for each of `count`: together they are all combinations.
template <class T> std::vector<Literal> combinations(std::size_t count, DType dtype) {
  const std::vector<T> one = corners<T>();
  std::size_t total = 1;
  for (std::size_t i = 0; i < count; ++i) total *= one.size();
  std::vector<Literal> out;
  for (std::size_t i = 0, step = 1; i < count; ++i, step *= one.size()) {
    std::vector<T> numbers;
    for (std::size_t k = 0; k < total; ++k) numbers.push_back(one[k / step % one.size()]);
    out.push_back(ir::literal(Type(dtype, Shape{static_cast<std::int64_t>(total)}), numbers.data()));
  }
  return out;
}

template <class T> const char* kind(T x) { return std::isnan(x) ? "nan" : (std::isinf(x) ? (x > 0 ? "inf" : "-inf") : "a number"); }

template <class T> void expect_same_kinds(Op op, DType dtype) {
  Builder b;
  const std::vector<Literal> inputs = combinations<T>(static_cast<std::size_t>(info(op).operands.number), dtype);
  std::vector<Value> operands;
  for (const Literal& x : inputs) operands.push_back(b.input(x.type));
  const Value output = b.add(op, operands, {});
  const Graph graph = b.finish(std::span(&output, 1));
  const std::vector<Literal> expected = evaluated({graph, inputs});
  const auto* right = static_cast<const T*>(expected[0].data());
  for (const std::string& target : runnable_targets()) {
    const std::vector<Literal> results = Compiled(graph, {.target = target})(inputs);
    const auto* ours = static_cast<const T*>(results[0].data());
    for (std::int64_t i = 0; i < expected[0].type.size(); ++i) {
      std::string at;
      for (const Literal& x : inputs) at += (at.empty() ? "" : ", ") + std::to_string(static_cast<const T*>(x.data())[i]);
      EXPECT_STREQ(kind(ours[i]), kind(right[i])) << name(op) << "(" << at << ") in " << name(dtype) << " for " << target << ": " << ours[i] << ", not " << right[i];
    }
  }
}

class CornersOf : public testing::TestWithParam<Op> {};
TEST_P(CornersOf, AreNumbersWhereTheEvaluatorHasSome) {
  expect_same_kinds<float>(GetParam(), f32);
  expect_same_kinds<double>(GetParam(), f64);
}

// Those of floats to floats of their dtype, without attributes.
std::vector<Op> functions() {
  std::vector<Op> out;
  for (std::size_t row = 0; row < op_count; ++row) {
    const Op op = static_cast<Op>(row);
    if (!is_elementwise(op) || row_of(op).uses.front().attrs.index() != 0) continue;
    try {
      const std::vector<Type> operands(static_cast<std::size_t>(info(op).operands.number), Type(f32, Shape{4}));
      if (infer(op, {}, operands)[0] == operands[0]) out.push_back(op);
    } catch (const Error&) {  // of other dtypes
    }
  }
  return out;
}
INSTANTIATE_TEST_SUITE_P(Ops, CornersOf, testing::ValuesIn(functions()), [](const auto& info) { return std::string(name(info.param)); });

}  // namespace
}  // namespace espalier::test
