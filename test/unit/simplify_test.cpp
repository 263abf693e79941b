// Simplification changes no bit of what is exact.
#include "espalier/ir/simplify.h"

#include <gtest/gtest.h>

#include <array>

#include "espalier/ir/builder.h"
#include "noise.h"
#include "random_graph.h"

namespace espalier::test {
namespace {

using namespace ir;

constexpr std::array dtypes = {bool_, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64};

// A conversion through another dtype, in range and out of it.
TEST(Simplify, ConversionsInARowKeepTheirBits) {
  std::mt19937_64 random(1);
  for (DType from : dtypes) {
    for (DType through : dtypes) {
      for (DType to : dtypes) {
        Builder builder;
        const Value x = builder.input(Type(from, Shape{300}));
        const Value y = builder.add(Op::convert, {x}, ConvertAttrs{through});
        const Case program{builder.finish(std::array{builder.add(Op::convert, {y}, ConvertAttrs{to})}), {random_literal(random, Type(from, Shape{300}))}};
        const Case simple{simplify(program.graph), program.inputs};
        EXPECT_EQ(bits_differ(evaluated(simple), evaluated(program)), "") << name(from) << " to " << name(through) << " to " << name(to);
      }
    }
  }
}

}  // namespace
}  // namespace espalier::test
