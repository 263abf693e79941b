// Maxima and minima of reals, compiled: NaN wins wherever it stands, and of two zeros the right one, to the bit. Code for them
// takes the machine's own instructions, which know neither.
#include <gtest/gtest.h>

#include "compiled.h"
#include "espalier/ir/expr.h"

namespace espalier::test {
namespace {

using namespace ir;

template <class T> std::vector<T> specials() {
  using L = std::numeric_limits<T>;
  return {T(0), -T(0), T(1), T(-1), L::infinity(), -L::infinity(), L::quiet_NaN(), -L::quiet_NaN(), L::denorm_min(), L::max()};
}
template <class T> inline constexpr DType dtype_of = sizeof(T) == 4 ? f32 : f64;

void expect_bits_of_the_evaluator(const Graph& graph, const std::vector<Literal>& inputs, const std::string& what) {
  for (const char* target : {"", "avx2"}) EXPECT_EQ(bits_differ(Compiled(graph, {.target = target})(inputs), evaluated({graph, inputs})), "") << what << " " << target;
}

template <class T> class Extremum : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(Extremum, Reals);

// max(x, c) and max(c, x) for every special number x, with the constant c known and unknown.
TYPED_TEST(Extremum, OfNumberAndBound) {
  using T = TypeParam;
  const std::vector<T> numbers = specials<T>();
  const Type type(dtype_of<T>, {static_cast<std::int64_t>(numbers.size())});
  for (Op op : {Op::max, Op::min}) {
    for (T c : numbers) {
      Builder b;
      const Expr x{&b, b.input(type)}, unknown{&b, b.input(type)};
      const Literal scalar = literal(Type(dtype_of<T>), &c);
      const Expr bound = broadcast({&b, b.add(Op::constant, {}, ConstantAttrs{scalar})}, type.shape(), {});
      const Graph graph = b.finish(std::vector{binary(op, x, bound).value, binary(op, bound, x).value, binary(op, x, unknown).value});
      const std::vector<T> same(numbers.size(), c);
      expect_bits_of_the_evaluator(graph, {literal(type, numbers.data()), literal(type, same.data())}, std::string(name(op)) + " with " + std::to_string(c));
    }
  }
}

// Rows and columns in which two special numbers stand among ordinary ones that do not hide them.
TYPED_TEST(Extremum, OfManyNumbers) {
  using T = TypeParam;
  const std::vector<T> numbers = specials<T>();
  for (auto [rows, cols] : {std::pair{37, 1}, {5, 16}, {7, 40}, {1, 100}}) {
    const Type type(dtype_of<T>, {rows, cols});
    for (Reduction kind : {Reduction::max, Reduction::min}) {
      Builder b;
      const Expr x{&b, b.input(type)};
      std::vector<Value> outputs;
      for (const Ints& axes : {Ints{0}, Ints{1}, Ints{0, 1}}) outputs.push_back(reduce(x, kind, axes).value);
      const Graph graph = b.finish(outputs);
      const Compiled compiled(graph), narrow(graph, {.target = "avx2"});
      std::mt19937_64 random(5);
      for (T one : numbers) {
        for (T other : numbers) {
          // The rest is on the far side of zero, so that zeros are extrema, or equal to one of the two.
          const T rest = random() % 2 == 0 ? (kind == Reduction::max ? T(-2) : T(2)) : one;
          std::vector<T> data(static_cast<std::size_t>(rows * cols), rest);
          data[random() % data.size()] = one;
          data[random() % data.size()] = other;
          const Case program{graph, {literal(type, data.data())}};
          const auto wanted = evaluated(program);
          EXPECT_EQ(bits_differ(compiled(program.inputs), wanted), "") << rows << "x" << cols << " " << one << " " << other << " " << rest;
          EXPECT_EQ(bits_differ(narrow(program.inputs), wanted), "") << rows << "x" << cols << " " << one << " " << other << " " << rest << " avx2";
        }
      }
    }
  }
}

}  // namespace
}  // namespace espalier::test
