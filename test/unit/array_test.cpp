// Array: how it is made, what it says of itself, how its elements are read.
#include <gtest/gtest.h>

#include <array>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "numpy_rows.h"

namespace ep = espalier;

namespace {

using ep::Array;
using ep::numpy_rows::said_by_us;

TEST(Array, FromBraces) {
  EXPECT_EQ(said_by_us(Array{1., 2.}), "f32[2] [1. 2.]");
  EXPECT_EQ(said_by_us(Array{1, 2}), "i32[2] [1 2]");
  EXPECT_EQ(said_by_us(Array{true, false}), "bool[2] [ True False]");
  EXPECT_EQ(said_by_us(Array{1, 2.5}), "f32[2] [1.  2.5]") << "braces promote";
  EXPECT_EQ(said_by_us(Array{true, 2}), "i32[2] [1 2]");
  EXPECT_EQ(said_by_us(Array{{1, 2}, {3, 4}}), "i32[2,2] [[1 2]\n [3 4]]");
  EXPECT_EQ(said_by_us(Array{{{1.}}, {{2.}}}), "f32[2,1,1] [[[1.]]\n\n [[2.]]]");
  EXPECT_EQ(said_by_us(Array({1, 2}, ep::u8)), "u8[2] [1 2]");
  EXPECT_EQ(said_by_us(Array({0.1, 0.2}, ep::f64)), "f64[2] [0.1 0.2]");
  EXPECT_EQ(Array({0.1}, ep::f64).to_vector<double>()[0], 0.1);
  EXPECT_EQ(said_by_us(Array({{}, {}})), "f32[2,0] []");
}

TEST(Array, FromData) {
  EXPECT_EQ(said_by_us(Array(std::vector<float>{1, 2})), "f32[2] [1. 2.]");
  EXPECT_EQ(said_by_us(Array(std::vector<double>{1, 2, 3, 4}, {2, 2})), "f64[2,2] [[1. 2.]\n [3. 4.]]");
  EXPECT_EQ(said_by_us(Array(std::array<std::int8_t, 3>{1, -2, 3})), "i8[3] [ 1 -2  3]");
  EXPECT_EQ(said_by_us(Array(std::vector<std::uint64_t>{~std::uint64_t{0}})), "u64[1] [18446744073709551615]");
  EXPECT_EQ(said_by_us(Array(std::vector<bool>{true, false, true})), "bool[3] [ True False  True]");
  EXPECT_EQ(said_by_us(Array(std::vector<bool>{true, false}, {2, 1})), "bool[2,1] [[ True]\n [False]]");
  EXPECT_EQ(said_by_us(Array(std::vector<float>{}, {0, 3})), "f32[0,3] []");
  EXPECT_EQ(said_by_us(Array(std::vector<int>{7}, {})), "i32[] 7");
  EXPECT_EQ(said_by_us(Array(std::vector<bool>{true}, {})), "bool[] True");
  EXPECT_EQ(said_by_us(ep::Parameter(std::vector<double>{7}, {})), "f64[] 7.0");
  std::vector<float> data{1, 2, 3};
  const Array copy(std::span<const float>(data.data(), 2));
  data[0] = 9;
  EXPECT_EQ(said_by_us(copy), "f32[2] [1. 2.]");
  EXPECT_THROW(Array(std::vector<bool>{true}, {2}), ep::ShapeError);
}

TEST(Array, SaysWhatItIs) {
  const Array x = ep::zeros({2, 3, 4}, ep::i16);
  EXPECT_EQ(x.shape(), (ep::Shape{2, 3, 4}));
  EXPECT_EQ(x.shape(-1), 4);
  EXPECT_EQ(x.shape(0), 2);
  EXPECT_THROW(x.shape(3), ep::AxisError);
  EXPECT_EQ(x.size(), 24);
  EXPECT_EQ(x.nbytes(), 48);
  EXPECT_EQ(x.ndim(), 3);
  EXPECT_EQ(x.dtype(), ep::i16);
  EXPECT_FALSE(x.weak() || x.is_nothing() || x.is_traced() || x.is_abstract());
  EXPECT_TRUE(Array().is_nothing());
  EXPECT_TRUE(Array(2.0).weak());
  EXPECT_EQ(Array(2.0).dtype(), ep::f32);
  EXPECT_EQ(Array(2).dtype(), ep::i32);
  EXPECT_TRUE(ep::abstract({2}).is_abstract());
  EXPECT_EQ(x.device().str(), "cpu:0");
  EXPECT_EQ(x.T().shape(), (ep::Shape{4, 3, 2}));
}

TEST(Array, IsReadInAnyScalarType) {
  const Array x{1.75, -2., 300.};
  EXPECT_EQ(x.to_vector<double>(), (std::vector<double>{1.75, -2, 300}));
  EXPECT_EQ(x.to_vector<int>(), (std::vector<int>{1, -2, 300}));
  EXPECT_EQ(x.to_vector<bool>(), (std::vector<bool>{true, true, true}));
  EXPECT_EQ(x.span<float>()[2], 300.f);
  EXPECT_EQ(x[0].item<double>(), 1.75);
  EXPECT_EQ(static_cast<int>(x[1]), -2);
  EXPECT_EQ(float(x[2]), 300.f);
  EXPECT_TRUE((x[0] > 1).item<bool>());
  EXPECT_EQ(Array(0.1).item<double>(), 0.1);
  EXPECT_EQ(Array(0.1).item<float>(), 0.1f);
  EXPECT_EQ(Array(5000000000).item<std::int64_t>(), 5000000000);
  EXPECT_EQ(ep::ones({1, 1}).item<int>(), 1);
  EXPECT_TRUE(ep::zeros({0}).to_vector<float>().empty());
}

// A scalar of a dtype of its own, in one word: it decides the dtype of what it meets.
TEST(Array, AScalarOfADType) {
  EXPECT_EQ(said_by_us(Array(2.0, ep::f64)), "f64[] 2.0");
  EXPECT_EQ(said_by_us(Array{7, ep::u8}), "u8[] 7");
  EXPECT_EQ(said_by_us(ep::Parameter(0.5, ep::f64)), "f64[] 0.5");
  EXPECT_FALSE(Array(2.0, ep::f64).weak());
  EXPECT_EQ(Array(0.1, ep::f64).item<double>(), 0.1);
  EXPECT_EQ((Array{1., 2.} * Array(0.1, ep::f64)).dtype(), ep::f64);
}

TEST(Array, GivesItsItemsOneByOne) {
  std::vector<std::string> rows;
  for (const Array row : Array{{1, 2}, {3, 4}}) rows.push_back(said_by_us(row));
  EXPECT_EQ(rows, (std::vector<std::string>{"i32[2] [1 2]", "i32[2] [3 4]"}));
  int sum = 0;
  const Array x{1, 2, 3};
  for (const Array item : x) sum += item.item<int>();
  EXPECT_EQ(sum, 6);
  for (const Array row : ep::zeros({0, 2})) FAIL() << row;
  const Array total = ep::grad([](Array v) {  // in a trace each item is a slice
    Array power = 1.0;
    for (const Array item : v) power *= item;
    return power;
  })(Array{2., 3., 5.});
  EXPECT_EQ(said_by_us(total), "f32[3] [15. 10.  6.]");
  static_assert(std::input_iterator<decltype(x.begin())>);
}

TEST(Array, SaysItsPartsToAStream) {
  std::ostringstream out;
  out << ep::Shape{2, 3} << ' ' << ep::Shape{} << ' ' << ep::bf16 << ' ' << Array(1).dtype() << ' ' << ep::Device{};
  EXPECT_EQ(out.str(), "[2,3] [] bf16 i32 cpu:0");
}

TEST(Array, AssignmentRebindsTheHandle) {
  Array x{1., 2.};
  const Array before = x;
  x += 1;
  x *= Array{2., 3.};
  x -= 0.5;
  x /= 2;
  EXPECT_EQ(said_by_us(x), "f32[2] [1.75 4.25]");
  EXPECT_EQ(said_by_us(before), "f32[2] [1. 2.]");
  x = 3.0;
  EXPECT_TRUE(x.weak());
  x = {4, 5};
  EXPECT_EQ(said_by_us(x), "i32[2] [4 5]");
  x = {};
  EXPECT_TRUE(x.is_nothing());
  Array y = before;
  const Array z = std::move(y);
  EXPECT_TRUE(y.is_nothing()) << "what was moved away is Nothing";
  EXPECT_EQ(said_by_us(z), "f32[2] [1. 2.]");
}

}  // namespace
