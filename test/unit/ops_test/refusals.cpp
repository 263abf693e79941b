// What an op does not take is refused by a typed error that names the op: other dtypes, shapes that differ, too few operands and
// too many, and what its row lists.
#include <gtest/gtest.h>

#include "differences.h"
#include "espalier/ir/builder.h"
#include "espalier/ir/error.h"

namespace espalier::test {
namespace {

const char* name_of_error(const Error& error) {
  if (dynamic_cast<const ShapeError*>(&error) != nullptr) return "ShapeError";
  if (dynamic_cast<const DTypeError*>(&error) != nullptr) return "DTypeError";
  if (dynamic_cast<const AxisError*>(&error) != nullptr) return "AxisError";
  if (dynamic_cast<const IndexError*>(&error) != nullptr) return "IndexError";
  if (dynamic_cast<const ArgumentError*>(&error) != nullptr) return "ArgumentError";
  if (dynamic_cast<const StructureError*>(&error) != nullptr) return "StructureError";
  return "another error";
}
const char* name_of_error(Refusal refusal) {
  switch (refusal) {
    case Refusal::shape: return "ShapeError";
    case Refusal::dtype: return "DTypeError";
    case Refusal::axis: return "AxisError";
    case Refusal::index: return "IndexError";
    case Refusal::argument: return "ArgumentError";
    case Refusal::structure: return "StructureError";
  }
  __builtin_unreachable();
}

void expect_refused(Op op, const Wrong& wrong) {
  try {
    infer(op, wrong.attrs, wrong.operands);
    ADD_FAILURE() << name(op) << " takes " << wrong.name;
  } catch (const Error& error) {
    EXPECT_STREQ(name_of_error(error), name_of_error(wrong.refusal)) << wrong.name << ": " << error.what();
    EXPECT_EQ(error.op, name(op)) << wrong.name << ": " << error.what();
    EXPECT_FALSE(error.message.empty()) << wrong.name;
  }
}

class Refusals : public testing::TestWithParam<Op> {};

TEST_P(Refusals, OfTheRow) {
  for (const Wrong& wrong : row_of(GetParam()).wrong) expect_refused(GetParam(), wrong);
}

TEST_P(Refusals, OfCounts) {
  const Op op = GetParam();
  for (const Use& use : row_of(op).uses) {
    std::vector<Type> fewer = use.operands, more = use.operands;
    more.push_back(more.empty() ? Type(f32) : more.back());
    if (!fewer.empty()) fewer.pop_back();
    for (const auto& operands : {fewer, more})
      if (!info(op).operands.admits(operands.size())) expect_refused(op, {use.name + " of " + std::to_string(operands.size()), Refusal::argument, operands, use.attrs});
  }
}

// An elementwise op takes what its row takes, and nothing else; all of one shape and dtype.
TEST_P(Refusals, OfDTypesAndShapes) {
  const Op op = GetParam();
  const Row& row = row_of(op);
  if (!is_elementwise(op)) return;
  const auto n = static_cast<std::size_t>(info(op).operands.number);
  const Attrs attrs = row.uses[0].attrs;
  for (DType dtype : every_dtype()) {
    if (op == Op::bitcast || op == Op::select) continue;  // these have uses and refusals for each
    const std::vector<Type> operands(n, Type(dtype, {2, 3}));
    const bool taken = std::find(row.takes.begin(), row.takes.end(), dtype) != row.takes.end();
    if (taken) EXPECT_NO_THROW(infer(op, attrs, operands)) << name(dtype);
    else expect_refused(op, {std::string(name(dtype)), Refusal::dtype, operands, attrs});
    if (!taken) continue;
    for (std::size_t i = 1; i < n; ++i) {
      std::vector<Type> shapes = operands, dtypes = operands;
      shapes[i] = Type(dtype, {3, 2});
      dtypes[i] = Type(dtype == f32 ? f64 : f32, {2, 3});
      expect_refused(op, {"two shapes in " + std::string(name(dtype)), Refusal::shape, shapes, attrs});
      expect_refused(op, {"two dtypes, of " + std::string(name(dtype)), Refusal::dtype, dtypes, attrs});
    }
  }
}

// Dtypes without arithmetic: the evaluator says so, naming the op and the dtype.
TEST_P(Refusals, OfDTypesWithoutArithmetic) {
  for (const Use& use : row_of(GetParam()).refused) {
    std::vector<Literal> operands;
    for (Type t : use.operands) operands.push_back({t, std::make_shared<std::vector<std::byte>>(static_cast<std::size_t>(t.nbytes()))});
    try {
      evaluated({graph_of(use), operands});
      ADD_FAILURE() << use.name << " has a value";
    } catch (const DTypeError& error) {
      if (!use.operands.empty() && family(use.op) != Family::control) {
        EXPECT_EQ(error.op, name(use.op)) << use.name;
      }
      EXPECT_FALSE(error.hint.empty()) << use.name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Ops, Refusals, testing::ValuesIn(all_ops()), [](const auto& info) { return std::string(name(info.param)); });

}  // namespace
}  // namespace espalier::test
