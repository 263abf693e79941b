// Where compiled code rounds: as the evaluator does, but for products that are added to something (a number, another product,
// what a reduction or a dot has added up), which are not rounded before.
#include <gtest/gtest.h>

#include <random>

#include "compiled.h"
#include "espalier/ir/expr.h"
#include "espalier/ir/print.h"

namespace espalier::test {
namespace {

using namespace ir;

Literal random_numbers(Type type, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Literal out;
  visit_dtype(type.dtype(), [&]<class T>() {
    std::vector<T> values(static_cast<std::size_t>(type.size()));
    if constexpr (std::is_floating_point_v<T>)
      for (T& x : values) x = static_cast<T>(static_cast<double>(random() >> 11) * 0x1p-52 - 1);
    if constexpr (std::is_floating_point_v<T>) out = literal(type, values.data());
  });
  return out;
}

struct Program {
  const char* name;
  Expr (*make)(Expr x, Expr y, Expr z);
};

void expect(const std::vector<Program>& programs, std::string (*difference)(const std::vector<Literal>& results, const std::vector<Literal>& expected)) {
  for (DType dtype : {f32, f64}) {
    for (const Shape& shape : {Shape{}, Shape{1003}, Shape{7, 45}}) {
      for (const Program& p : programs) {
        const Type type(dtype, shape);
        Builder b;
        const Expr x{&b, b.input(type)}, y{&b, b.input(type)}, z{&b, b.input(type)};
        const Graph graph = b.finish(std::vector{p.make(x, y, z).value});
        const std::vector<Literal> inputs{random_numbers(type, 1), random_numbers(type, 2), random_numbers(type, 3)};
        const auto expected = evaluated({graph, inputs});
        for (const char* target : {"", "avx2"}) EXPECT_EQ(difference(Compiled(graph, {.target = target})(inputs), expected), "") << p.name << " of " << type.str() << " " << target;
      }
    }
  }
}

TEST(Rounding, OfProductsAndDifferencesIsTheEvaluators) {
  expect({{"z - x y", [](Expr x, Expr y, Expr z) { return z - x * y; }},
          {"x y - z", [](Expr x, Expr y, Expr z) { return x * y - z; }},
          {"x x - y y", [](Expr x, Expr y, Expr) { return x * x - y * y; }},
          {"y y - 4 x z", [](Expr x, Expr y, Expr z) { return y * y - 4 * x * z; }},
          {"-(x y) + y z", [](Expr x, Expr y, Expr z) { return -(x * y) + y * z; }},
          {"x y + -z", [](Expr x, Expr y, Expr z) { return x * y + -z; }},
          {"a choice of products", [](Expr x, Expr y, Expr z) { return select(compare(x, Comparison::lt, y), x * z, y * z) - x * z; }},
          {"a greatest difference", [](Expr x, Expr y, Expr z) { return x.ndim() == 0 ? x * y - z : reduce(x * y - z, Reduction::max, {x.ndim() - 1}); }},
          {"a turned product", [](Expr x, Expr y, Expr z) { return x.ndim() == 0 ? x * y - z : reverse(x * y, {0}) - x * z; }}},
         bits_differ);
}

// x y + z differs from the evaluator's by the rounding of x y, at most half a unit in the last place of a number below 1.
TEST(Rounding, OfProductsThatAreAddedIsLess) {
  expect({{"x x + y y", [](Expr x, Expr y, Expr) { return x * x + y * y; }},
          {"x y + z", [](Expr x, Expr y, Expr z) { return x * y + z; }},
          {"z + x y", [](Expr x, Expr y, Expr z) { return z + x * y; }},
          {"x x + y y + z z", [](Expr x, Expr y, Expr z) { return x * x + y * y + z * z; }}},
         [](const std::vector<Literal>& results, const std::vector<Literal>& expected) -> std::string {
    std::string problem;
    visit_dtype(results[0].type.dtype(), [&]<class T>() {
      for (std::int64_t i = 0; i < results[0].type.size(); ++i) {
        const auto x = static_cast<double>(static_cast<const T*>(results[0].data())[i]), y = static_cast<double>(static_cast<const T*>(expected[0].data())[i]);
        if (std::fabs(x - y) > 4 * static_cast<double>(std::numeric_limits<T>::epsilon())) problem = std::to_string(x) + ", not " + std::to_string(y);
      }
    });
    return problem;
  });
}

// What is nothing but for rounding stays nothing: a fused product would leave it below zero, and its root NaN.
TEST(Rounding, EqualSquaresCancel) {
  for (DType dtype : {f32, f64}) {
    for (const Shape& shape : {Shape{}, Shape{1003}, Shape{7, 45}}) {
      const Type type(dtype, shape);
      Builder b;
      const Expr x{&b, b.input(type)}, y{&b, b.input(type)}, square{&b, b.input(type)};
      const Graph graph = b.finish(std::vector{sqrt(x * x - y * y).value, sqrt(square - x * x).value, (x * y - y * x).value});
      const Literal number = random_numbers(type, 4);
      Builder of_square;
      const Expr s{&of_square, of_square.input(type)};
      const std::vector<Literal> inputs{number, number, evaluated({of_square.finish(std::vector{(s * s).value}), {number}})[0]};
      for (const char* target : {"", "avx2"}) {
        for (const Literal& result : Compiled(graph, {.target = target})(inputs)) {
          visit_dtype(dtype, [&]<class T>() {
            for (std::int64_t i = 0; i < type.size(); ++i) ASSERT_EQ(static_cast<double>(static_cast<const T*>(result.data())[i]), 0) << type.str() << " " << target;
          });
        }
      }
    }
  }
}

}  // namespace
}  // namespace espalier::test
