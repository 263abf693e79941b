// The ends of what arguments may be: axes, counts, steps and diagonals of 64 bits, negative and open extents, lengths that no
// double says. Each is right or a typed error with the user's place.
#include <gtest/gtest.h>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/stdlib/random.h"
#include "numpy_rows.h"

namespace ep = espalier;

namespace {

using ep::Array;
using ep::numpy_rows::said_by_us;

constexpr std::int64_t far = std::int64_t{1} << 32, most = INT64_MAX, least = INT64_MIN;
Array x23() { return {{1., 2., 3.}, {4., 5., 6.}}; }

struct Row {
  const char* name;
  int line;
  void (*call)();
  const char* said;  // what the message names
};
template <class E> bool throws(const std::exception& error) { return dynamic_cast<const E*>(&error) != nullptr; }

// An axis beyond 32 bits is no axis: 2^32 is not axis 0.
const Row axes[] = {
    {"sum", __LINE__, [] { (void)sum(x23(), far); }, "sum: axis 4294967296"},
    {"sum_option", __LINE__, [] { (void)sum(x23(), {.axis = far}); }, "sum: axis 4294967296"},
    {"sum_unsigned", __LINE__, [] { (void)sum(x23(), ~std::uint64_t{0}); }, "sum: axis"},
    {"mean_axes", __LINE__, [] { (void)mean(x23(), {.axis = {0, far + 1}}); }, "mean: axis"},
    {"max", __LINE__, [] { (void)max(x23(), -far); }, "max: axis -4294967296"},
    {"argmax", __LINE__, [] { (void)argmax(x23(), far); }, "argmax: axis"},
    {"argmin_option", __LINE__, [] { (void)argmin(x23(), {.axis = far}); }, "argmin: axis"},
    {"cumsum", __LINE__, [] { (void)cumsum(x23(), far); }, "cumsum: axis"},
    {"cumprod_option", __LINE__, [] { (void)cumprod(x23(), {.axis = far}); }, "cumprod: axis"},
    {"concatenate", __LINE__, [] { (void)ep::concatenate({x23(), x23()}, far); }, "concatenate: axis"},
    {"stack", __LINE__, [] { (void)ep::stack({x23(), x23()}, far); }, "stack: axis"},
    {"split", __LINE__, [] { (void)split(x23(), 2, {.axis = far}); }, "split: axis"},
    {"unstack", __LINE__, [] { (void)unstack(x23(), {.axis = far}); }, "unstack: axis"},
    {"transpose", __LINE__, [] { (void)transpose(x23(), {far, 1}); }, "transpose: axis"},
    {"swapaxes", __LINE__, [] { (void)swapaxes(x23(), far, 1); }, "swapaxes: axis"},
    {"moveaxis", __LINE__, [] { (void)moveaxis(x23(), far, 1); }, "moveaxis: axis"},
    {"moveaxis_to", __LINE__, [] { (void)moveaxis(x23(), 0, far); }, "moveaxis: axis"},
    {"squeeze", __LINE__, [] { (void)squeeze(Array{{1.}}, far); }, "squeeze: axis"},
    {"expand_dims", __LINE__, [] { (void)expand_dims(x23(), far); }, "expand_dims: axis"},
    {"flip", __LINE__, [] { (void)flip(x23(), far); }, "flip: axis"},
    {"roll", __LINE__, [] { (void)roll(x23(), 1, far); }, "roll: axis"},
    {"repeat", __LINE__, [] { (void)repeat(x23(), 2, {.axis = far}); }, "repeat: axis"},
    {"iota", __LINE__, [] { (void)ep::iota({2, 3}, far); }, "iota: axis"},
    {"one_hot", __LINE__, [] { (void)one_hot(Array{1, 0}, 2, {.axis = far}); }, "one_hot: axis"},
    {"softmax", __LINE__, [] { (void)softmax(x23(), far); }, "softmax: axis"},
    {"dynamic_index", __LINE__, [] { (void)dynamic_index(x23(), 0, {.axis = far}); }, "dynamic_index: axis"},
    {"categorical", __LINE__, [] { (void)ep::random::categorical(ep::random::key(0), x23(), {.axis = 7}); }, "categorical: axis"},
    {"average", __LINE__, [] { (void)average(x23(), {.axis = far, .weights = Array{1., 2.}}); }, "average: axis"},
};
const Row negative_extents[] = {
    {"zeros", __LINE__, [] { (void)ep::zeros({-1}); }, "extent -1 of shape [-1] is negative"},
    {"ones", __LINE__, [] { (void)ep::ones({2, -3}); }, "extent -3 of shape [2,-3]"},
    {"ones_of_two", __LINE__, [] { (void)ep::ones({-2, -3}); }, "extent -2"},
    {"full", __LINE__, [] { (void)ep::full({-2, -3}, 1.0); }, "extent -2"},
    {"empty", __LINE__, [] { (void)ep::empty({-2, -3}); }, "extent -2"},
    {"eye", __LINE__, [] { (void)ep::eye(-3); }, "extent -3"},
    {"eye_columns", __LINE__, [] { (void)ep::eye(2, {.m = -3}); }, "extent -3"},
    {"identity", __LINE__, [] { (void)ep::identity(-3); }, "extent -3"},
    {"tri", __LINE__, [] { (void)ep::tri(-3, {.k = least}); }, "extent -3"},
    {"iota", __LINE__, [] { (void)ep::iota({-2, -3}, 0); }, "extent -2"},
    {"linspace", __LINE__, [] { (void)ep::linspace(0, 1, -5); }, "linspace: extent -5"},
    {"one_hot", __LINE__, [] { (void)one_hot(Array{0, 1}, -2); }, "one_hot: extent -2"},
    {"reshape", __LINE__, [] { (void)reshape(x23(), {-2, -3}); }, "reshape: extent -2"},
    {"reshape_open", __LINE__, [] { (void)reshape(x23(), {-1, -3}); }, "reshape: extent -3"},
    {"reshape_open_twice", __LINE__, [] { (void)reshape(x23(), {-1, -1}); }, "reshape: shape [-1,-1] leaves more than one extent open"},
    {"reshape_of_nothing", __LINE__, [] { (void)reshape(ep::zeros({0, 3}), {0, -1}); }, "reshape: nothing says what -1 is in shape [0,-1]"},
    {"broadcast_to", __LINE__, [] { (void)broadcast_to(Array(1.f), {-2, -3}); }, "extent -2"},
    {"broadcast_shapes", __LINE__, [] { (void)ep::broadcast_shapes({-2}, {-2}); }, "extent -2"},
    {"tile", __LINE__, [] { (void)tile(x23(), {-2, -1}); }, "extent -2"},
    {"tile_beyond", __LINE__, [] { (void)tile(x23(), {most, 2}); }, "larger than any memory"},
    {"repeat_beyond", __LINE__, [] { (void)repeat(x23(), most, {.axis = 0}); }, "larger than any memory"},
    {"data", __LINE__, [] { (void)Array(std::vector<float>{1, 2, 3, 4, 5, 6}, {-2, -3}); }, "Array: extent -2"},
    {"abstract", __LINE__, [] { (void)ep::abstract({-2, -3}); }, "abstract: extent -2"},
    {"dynamic_slice", __LINE__, [] { (void)dynamic_slice(x23(), {0, 0}, {-1, -1}); }, "dynamic_slice"},
    {"pad", __LINE__, [] { (void)pad(x23(), {{-2, -2}}); }, "pad"},
    {"randint", __LINE__, [] { (void)ep::random::randint(ep::random::key(0), {-2, -2}, 0, 5); }, "extent -2"},
    {"normal", __LINE__, [] { (void)ep::random::normal(ep::random::key(0), {-2, -2}); }, "extent -2"},
    {"uniform", __LINE__, [] { (void)ep::random::uniform(ep::random::key(0), {-2, -2}); }, "extent -2"},
    {"bits", __LINE__, [] { (void)ep::random::bits(ep::random::key(0), {-2, -2}); }, "extent -2"},
    {"split_key", __LINE__, [] { (void)ep::random::split(ep::random::key(0), ep::Shape{-2, -2}); }, "extent -2"},
    {"gumbel", __LINE__, [] { (void)ep::random::gumbel(ep::random::key(0), {-2, -2}); }, "extent -2"},
    {"truncated_normal", __LINE__, [] { (void)ep::random::truncated_normal(ep::random::key(0), -1, 1, {-2, -2}); }, "extent -2"},
    {"inside_a_trace", __LINE__, [] { (void)ep::grad([](Array x) { return sum(ep::ones({-2, -3}) + x); })(Array(0.0)); }, "extent -2"},
};
const Row counts[] = {
    {"repeat", __LINE__, [] { (void)repeat(x23(), -2); }, "an element cannot come -2 times"},
    {"arange_by_zero", __LINE__, [] { (void)ep::arange(0.0, 1.0, 0.0); }, "arange: a range cannot step by 0"},
    {"arange_of_nan", __LINE__, [] { (void)ep::arange(0.0, NAN, 1.0); }, "arange: it would have"},
    {"arange_to_infinity", __LINE__, [] { (void)ep::arange(0.0, INFINITY, 1.0); }, "arange: it would have inf"},
    {"arange_of_too_many", __LINE__, [] { (void)ep::arange(0.0, 1e300, 1.0); }, "arange: it would have"},
    {"tensordot", __LINE__, [] { (void)tensordot(x23(), x23(), far + 1); }, "tensordot: 4294967297 axes"},
    {"tensordot_negative", __LINE__, [] { (void)tensordot(x23(), x23(), -1); }, "tensordot: -1 axes"},
    {"split_into_many", __LINE__, [] { (void)split(x23(), most); }, "split: axis 0"},
    {"split_into_too_many", __LINE__, [] { (void)split(x23(), ~std::uint64_t{0}); }, "split: axis 0"},
};
const Row indices[] = {
    {"index", __LINE__, [] { (void)x23()[most]; }, "index 9223372036854775807 is out of range"},
    {"index_least", __LINE__, [] { (void)x23()[least]; }, "index -9223372036854775808 is out of range"},
    {"index_unsigned", __LINE__, [] { (void)x23()[~std::uint64_t{0}]; }, "is out of range"},
    {"set", __LINE__, [] { (void)x23().at(far).set(1); }, "index 4294967296 is out of range"},
};

template <class E> void expect_each(const Row* begin, const Row* end) {
  for (const Row* row = begin; row != end; ++row) {
    const std::string place = std::string(__FILE__) + ":" + std::to_string(row->line) + ": ";
    try {
      row->call();
      ADD_FAILURE() << row->name << ": nothing was thrown";
    } catch (const std::exception& error) {
      EXPECT_TRUE(throws<E>(error)) << row->name << ": another type: " << typeid(error).name() << ": " << error.what();
      EXPECT_EQ(std::string(error.what()).substr(0, place.size()), place) << row->name;
      EXPECT_NE(std::string(error.what()).find(row->said), std::string::npos) << row->name << ": " << error.what();
    }
  }
}
TEST(Extremes, OfAxes) { expect_each<ep::AxisError>(std::begin(axes), std::end(axes)); }
TEST(Extremes, OfExtents) { expect_each<ep::ShapeError>(std::begin(negative_extents), std::end(negative_extents)); }
TEST(Extremes, OfCounts) { expect_each<ep::ArgumentError>(std::begin(counts), std::end(counts)); }
TEST(Extremes, OfIndices) { expect_each<ep::IndexError>(std::begin(indices), std::end(indices)); }
TEST(Extremes, OfAxesOfVmap) {
  const auto f = [](Array x) { return x * 2; };
  EXPECT_THROW(ep::vmap(f, {.in_axes = far})(x23()), ep::AxisError);
  EXPECT_THROW(ep::vmap(f, {.out_axes = far})(x23()), ep::AxisError);
  EXPECT_THROW(ep::vmap(f, {.in_axes = ep::none, .axis_size = -3})(x23()), ep::ArgumentError);
  EXPECT_THROW((void)x23().shape(far), ep::AxisError);
}

// As NumPy's: a step beyond the axis takes one element.
TEST(Extremes, OfSlices) {
  const Array x{0., 1., 2., 3.};
  EXPECT_EQ(said_by_us(x[ep::slice(1, ep::none, most)]), "f32[1] [1.]");
  EXPECT_EQ(said_by_us(x[ep::slice(ep::none, ep::none, least)]), "f32[1] [3.]");
  EXPECT_EQ(said_by_us(x[ep::slice(ep::none, ep::none, most - 1)]), "f32[1] [0.]");
  EXPECT_EQ(said_by_us(x[ep::slice(2, ep::none, -most)]), "f32[1] [2.]");
  EXPECT_EQ(said_by_us(x[ep::slice(3, 1, most)]), "f32[0] []");
  EXPECT_EQ(said_by_us(x[ep::slice(least, most, 2)]), "f32[2] [0. 2.]");
  EXPECT_EQ(said_by_us(x[ep::slice(most, least, -2)]), "f32[2] [3. 1.]");
  EXPECT_EQ(said_by_us(x.at(ep::slice(1, ep::none, most)).set(9)), "f32[4] [0. 9. 2. 3.]");
  EXPECT_EQ(said_by_us(x.at(ep::slice(ep::none, ep::none, least)).set(9)), "f32[4] [0. 1. 2. 9.]");
  EXPECT_EQ(said_by_us(x.at(ep::slice(ep::none, ep::none, -2)).set(Array{8., 9.})), "f32[4] [0. 9. 2. 8.]");
}
// Beyond the corners every diagonal is alike.
TEST(Extremes, OfDiagonals) {
  const Array x = x23();
  for (const std::int64_t k : {std::int64_t{3}, std::int64_t{1} << 31, far, most}) {
    EXPECT_EQ(said_by_us(tril(x, k)), said_by_us(x)) << k;
    EXPECT_EQ(said_by_us(triu(x, k)), said_by_us(x * 0)) << k;
    EXPECT_EQ(said_by_us(ep::eye(2, {.m = 3, .k = k})), said_by_us(x * 0)) << k;
    EXPECT_EQ(said_by_us(ep::tri(2, {.m = 3, .k = k})), said_by_us(ep::ones({2, 3}))) << k;
  }
  for (const std::int64_t k : {std::int64_t{-2}, -(std::int64_t{1} << 31) - 1, -far, least}) {
    EXPECT_EQ(said_by_us(tril(x, k)), said_by_us(x * 0)) << k;
    EXPECT_EQ(said_by_us(triu(x, k)), said_by_us(x)) << k;
    EXPECT_EQ(said_by_us(ep::eye(2, {.m = 3, .k = k})), said_by_us(x * 0)) << k;
    EXPECT_EQ(said_by_us(ep::tri(2, {.m = 3, .k = k})), said_by_us(x * 0)) << k;
  }
  EXPECT_EQ(said_by_us(ep::eye(2, {.m = 3, .k = 2})), "f32[2,3] [[0. 0. 1.]\n [0. 0. 0.]]");
  EXPECT_EQ(said_by_us(ep::eye(2, {.m = 3, .k = -1})), "f32[2,3] [[0. 0. 0.]\n [1. 0. 0.]]");
  EXPECT_EQ(ep::eval_shape([](Array v) { return ep::eye((std::int64_t{1} << 31) + 1, {.m = 1}) + v; }, ep::abstract({1})).size(), (std::int64_t{1} << 31) + 1);
}
TEST(Extremes, OfRolls) {
  EXPECT_EQ(said_by_us(roll(Array{0., 1., 2.}, most)), "f32[3] [2. 0. 1.]");  // (2^63 - 1) % 3 is 1
  EXPECT_EQ(said_by_us(roll(Array{0., 1., 2.}, least)), "f32[3] [2. 0. 1.]");  // -2^63 % 3 is 1
}
TEST(Extremes, OfRanges) {
  EXPECT_EQ(said_by_us(ep::arange(5.0, 1.0)), "f32[0] []");
  EXPECT_EQ(said_by_us(ep::arange(5.0, 1.0, -2.0)), "f32[2] [5. 3.]");
  EXPECT_EQ(said_by_us(ep::arange(0.0, -INFINITY)), "f32[0] []");
  EXPECT_EQ(said_by_us(ep::arange(3, -1)), "i32[0] []");
  EXPECT_THROW(ep::arange(0, most), std::exception);
}

}  // namespace
