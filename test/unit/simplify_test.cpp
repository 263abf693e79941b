// Simplification changes no bit of what is exact.
#include "espalier/ir/simplify.h"

#include <gtest/gtest.h>

#include <array>

#include "espalier/ir/builder.h"
#include "espalier/ir/linearize.h"
#include "noise.h"
#include "random_graph.h"

namespace espalier::test {
namespace {

using namespace ir;

constexpr std::array dtypes = {bool_, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64};

// What is compiled is simplified once, by who compiles it: a second time finds nothing.
TEST(Simplify, LeavesAloneWhatItHasSimplified) {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const Graph graph = random_graph(seed, {.nodes = 40, .nesting = 2, .figures = 30});
    std::vector<bool> floating;
    for (Type type : graph.input_types()) floating.push_back(is_floating(type.dtype()));
    for (const Graph& program : {graph, vjp(graph, floating).graph}) {
      const Graph simple = simplify(program);
      EXPECT_EQ(simplify(simple), simple) << "seed " << seed;
    }
  }
}

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

// What repeats is reduced once: the same bits as the evaluator gives, which reduces element by element.
TEST(Simplify, ReductionsOfRepeatedValuesKeepTheirBits) {
  std::mt19937_64 random(2);
  struct {
    Shape from;
    Ints dims;
    Shape shape;
    Ints axes;
  } const cases[] = {
      {{}, {}, {3}, {0}},
      {{}, {}, {7, 5}, {0, 1}},
      {{}, {}, {7, 5}, {1}},
      {{4}, {1}, {6, 4}, {0}},
      {{4}, {0}, {4, 6}, {1}},
      {{4, 1}, {0, 1}, {4, 9}, {1}},
      {{1, 4}, {0, 2}, {10, 3, 4}, {0, 1}},
      {{3}, {1}, {1000, 3}, {0}},
      {{2, 3}, {1, 2}, {5, 2, 3}, {0}},
  };
  for (const auto& c : cases) {
    for (const Reduction kind : {Reduction::sum, Reduction::prod, Reduction::max, Reduction::min, Reduction::and_, Reduction::or_, Reduction::xor_}) {
      for (const DType dtype : dtypes) {
        const bool logic = kind == Reduction::and_ || kind == Reduction::or_ || kind == Reduction::xor_;
        if (logic ? is_floating(dtype) : is_bool(dtype)) continue;
        // A product of many floats rounds as its order has it: its bits are only those of numbers that need no rounding.
        const bool exact = kind == Reduction::prod && is_floating(dtype);
        const Type type(dtype, c.from);
        ir::Literal input = random_literal(random, type, !is_floating(dtype));  // a sum of zeros starts at +0, a product has their sign
        if (exact) {
          std::vector<std::byte> ones;
          for (std::int64_t i = 0; i < type.size(); ++i) {
            const ir::Literal one = scalar_literal(dtype, i % 2 == 0 ? -1.0 : 1.0);
            ones.insert(ones.end(), one.bytes->begin(), one.bytes->end());
          }
          input = literal(type, ones.data());
        }
        Builder builder;
        const Value x = builder.input(type);
        const Value y = builder.add(Op::broadcast, {x}, BroadcastAttrs{c.shape, c.dims});
        const Case program{builder.finish(std::array{builder.add(Op::reduce, {y}, ReduceAttrs{kind, c.axes})}), {input}};
        const Case simple{simplify(program.graph), program.inputs};
        EXPECT_EQ(bits_differ(evaluated(simple), evaluated(program)), "") << name(dtype) << " kind " << static_cast<int>(kind) << " of " << c.from.str() << " as " << c.shape.str();
        for (const ir::Node& node : simple.graph.nodes) EXPECT_NE(node.op, Op::reduce) << c.shape.str();
      }
    }
  }
}
TEST(Simplify, ExtremaOfRepeatedValuesAreFoundOnce) {
  std::mt19937_64 random(3);
  struct {
    Shape from;
    Ints dims;
    Shape shape;
    int axis;
  } const cases[] = {{{}, {}, {9}, 0}, {{4}, {1}, {6, 4}, 1}, {{4}, {1}, {6, 4}, 0}, {{4}, {0}, {4, 6}, 0}, {{4, 1}, {0, 2}, {4, 3, 5}, 2}, {{4, 2}, {1, 2}, {3, 4, 2}, 1}};
  for (const auto& c : cases) {
    for (const ArgReduction kind : {ArgReduction::max, ArgReduction::min}) {
      Builder builder;
      const Value x = builder.input(Type(f32, c.from));
      const Value y = builder.add(Op::broadcast, {x}, BroadcastAttrs{c.shape, c.dims});
      const Case program{builder.finish(std::array{builder.add(Op::arg_reduce, {y}, ArgReduceAttrs{kind, c.axis, i32})}), {random_literal(random, Type(f32, c.from))}};
      const Case simple{simplify(program.graph), program.inputs};
      EXPECT_EQ(bits_differ(evaluated(simple), evaluated(program)), "") << c.shape.str();
      for (const ir::Node& node : simple.graph.nodes) {
        if (node.op != Op::arg_reduce) continue;
        EXPECT_EQ(simple.graph.type_of(simple.graph.operands_of(node)[0]).shape(), c.from);
      }
    }
  }
}
// Along 2^50 elements nothing is left that is done for each of them.
TEST(Simplify, ReductionsOfHugeBroadcastsAreScalars) {
  for (const Reduction kind : {Reduction::sum, Reduction::prod, Reduction::max}) {
    Builder builder;
    const Value x = builder.input(Type(f32));
    const Value y = builder.add(Op::broadcast, {x}, BroadcastAttrs{Shape{1 << 25, 1 << 25}, {}});
    const Graph simple = simplify(builder.finish(std::array{builder.add(Op::reduce, {y}, ReduceAttrs{kind, {0, 1}})}));
    for (Type type : simple.types) EXPECT_EQ(type.ndim(), 0);
    EXPECT_LE(simple.nodes.size(), 60u);
  }
}

}  // namespace
}  // namespace espalier::test
