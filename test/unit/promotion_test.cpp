// Dtypes and shapes of results, against the tables that JAX's own are (test/data/promotion.txt).
#include <map>

#include <gtest/gtest.h>

#include "data_file.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/tree.h"

using namespace espalier;

namespace {

// The rows of one table, in words.
std::vector<std::vector<std::string>> table(const std::string& name) {
  std::ifstream file = test::data_file("promotion.txt");
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string first, word;
    words >> first;
    if (first != name) continue;
    rows.emplace_back();
    while (words >> word) rows.back().push_back(word);
  }
  EXPECT_FALSE(rows.empty()) << name;
  return rows;
}

DType dtype_named(const std::string& name) {
  for (int t = 0; t < ir::dtype_count; ++t)
    if (ir::name(static_cast<DType>(t)) == name) return static_cast<DType>(t);
  ADD_FAILURE() << "no dtype " << name;
  return f32;
}
Array operand(const std::string& name) {
  if (name == "int*") return 1;
  if (name == "float*") return 1.0;
  if (name == "complex*") return std::complex<double>(1, 1);
  return ones({2}, dtype_named(name));
}
// A weak result in JAX is 64 bits wide there and of the default dtype here.
DType result(const std::string& name) {
  return name == "i64*" ? i32 : (name == "f64*" ? f32 : (name == "c128*" ? c64 : dtype_named(name)));
}
std::string shown(const std::vector<std::string>& row) {
  std::string text;
  for (const auto& word : row) text += word + " ";
  return text;
}

TEST(Promotion, OfTwoDtypes) {
  for (const auto& row : table("binary")) {
    const Array x = operand(row[0]), y = operand(row[1]);
    EXPECT_EQ((x + y).dtype(), result(row[2])) << shown(row);
    EXPECT_EQ((x * y).dtype(), result(row[2])) << shown(row);
    EXPECT_EQ(maximum(x, y).dtype(), result(row[2])) << shown(row);
    EXPECT_EQ(where(true, x, y).dtype(), result(row[2])) << shown(row);
    if (!x.weak() && !y.weak()) {
      EXPECT_EQ(promote(x.dtype(), y.dtype()), result(row[2])) << shown(row);
      EXPECT_EQ(concatenate({x, y}).dtype(), result(row[2])) << shown(row);
    }
  }
}
TEST(Promotion, OfDivision) {
  for (const auto& row : table("divide")) EXPECT_EQ((operand(row[0]) / operand(row[1])).dtype(), result(row[2])) << shown(row);
}
TEST(Promotion, OfFunctionsOfRealNumbers) {
  for (const auto& row : table("unary_float")) {
    EXPECT_EQ(exp(operand(row[0])).dtype(), result(row[1])) << shown(row);
    EXPECT_EQ(sigmoid(operand(row[0])).dtype(), result(row[1])) << shown(row);
  }
  for (const auto& row : table("abs")) EXPECT_EQ(abs(operand(row[0])).dtype(), result(row[1])) << shown(row);
}
TEST(Promotion, OfReductions) {
  // What JAX counts in 64 bits is counted in 32 here, but for 64-bit operands.
  auto counted = [](const std::string& from, const std::string& to) {
    const DType wide = result(to);
    if (ir::byte_size(dtype_named(from)) == 8) return wide;
    return wide == i64 ? i32 : (wide == u64 ? u32 : wide);
  };
  for (const auto& row : table("sum")) {
    EXPECT_EQ(sum(operand(row[0])).dtype(), counted(row[0], row[1])) << shown(row);
    EXPECT_EQ(prod(operand(row[0])).dtype(), counted(row[0], row[1])) << shown(row);
  }
  for (const auto& row : table("mean")) {
    EXPECT_EQ(mean(operand(row[0])).dtype(), result(row[1])) << shown(row);
    EXPECT_EQ(var(operand(row[0])).dtype(), ir::part_of(result(row[1]))) << shown(row);
  }
  for (const auto& row : table("cumsum")) EXPECT_EQ(cumsum(operand(row[0])).dtype(), counted(row[0], row[1])) << shown(row);
}

TEST(Broadcasting, OfTwoShapes) {
  auto shape_of = [](const std::string& text) {
    std::vector<std::int64_t> extents;
    std::istringstream numbers(text.substr(1, text.size() - 2));
    for (std::string number; std::getline(numbers, number, ',');) extents.push_back(std::stoll(number));
    return Shape(extents);
  };
  for (const auto& row : table("broadcast")) {
    const Array x = zeros(shape_of(row[0])), y = ones(shape_of(row[1]));
    if (row[2] == "error") {
      EXPECT_THROW(x + y, ShapeError) << shown(row);
      EXPECT_THROW(where(true, x, y), ShapeError) << shown(row);
      EXPECT_THROW(broadcast_shapes(x.shape(), y.shape()), ShapeError) << shown(row);
      EXPECT_THROW(broadcast_arrays({x, y}), ShapeError) << shown(row);
    } else {
      EXPECT_EQ((x + y).shape(), shape_of(row[2])) << shown(row);
      EXPECT_EQ(broadcast_shapes(x.shape(), y.shape()), shape_of(row[2])) << shown(row);
      EXPECT_EQ(broadcast_arrays({x, y})[0].shape(), shape_of(row[2])) << shown(row);
    }
  }
}

// A weak scalar takes the dtype that it meets, at its full precision, and keeps to its own until then.
TEST(WeakScalars, TakeTheDtypeTheyMeet) {
  EXPECT_EQ((ones({2}, f64) * 0.1).to_vector<double>()[0], 0.1);
  EXPECT_EQ((Array(0.1) + Array(0.2)).item<double>(), 0.1 + 0.2);
  EXPECT_EQ((ones({2}, f64) * (Array(1.0) / 3)).to_vector<double>()[0], 1.0 / 3);
  EXPECT_EQ((ones({2}, f32) * 0.1).to_vector<float>()[0], 0.1f);
  EXPECT_EQ((ones({2}, i64) + 5000000000).to_vector<std::int64_t>()[0], 5000000001);
  EXPECT_EQ((ones({2}, i64) * 9007199254740993).to_vector<std::int64_t>()[0], 9007199254740993);
  EXPECT_EQ((ones({2}, i32) * 0.5).dtype(), f32);
  EXPECT_EQ((ones({2}, i8) + 1).dtype(), i8);
  EXPECT_EQ((ones({2}, bool_) + 1).dtype(), i32);
  EXPECT_EQ((Array(1) / 2).item<double>(), 0.5);
  EXPECT_TRUE((Array(0.1) * 2).weak());
  EXPECT_FALSE((Array(0.1) * ones({})).weak());
  EXPECT_TRUE(exp(Array(1.0)).weak());
  EXPECT_TRUE((Array(1) < 2).weak());
  EXPECT_EQ(exp(Array(1)).item<double>(), std::exp(1.0));
  EXPECT_TRUE(sum(Array(2.0)).weak());
  const Parameter p = 2.0;
  EXPECT_FALSE(p.weak());
  EXPECT_EQ((p * ones({}, f64)).dtype(), f64);
}

}  // namespace
