// Reductions of much into little run in parts, which threads share, and are joined in a fixed order.
#include <gtest/gtest.h>

#include "compiled.h"
#include "espalier/ir/expr.h"
#include "espalier/ir/simplify.h"
#include "espalier/runtime/pool.h"

namespace espalier::test {
namespace {

using namespace ir;

// Small whole numbers, whose sums are exact in every dtype and order, and for floats a few special ones among them.
template <class T> Literal numbers(Type type, bool special) {
  const auto n = static_cast<std::size_t>(type.size());
  const auto values = std::make_unique<T[]>(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<T>(static_cast<int>(i * 2654435761U % 7) - (std::is_signed_v<T> ? 3 : 0));
  if constexpr (std::is_floating_point_v<T>) {
    if (special) values[n / 3] = std::numeric_limits<T>::quiet_NaN(), values[n / 2] = -T(0);
  }
  return literal(type, values.get());
}
Literal numbers(Type type, bool special) {
  Literal out;
  visit_dtype(type.dtype(), [&]<class T>() { out = numbers<T>(type, special); });
  return out;
}

void expect_parts(const Graph& graph, const std::vector<Literal>& inputs, const std::string& what) {
  EXPECT_NE(codegen::compiler().text(simplify(graph), "mlir", {}).find("_join"), std::string::npos) << what << " is not cut into parts";
  const auto expected = evaluated({graph, inputs});
  for (const char* target : {"", "avx2"}) {
    const Compiled compiled(graph, {.target = target}), alone(graph, {.target = target, .parallel = false});
    for (int threads : {1, 3}) {
      runtime::set_threads(threads);
      EXPECT_EQ(bits_differ(compiled(inputs), expected), "") << what << " " << target << " with threads: " << threads;
    }
    EXPECT_EQ(bits_differ(alone(inputs), expected), "") << what << " " << target << " not parallel";
    EXPECT_EQ(compiled.damage, "") << what;
  }
  runtime::set_threads(0);
}

struct Extents {
  Shape shape;
  Ints axes;
};
const std::vector<Extents> few_results = {{{(1 << 20) + 37}, {0}}, {{300001, 3}, {0}}, {{3, 300001}, {1}}, {{2, 100003, 5}, {1}}, {{7, 1001, 200}, {0, 1}}, {{40, 9, 3001}, {0, 2}}, {{1 << 19, 40}, {0}}};

std::string text_of(const Extents& e) { return Type(f32, e.shape).str() + " over " + std::to_string(e.axes.size()) + " axes"; }

TEST(Parts, OfEveryReduction) {
  for (const Extents& extents : few_results) {
    for (auto [dtype, kind] : {std::pair{f32, Reduction::sum}, {f32, Reduction::max}, {f64, Reduction::min}, {i32, Reduction::prod}, {u8, Reduction::sum}, {bool_, Reduction::and_}, {i64, Reduction::xor_}, {i16, Reduction::max}}) {
      if (extents.shape.ndim() == 3 && is_integer(dtype)) continue;  // enough
      const Type type(dtype, extents.shape);
      Builder b;
      const Graph graph = b.finish(std::vector{reduce({&b, b.input(type)}, kind, extents.axes).value});
      expect_parts(graph, {numbers(type, kind != Reduction::sum)}, text_of(extents) + " of " + std::string(name(dtype)));
    }
  }
}

TEST(Parts, OfWhereExtremaLie) {
  for (const Extents& extents : few_results) {
    if (extents.axes.size() > 1) continue;
    for (DType dtype : {f32, i64}) {
      const Type type(dtype, extents.shape);
      Builder b;
      const Expr x{&b, b.input(type)};
      const int axis = static_cast<int>(extents.axes[0]);
      const Graph graph = b.finish(std::vector{apply(Op::arg_reduce, {x}, ArgReduceAttrs{ArgReduction::max, axis, i32}).value});
      expect_parts(graph, {numbers(type, false)}, text_of(extents) + " of " + std::string(name(dtype)));
    }
  }
}

// What the reduced values come from, what else is stored on the way, and what is done with the results.
TEST(Parts, OfFusedCode) {
  for (const Extents& extents : few_results) {
    const Type type(f32, extents.shape);
    Builder b;
    const Expr x{&b, b.input(type)}, y{&b, b.input(type)}, product = x * y + 1;
    const Expr sum = reduce(product, Reduction::sum, extents.axes), most = reduce(product, Reduction::max, extents.axes);
    const Graph graph = b.finish(std::vector{product.value, (sum - most).value, sum.value});
    expect_parts(graph, {numbers(type, false), numbers(type, false)}, text_of(extents));
  }
}

}  // namespace
}  // namespace espalier::test
