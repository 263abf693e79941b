// f16 and bf16 in programs of several ops that move them. Each op alone is in the op table (../ops/), as are its refusals.
#include <gtest/gtest.h>

#include "compiled.h"
#include "espalier/ir/print.h"
#include "targets.h"

namespace espalier::codegen {
namespace {

using namespace ir;

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

}  // namespace
}  // namespace espalier::codegen
