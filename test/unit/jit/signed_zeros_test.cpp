// Sums of negative zeros are negative zeros, to the bit, evaluated and compiled, however the sum is computed: a sum starts with its
// first element, as NumPy's does, so that a program that is simplified still divides by the same zero. The sum of nothing is 0.
#include <gtest/gtest.h>

#include "compiled.h"
#include "espalier/ir/expr.h"

namespace espalier::test {
namespace {

using namespace ir;

template <class T> class SignedZeros : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(SignedZeros, Reals);
template <class T> inline constexpr DType dtype_of = sizeof(T) == 4 ? f32 : f64;

struct Shaped {
  Shape shape;
  Ints axes;
};
const Shaped shapes[] = {
    {{7}, {0}},
    {{1}, {0}},
    {{5, 33}, {1}},
    {{5, 33}, {0}},
    {{5, 1}, {1}},
    {{1, 5}, {0}},
    {{3, 1, 40}, {1, 2}},
    {{4, 3000}, {0, 1}},
    {{3, 20'000}, {1}},
    {{20'000, 3}, {0}},
};

// 1 / sum, which tells zeros apart, for each of what `made` makes of x.
template <class T, class Make> void expect_negative(const Shaped& row, const char* what, Make&& made) {
  Builder b;
  const Type type(dtype_of<T>, row.shape);
  const Expr x{&b, b.input(type)};
  const Expr result = 1.0 / made(x);
  const Graph graph = b.finish(std::vector{result.value});
  const std::vector<T> zeros(static_cast<std::size_t>(type.size()), T(-0.0));
  const std::vector<Literal> inputs{literal(type, zeros.data())};
  const std::vector<T> wanted(static_cast<std::size_t>(result.type().size()), -std::numeric_limits<T>::infinity());
  const std::vector<Literal> expected{literal(result.type(), wanted.data())};
  EXPECT_EQ(bits_differ(evaluated({graph, inputs}), expected), "") << what << " of " << row.shape.str() << ", evaluated";
  for (const char* target : {"", "avx2"}) EXPECT_EQ(bits_differ(Compiled(graph, {.target = target})(inputs), expected), "") << what << " of " << row.shape.str() << ", for '" << target << "'";
}

TYPED_TEST(SignedZeros, AreSummed) {
  for (const Shaped& row : shapes) {
    expect_negative<TypeParam>(row, "the sum", [&](Expr x) { return reduce(x, Reduction::sum, row.axes); });
    expect_negative<TypeParam>(row, "the sum of a computed array", [&](Expr x) { return reduce(x + x, Reduction::sum, row.axes); });
    expect_negative<TypeParam>(row, "the sum of products", [&](Expr x) { return reduce(x * exp(x), Reduction::sum, row.axes); });
  }
}
TYPED_TEST(SignedZeros, AreSummedWhereOneIsRepeated) {
  for (const Shaped& row : shapes) {
    Ints dims;
    for (int i = 0; i < row.shape.ndim(); ++i) dims.push_back(i);
    auto more = row.shape.extents();
    more.push_back(4);
    expect_negative<TypeParam>(row, "the sum of four equal ones", [&](Expr x) { return reduce(broadcast(x, Shape(more), dims), Reduction::sum, {row.shape.ndim()}); });
    auto all = row.axes;
    all.push_back(row.shape.ndim());
    expect_negative<TypeParam>(row, "the sum of all, each four times", [&](Expr x) { return reduce(broadcast(x, Shape(more), dims), Reduction::sum, all); });
  }
}
TYPED_TEST(SignedZeros, AreSummedOnTheWay) {
  for (const Shaped& row : shapes) {
    for (bool reverse : {false, true}) {
      expect_negative<TypeParam>(row, "the running sum", [&](Expr x) { return apply(Op::cumulative, {x}, CumulativeAttrs{Cumulation::sum, static_cast<int>(row.axes[0]), reverse}); });
    }
  }
}
TYPED_TEST(SignedZeros, TheSumOfNothingIsPositive) {
  Builder b;
  const Type type(dtype_of<TypeParam>, Shape{3, 0});
  const Expr result = 1.0 / reduce({&b, b.input(type)}, Reduction::sum, {1});
  const Graph graph = b.finish(std::vector{result.value});
  const std::vector<TypeParam> wanted(3, std::numeric_limits<TypeParam>::infinity());
  const std::vector<Literal> inputs{literal(type, nullptr)}, expected{literal(result.type(), wanted.data())};
  EXPECT_EQ(bits_differ(evaluated({graph, inputs}), expected), "");
  for (const char* target : {"", "avx2"}) EXPECT_EQ(bits_differ(Compiled(graph, {.target = target})(inputs), expected), "") << target;
}

}  // namespace
}  // namespace espalier::test
