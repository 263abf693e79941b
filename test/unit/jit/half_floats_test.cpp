// f16 and bf16 in programs of several ops. Each op alone is in the op table (../ops/).
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>

#include "../random_graph.h"
#include "compiled.h"
#include "espalier/ir/builder.h"
#include "espalier/ir/print.h"
#include "targets.h"

namespace espalier::codegen {
namespace {

using namespace ir;

std::vector<std::string> all_targets() {
  std::vector<std::string> targets = test::runnable_targets();
  targets.push_back("nehalem");  // without instructions for f16
  return targets;
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
    for (const std::string& target : all_targets()) {
      const test::Compiled code(graph, {.target = target});
      EXPECT_EQ(test::bits_differ(code(program.inputs), wanted), "") << t << " " << target;
      EXPECT_EQ(code.damage, "");
    }
  }
}

// Conversions are the evaluator's, to the bit but for NaNs: of every pattern to every dtype, and back from numbers beside ties.
TEST(HalfFloats, AreConvertedAsByTheEvaluator) {
  std::vector<std::uint16_t> patterns(65536);
  for (std::size_t i = 0; i < patterns.size(); ++i) patterns[i] = static_cast<std::uint16_t>(i);
  constexpr DType others[] = {bool_, i8, i16, i32, i64, u8, u16, u32, u64, f16, bf16, f32, f64};
  Builder b;
  std::vector<Value> outputs;
  test::Case program;
  const auto input = [&](const Literal& x) {
    program.inputs.push_back(x);
    return b.input(x.type);
  };
  for (const DType dtype : {f16, bf16}) {
    const Value all = input(literal(Type(dtype, {65536}), patterns.data()));
    for (DType to : others)
      if (to != dtype) outputs.push_back(b.add(Op::convert, {all}, ConvertAttrs{to}));
  }
  std::mt19937_64 random(3);
  const auto add = [&]<class T>(auto draw) {
    std::vector<T> x;
    for (int i = 0; i < 40'000; ++i) x.push_back(draw());
    const Value all = input(literal(Type(dtype_of<T>(), {static_cast<std::int64_t>(x.size())}), x.data()));
    for (DType to : {f16, bf16}) outputs.push_back(b.add(Op::convert, {all}, ConvertAttrs{to}));
  };
  // A half's digits, a tie or not, and then nothing, something in the last places, or anything.
  const auto tail = [&](int width) {
    const std::uint64_t end = std::uint64_t{1} << (width - 1), noise = random() % 3;
    return random() % 2 * end + (noise == 0 ? 0 : (noise == 1 ? random() % 3 - 1 : random() % end));
  };
  add.operator()<float>([&] { return std::bit_cast<float>(static_cast<std::uint32_t>((random() << (random() % 2 == 0 ? 13 : 16)) + tail(random() % 2 == 0 ? 13 : 16))); });
  add.operator()<double>([&] { return std::bit_cast<double>((random() % 0x1000 << 52) + (random() << (random() % 2 == 0 ? 42 : 45) & 0xfffffffffffff) + tail(random() % 2 == 0 ? 42 : 45)); });
  add.operator()<double>([&] { return std::ldexp(static_cast<double>((random() % 4096 << 30) + tail(30)), -static_cast<int>(random() % 190)); });
  add.operator()<std::int32_t>([&] { return static_cast<std::int32_t>(((random() % 512 << 20) + tail(20)) >> (random() % 20)); });
  add.operator()<std::uint32_t>([&] { return static_cast<std::uint32_t>((random() << 21) + tail(21)); });
  add.operator()<std::int64_t>([&] { return static_cast<std::int64_t>((random() % 512 << 55) + tail(55)) >> (random() % 55); });
  add.operator()<std::uint64_t>([&] { return ((random() << 53) + tail(53)) >> (random() % 30); });
  program.graph = b.finish(outputs);
  const auto wanted = test::evaluated(program);
  for (const std::string& target : all_targets()) {
    const test::Compiled code(program.graph, {.target = target});
    EXPECT_EQ(test::bits_differ(code(program.inputs), wanted), "") << target;
    EXPECT_EQ(code.damage, "");
  }
}

// What is exact or correctly rounded in f32 is the evaluator's to the bit, in chains too, where each op rounds; products do not fuse.
TEST(HalfFloats, RoundAfterEachOp) {
  for (const DType dtype : {f16, bf16}) {
    const std::string t(name(dtype));
    const auto with = [&](std::string text) {
      for (std::size_t at; (at = text.find('@')) != std::string::npos;) text.replace(at, 1, t);
      return parse(text);
    };
    const Graph graph = with(R"(graph(%0: @[4099], %1: @[4099], %2: @[4099]) {
  %3 = mul %0, %1 : @[4099]
  %4 = add %3, %2 : @[4099]
  %5 = sub %4, %1 : @[4099]
  %6 = div %5, %0 : @[4099]
  %7 = sqrt %2 : @[4099]
  %8 = max %6, %7 : @[4099]
  %9 = neg %8 : @[4099]
  %10 = floor %5 : @[4099]
  %11 = compare %4, %10 {direction=lt} : bool[4099]
  %12 = select %11, %9, %1 : @[4099]
  %13 = nextafter %12, %2 : @[4099]
  %14 = is_finite %6 : bool[4099]
  %15 = abs %4 : @[4099]
  %16 = clamp %10, %15, %2 : @[4099]
  %17 = reduce %3 {kind=max, axes=[0]} : @[]
  return %4, %6, %12, %13, %14, %16, %17
}
)");
    const test::Case program{graph, test::random_inputs(graph, 11, true)};
    const auto wanted = test::evaluated(program);
    for (const std::string& target : all_targets()) {
      const test::Compiled code(graph, {.target = target});
      EXPECT_EQ(test::bits_differ(code(program.inputs), wanted), "") << t << " " << target;
    }
  }
}

// No code calls a function of a compiler's library, which this process may not have.
TEST(HalfFloats, CallNothing) {
  const Graph graph = parse("graph(%0: f64[100], %1: bf16[100], %2: i64[100]) {\n  %3 = convert %0 {to=f16} : f16[100]\n  %4 = convert %2 {to=bf16} : bf16[100]\n  %5 = mul %1, %4 : bf16[100]\n  %6 = convert %5 {to=f16} : f16[100]\n  %7 = add %3, %6 : f16[100]\n  %8 = convert %7 {to=f64} : f64[100]\n  return %5, %7, %8\n}\n");
  for (const std::string target : {"nehalem", "avx2", "avx512", "sapphirerapids"}) {
    const std::string code = codegen::compiler().text(graph, "asm", {.target = target});
    for (const char* function : {"__trunc", "__extend", "__gnu_"}) EXPECT_EQ(code.find(function), std::string::npos) << function << " " << target;
  }
}

// Products of halves read them, and add up in f32.
TEST(HalfFloats, Products) {
  for (const DType dtype : {f16, bf16}) {
    const std::tuple<Shape, Shape, std::int64_t, std::int64_t> ways[] = {{{33, 70}, {70, 45}, 1, 0}, {{70, 33}, {45, 70}, 0, 1}, {{200, 300}, {300, 150}, 1, 0}, {{1, 400}, {400, 90}, 1, 0}, {{2, 400}, {90, 400}, 1, 1}, {{64, 1}, {1, 64}, 1, 0}};
    for (const auto& [left, right, lhs, rhs] : ways) {
      for (const DType result : {dtype, f32}) {
        Builder b;
        const Value x = b.input(Type(dtype, left)), y = b.input(Type(dtype, right));
        const Value product = b.add(Op::dot, {x, y}, DotAttrs{{}, {}, {lhs}, {rhs}, result});
        const test::Case program{b.finish({&product, 1}), {}};
        const test::Case with_inputs{program.graph, test::random_inputs(program.graph, 5, false)};
        const test::Expected expected(with_inputs, 2);
        for (const std::string& target : all_targets()) EXPECT_EQ(expected.difference(test::Compiled(program.graph, {.target = target})(with_inputs.inputs)), "") << left.str() << " " << right.str() << " " << name(dtype) << " in " << name(result) << " " << target;
      }
    }
  }
}

}  // namespace
}  // namespace espalier::codegen
