// Dtypes without arithmetic: every op of the table either moves their bits, or throws DTypeError that names the op and the dtype,
// evaluated and compiled alike.
#include <gtest/gtest.h>

#include "compiled.h"
#include "espalier/ir/builder.h"
#include "espalier/ir/error.h"
#include "espalier/ir/eval.h"
#include "espalier/ir/print.h"
#include "espalier/ir/simplify.h"
#include "targets.h"

namespace espalier::codegen {
namespace {

using namespace ir;

// A program of one op on operands of the dtype: [4] for elementwise ops, as the others need. Nothing where the op's rule of types
// refuses the dtype, which is an answer as good.
std::optional<Graph> program_of(Op op, DType dtype) {
  Builder b;
  const Type type(dtype, Shape(4)), scalar(dtype);
  std::vector<Value> in;
  Attrs attrs;
  auto operands = [&](int n, Type t) { for (int i = 0; i < n; ++i) in.push_back(b.input(t)); };
  auto body = [&](int inputs) {
    Builder inner;
    std::vector<Value> values;
    for (int i = 0; i < inputs; ++i) values.push_back(inner.input(type));
    const Value sum[] = {inner.add(Op::add, {values[0], values[0]})};
    return std::make_shared<const Graph>(inner.finish(sum));
  };
  switch (family(op)) {
    case Family::unary: operands(1, type); break;
    case Family::binary: operands(2, type); break;
    case Family::ternary: operands(3, type); break;
    case Family::source:
    case Family::movement:
    case Family::reducing:
    case Family::contraction:
    case Family::random:
    case Family::control: break;
  }
  if (op == Op::convert) attrs = ConvertAttrs{f32};
  if (op == Op::bitcast) attrs = ConvertAttrs{byte_size(dtype) == 2 ? u16 : dtype};
  if (op == Op::compare) attrs = CompareAttrs{Comparison::lt};
  if (op == Op::select) in[0] = b.input(Type(bool_, Shape(4)));
  if (op == Op::constant) attrs = ConstantAttrs{Literal{type, std::make_shared<std::vector<std::byte>>(4 * byte_size(dtype))}};
  if (op == Op::iota) attrs = IotaAttrs{type, 0};
  if (op == Op::broadcast) operands(1, scalar), attrs = BroadcastAttrs{Shape(4), {}};
  if (op == Op::reshape) operands(1, type), attrs = ReshapeAttrs{Shape({2, 2})};
  if (op == Op::transpose) operands(1, Type(dtype, Shape({2, 3}))), attrs = TransposeAttrs{{1, 0}};
  if (op == Op::slice) operands(1, type), attrs = SliceAttrs{{1}, {3}, {1}};
  if (op == Op::pad) operands(1, type), operands(1, scalar), attrs = PadAttrs{{1}, {1}, {0}};
  if (op == Op::concatenate) operands(2, type), attrs = ConcatenateAttrs{0};
  if (op == Op::reverse) operands(1, type), attrs = ReverseAttrs{{0}};
  if (op == Op::dynamic_slice) operands(1, type), operands(1, Type(i32)), attrs = DynamicSliceAttrs{Shape(2)};
  if (op == Op::dynamic_update_slice) operands(1, type), operands(1, Type(dtype, Shape(2))), operands(1, Type(i32));
  if (op == Op::reduce) operands(1, type), attrs = ReduceAttrs{Reduction::sum, {0}};
  if (op == Op::arg_reduce) operands(1, type), attrs = ArgReduceAttrs{ArgReduction::max, 0, i32};
  if (op == Op::cumulative) operands(1, type), attrs = CumulativeAttrs{Cumulation::sum, 0, false};
  if (op == Op::dot) operands(2, type), attrs = DotAttrs{{}, {}, {0}, {0}, dtype};
  if (op == Op::threefry2x32) operands(4, type);
  if (op == Op::call) operands(1, type), attrs = CallAttrs{body(1), "body"};
  if (op == Op::cond) operands(1, Type(i32)), operands(1, type), attrs = CondAttrs{{body(1), body(1)}};
  if (op == Op::scan) operands(1, type), attrs = ScanAttrs{body(1), 0, 1, 3, false};
  try {
    const Value outputs[] = {b.add(op, std::span<const Value>(in), attrs)};
    return b.finish(outputs);
  } catch (const DTypeError&) {
    return std::nullopt;
  }
}

std::vector<Literal> zeros_for(const Graph& graph) {
  std::vector<Literal> out;
  for (Type t : graph.input_types()) out.push_back({t, std::make_shared<std::vector<std::byte>>(static_cast<std::size_t>(t.nbytes()))});
  return out;
}

class HalfFloats : public testing::TestWithParam<DType> {};

TEST_P(HalfFloats, MoveOrSayWhatIsMissing) {
  const DType dtype = GetParam();
  int refused = 0, moved = 0;
  for (int row = 0; row < op_count; ++row) {
    const Op op = static_cast<Op>(row);
    const auto graph = program_of(op, dtype);
    if (!graph) continue;
    const auto inputs = zeros_for(*graph);
    const bool control = op == Op::call || op == Op::cond || op == Op::scan;  // their bodies add
    const std::string who = control ? "add" : std::string(name(op));
    const Graph simple = simplify(*graph);  // what is compiled: where the op has gone, the argument is named
    const auto answer = [&](const char* how, const std::string& named, auto&& run) {
      try {
        run();
        return true;
      } catch (const DTypeError& error) {
        EXPECT_EQ(error.op, named) << how;
        EXPECT_NE(error.message.find(name(dtype)), std::string::npos) << how << ": " << error.what();
        EXPECT_EQ(error.dtypes, std::vector{dtype}) << how << ": " << error.what();
        EXPECT_FALSE(error.hint.empty());
      } catch (const std::exception& error) {
        ADD_FAILURE() << how << " " << name(op) << " in " << name(dtype) << ": " << error.what();
      }
      return false;
    };
    std::vector<View> views;
    for (const Literal& x : inputs) views.push_back({x.type, x.data()});
    answer("evaluated", who, [&] { eval(*graph, views); });
    answer("planned", simple.nodes.empty() ? "compile" : who, [&] { compiler().cost(simple, {}); });
    const bool ran = answer("compiled", simple.nodes.empty() ? "compile" : who, [&] {
      const test::Compiled code(*graph);
      code(inputs);
      EXPECT_EQ(code.damage, "");
    });
    (ran ? moved : refused)++;
  }
  EXPECT_GT(refused, 40);
  EXPECT_GE(moved, is_complex(dtype) ? 0 : 10);
}

// Every pattern of sixteen bits is the same wherever it is moved, signalling NaNs among them, for vectors of each width.
TEST(HalfFloats, AreMovedBitForBit) {
  for (const DType dtype : {f16, bf16}) {
    const std::string t(name(dtype));
    const Graph graph = parse("graph(%0: bool[65536], %1: " + t + "[65536], %2: " + t +
                              "[4]) {\n"
                              "  %3 = constant {value=-7.5} : " +
                              t +
                              "[]\n"
                              "  %4 = broadcast %2 {shape=[16384,4], dims=[1]} : " +
                              t +
                              "[16384,4]\n"
                              "  %5 = reshape %4 {shape=[65536]} : " +
                              t +
                              "[65536]\n"
                              "  %6 = select %0, %1, %5 : " +
                              t +
                              "[65536]\n"
                              "  %7 = slice %6 {start=[3], limit=[65530], stride=[1]} : " +
                              t +
                              "[65527]\n"
                              "  %8 = pad %7, %3 {low=[5], high=[2], interior=[0]} : " +
                              t +
                              "[65534]\n"
                              "  %9 = reverse %1 {axes=[0]} : " +
                              t +
                              "[65536]\n"
                              "  %10 = concatenate %8, %9 {axis=0} : " +
                              t +
                              "[131070]\n"
                              "  return %6, %10\n}\n");
    std::vector<std::uint8_t> chosen(65536);
    std::vector<std::uint16_t> patterns(65536);
    for (std::size_t i = 0; i < patterns.size(); ++i) chosen[i] = i % 7 != 0, patterns[i] = static_cast<std::uint16_t>(i);
    const std::uint16_t four[] = {0x7d01, 0xff81, 0x0001, 0x8000};
    const test::Case program{graph, {literal(graph.types[0], chosen.data()), literal(graph.types[1], patterns.data()), literal(graph.types[2], four)}};
    const auto wanted = test::evaluated(program);
    std::vector<std::string> targets = test::runnable_targets();
    targets.push_back("nehalem");
    for (const std::string& target : targets) {
      const test::Compiled code(graph, {.target = target});
      EXPECT_EQ(test::bits_differ(code(program.inputs), wanted), "") << t << " " << target;
      EXPECT_EQ(code.damage, "");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(DTypes, HalfFloats, testing::Values(f16, bf16, c64, c128), [](const auto& info) { return std::string(name(info.param)); });

}  // namespace
}  // namespace espalier::codegen
