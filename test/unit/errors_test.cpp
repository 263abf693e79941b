// What errors say: the user's place (%, the line of the row), the op, both types, and what to do. Word for word.
#include <gtest/gtest.h>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

using namespace espalier;

namespace {

struct Linear {
  Parameter weight, bias;
  int power = 1;
  Array operator()(Array x) const { return matmul(x, weight) + bias; }
};
Array x2() { return {1., 2.}; }
Array x3() { return {1., 2., 3.}; }
Array x23() { return ones({2, 3}); }
Array leak;  // what a traced function stores outside
// Runs what lets a traced array escape, which is found at once; the array is left behind.
template <class F> void escaping(const F& f) {
  try {
    f();
    ADD_FAILURE() << "the escape was not found";
  } catch (const EscapedValue&) {
  }
}

struct Row {
  const char* name;
  bool (*is_type)(const Error&);
  int line;
  void (*call)();
  const char* said;
};
template <class E> bool is(const Error& error) { return dynamic_cast<const E*>(&error) != nullptr; }

const Row rows[] = {
    // shapes
    {"add", is<ShapeError>, __LINE__, [] { x2() + x3(); },
     "%: add: shapes f32[2] and f32[3] do not broadcast\n  extents must be equal or 1, counted from the last axis"},
    {"compare", is<ShapeError>, __LINE__, [] { (void)(x23() < x2()); },
     "%: less: shapes f32[2,3] and f32[2] do not broadcast\n  extents must be equal or 1, counted from the last axis"},
    {"function_of_two", is<ShapeError>, __LINE__, [] { atan2(x2(), ones({4, 3}, f64)); },
     "%: atan2: shapes f64[2] and f64[4,3] do not broadcast\n  extents must be equal or 1, counted from the last axis"},
    {"where", is<ShapeError>, __LINE__, [] { where(x3() > 0, x2(), 0.0); },
     "%: where: shapes bool[3], f32[2] and f32[] do not broadcast\n  extents must be equal or 1, counted from the last axis"},
    {"assignment", is<ShapeError>, __LINE__, [] { Array x = x2(); x += x3(); },
     "%: add: shapes f32[2] and f32[3] do not broadcast\n  extents must be equal or 1, counted from the last axis"},
    {"reshape", is<ShapeError>, __LINE__, [] { reshape(x23(), {4, 2}); },
     "%: reshape: f32[2,3] has 6 elements, shape [4,2] has 8\n  a reshape keeps the number of elements"},
    {"reshape_open", is<ShapeError>, __LINE__, [] { reshape(x23(), {4, -1}); },
     "%: reshape: f32[2,3] has 6 elements, shape [4,1] has 4\n  a reshape keeps the number of elements"},
    {"broadcast_to", is<ShapeError>, __LINE__, [] { broadcast_to(x3(), {3, 2}); },
     "%: broadcast_to: shapes f32[3] and f32[3,2] do not broadcast\n  extents must be equal or 1, counted from the last axis"},
    {"matmul", is<ShapeError>, __LINE__, [] { matmul(x23(), x2()); },
     "%: matmul: shapes f32[2,3] and f32[2] do not multiply: 3 columns meet 2 rows\n  the last axis of the first must match the last but one of the second"},
    {"matmul_of_a_module", is<ShapeError>, __LINE__, [] { matmul(x3(), Linear{ones({2, 3}), ones({3})}.weight); },
     "%: matmul: shapes f32[3] and f32[2,3] do not multiply: 3 columns meet 2 rows\n  the last axis of the first must match the last but one of the second"},
    {"conv_channels", is<ShapeError>, __LINE__, [] { conv(ones({1, 5, 3}), ones({2, 4, 6})); },
     "%: conv: x f32[1,5,3] and kernel f32[2,4,6] do not meet: 3 channels of each group, and 4 of the kernel\n  the kernel is [spatial..., C / groups, F]"},
    {"conv_ranks", is<ShapeError>, __LINE__, [] { conv(ones({1, 5, 3}), ones({2, 2, 3, 6})); },
     "%: conv: x f32[1,5,3] and kernel f32[2,2,3,6] differ in their spatial axes\n  x is [N, spatial..., C], the kernel [spatial..., C / groups, F]"},
    {"conv_transpose_ranks", is<ShapeError>, __LINE__, [] { conv_transpose(x3(), ones({2, 3, 6})); },
     "%: conv_transpose: x f32[3] and kernel f32[2,3,6] differ in their spatial axes\n  x is [N, spatial..., C], the kernel [spatial..., C / groups, F]"},
    {"conv_groups", is<ArgumentError>, __LINE__, [] { conv(ones({1, 5, 3}), ones({2, 3, 6}), {.groups = 2}); },
     "%: conv: 2 groups do not divide x f32[1,5,3] and kernel f32[2,3,6]\n  groups divide channels and features, batch groups examples and features"},
    {"conv_groups_of_both", is<ArgumentError>, __LINE__, [] { conv(ones({2, 5, 4}), ones({2, 2, 6}), {.groups = 2, .batch_groups = 2}); },
     "%: conv: 2 groups and 2 batch groups\n  give at least 1 of each, and more of one of them only"},
    {"conv_strides", is<ArgumentError>, __LINE__, [] { conv(ones({1, 5, 3}), ones({2, 3, 6}), {.strides = {1, 2}}); },
     "%: conv: strides [1,2] is not one for each of 1 axes\n  give one number for each axis, or one for all"},
    {"conv_dilation", is<ArgumentError>, __LINE__, [] { conv(ones({1, 5, 3}), ones({2, 3, 6}), {.kernel_dilation = 0}); },
     "%: conv: kernel_dilation [0] has a number below 1\n  give numbers of at least 1"},
    {"conv_padding", is<ArgumentError>, __LINE__, [] { conv(ones({1, 5, 3}), ones({2, 3, 6}), {.padding = "FULL"}); },
     "%: conv: there is no padding \"FULL\"\n  give {before, behind} for each axis, \"SAME\" or \"VALID\""},
    {"conv_cropped", is<ShapeError>, __LINE__, [] { conv(ones({1, 5, 3}), ones({2, 3, 6}), {.padding = {{-9, 1}}}); },
     "%: conv: axis 1 of f32[1,5,3], spread by 1 and padded by (-9, 1), has extent -3\n  crop less"},
    {"conv_bools", is<DTypeError>, __LINE__, [] { conv(ones({1, 5, 3}, bool_), ones({2, 3, 6}, bool_)); },
     "%: conv: bool operands bool[1,5,3] and bool[2,3,6] have no arithmetic\n  convert with .as(i32)"},
    {"window_huge", is<ArgumentError>, __LINE__, [] { reduce_window(x3(), Monoid::sum, INT64_MAX, {.window_dilation = 2}); },
     "%: reduce_window: a window of 9223372036854775807 elements 2 apart is longer than any memory\n  give smaller numbers"},
    {"window_axes", is<ArgumentError>, __LINE__, [] { reduce_window(x23(), 0.0, Monoid::sum, {1, 2, 3}); },
     "%: reduce_window: window [1,2,3] is not one for each of 2 axes\n  give one number for each axis, or one for all"},
    {"window_padding", is<ArgumentError>, __LINE__, [] { reduce_window(x23(), Monoid::sum, 2, {.padding = {{1, 1}}}); },
     "%: reduce_window: 1 pairs of padding for 2 axes\n  give {before, behind} for each axis, \"SAME\" or \"VALID\""},
    {"window_initial", is<ShapeError>, __LINE__, [] { reduce_window(x3(), x2(), Monoid::sum, 2); },
     "%: reduce_window: the initial value is f32[2], not a scalar\n  give one number"},
    {"window_of_bools", is<DTypeError>, __LINE__, [] { reduce_window(x3() > 0, Monoid::sum, 2); },
     "%: reduce_window: sum and prod take numbers, not bool[2,2]\n  convert with .as(i32)"},
    {"pool_axes", is<ShapeError>, __LINE__, [] { max_pool(x23(), 2); },
     "%: max_pool: an array f32[2,3] has no spatial axes\n  x is [N, spatial..., C]"},
    {"select_source", is<ShapeError>, __LINE__, [] { select_and_scatter_add(x3(), x3(), 2); },
     "%: select_and_scatter_add: a source f32[3] has not one element for each of the windows [2]\n  give the shape that reduce_window has"},
    {"select_sum", is<ArgumentError>, __LINE__, [] { select_and_scatter_add(x2(), x3(), 2, {.select = Monoid::sum}); },
     "%: select_and_scatter_add: only an extremum is one of the elements\n  select Monoid::max or Monoid::min"},
    {"matmul_scalar", is<ShapeError>, __LINE__, [] { matmul(x2(), 2.0); },
     "%: matmul: a scalar is no matrix\n  multiply scalars with *"},
    {"tensordot", is<ShapeError>, __LINE__, [] { tensordot(x23(), x2(), 1); },
     "%: tensordot: f32[2,3] and f32[2] do not contract: axis 1 of the first has extent 3, axis 0 of the second 2\n  axes that contract or run along together have one extent"},
    {"einsum", is<ArgumentError>, __LINE__, [] { einsum("ij,j->i", x23(), x23()); },
     "%: einsum: \"j\" does not label the 2 axes of f32[2,3]\n    ij,j->i\n       ^\n  write a letter for each axis, commas between operands, and the result behind an arrow: \"ij,jk->ik\""},
    {"concatenate", is<ShapeError>, __LINE__, [] { concatenate({x23(), ones({2, 4})}); },
     "%: concatenate: f32[2,3] and f32[2,4] differ in more than axis 0\n  what is joined has one shape but for the axis of joining"},
    {"stack", is<ShapeError>, __LINE__, [] { stack({x2(), x3()}); },
     "%: stack: f32[1,2] and f32[1,3] differ in more than axis 0\n  what is joined has one shape but for the axis of joining"},
    {"squeeze", is<ShapeError>, __LINE__, [] { squeeze(x23(), 1); },
     "%: squeeze: axis 1 of shape [2,3] has extent 3, not 1\n  only axes of extent 1 can go"},
    {"max_of_nothing", is<ShapeError>, __LINE__, [] { max(zeros({0, 3}), 0); },
     "%: max: axis 0 of [0,3] is empty: it has no extremum\n  give {.initial = value}"},
    {"argmax_of_nothing", is<ShapeError>, __LINE__, [] { argmax(zeros({3, 0}), 1); },
     "%: argmax: axis 1 of f32[3,0] is empty: it has no extremum\n  reduce arrays of at least one element"},
    {"dynamic_slice", is<ShapeError>, __LINE__, [] { dynamic_slice(x23(), {0, 0}, {2, 4}); },
     "%: dynamic_slice: a slice of [2,4] does not fit in f32[2,3]\n  sizes are at most the extents of the operand, one for each axis"},
    {"dynamic_slice_starts", is<ArgumentError>, __LINE__, [] { dynamic_slice(x23(), {0}, {2, 3}); },
     "%: dynamic_slice: needs one start for each axis of f32[2,3], not 1\n  give a start of 0 for an axis that is taken whole"},
    {"dynamic_update_slice", is<ShapeError>, __LINE__, [] { dynamic_update_slice(x2(), x3(), {0}); },
     "%: dynamic_update_slice: an update of f32[3] does not fit in f32[2]\n  it has as many axes, none longer than the operand's"},
    {"item", is<ShapeError>, __LINE__, [] { x2().item<float>(); },
     "%: item: f32[2] has 2 elements, not one\n  use to_vector or span"},
    {"data", is<ShapeError>, __LINE__, [] { Array(std::vector<float>{1, 2, 3}, {2, 2}); },
     "%: Array: 3 elements do not fill shape [2,2]\n  the shape's extents must multiply to the number of elements"},
    {"ragged", is<ShapeError>, __LINE__, [] { Array x{{1., 2.}, {3.}}; },
     "%: Array: ragged braces: a list of 1 where others have 2\n  give every list of one level the same length"},
    // dtypes
    {"bits_of_floats", is<DTypeError>, __LINE__, [] { x2() & 1; },
     "%: bitwise_and: takes bool or integers, not f32[2] and f32[2]\n  compare first, or bitcast to an integer"},
    {"difference_of_bools", is<DTypeError>, __LINE__, [] { Array{true, false} - Array{true, true}; },
     "%: subtract: bool operands bool[2] and bool[2] have no arithmetic\n  convert with .as(i32), or use & | ^ ~"},
    {"bitcast", is<ShapeError>, __LINE__, [] { bitcast(x3(), f64); },
     "%: bitcast: [3] of f32 is no array of f64\n  the last axis has the 2 parts of each element"},
    {"bitcast_of_bools", is<DTypeError>, __LINE__, [] { bitcast(x2() > 0, i32); },
     "%: bitcast: a bool has no bits to reinterpret: bool[2] to i32\n  compare with 0, or convert with .as(dtype)"},
    {"span", is<DTypeError>, __LINE__, [] { const Array x = x2(); x.span<double>(); },
     "%: span: a span of f64 was asked of f32[2]\n  use to_vector, which converts"},
    {"index_by_float", is<DTypeError>, __LINE__, [] { x2()[Array(1.f)]; },
     "%: index: an index array holds integers or bools, not f32[]\n  convert it with .as(i32), or choose with where"},
    {"index_arrays_of_floats", is<DTypeError>, __LINE__, [] { x23().at(slice(), x3()).set(1); },
     "%: at: an index array holds integers or bools, not f32[3]\n  convert it with .as(i32), or choose with where"},
    {"take_by_floats", is<DTypeError>, __LINE__, [] { (void)take(x23(), x3()); },
     "%: take: an index array holds integers or bools, not f32[3]\n  convert it with .as(i32), or choose with where"},
    {"take_by_mask", is<DTypeError>, __LINE__, [] { (void)take(x23(), x3() > 0); },
     "%: take: indices hold integers, not bool[3]\n  choose with x[mask] or where"},
    {"take_along_axis_by_floats", is<DTypeError>, __LINE__, [] { (void)take_along_axis(x23(), x23(), 0); },
     "%: take_along_axis: indices hold integers, not f32[2,3]\n  convert them with .as(i32)"},
    {"cond_on_a_number", is<DTypeError>, __LINE__, [] { cond(Array(1.f), [](Array x) { return x; }, [](Array x) { return x; }, x2()); },
     "%: cond: the predicate is f32[], not bool\n  compare it with something: x != 0"},
    // axes and indices
    {"sum_axis", is<AxisError>, __LINE__, [] { sum(x23(), 2); },
     "%: sum: axis 2 is out of range for an array of 2 dimensions\n  axes count from 0, or from the end if negative"},
    {"softmax_axis", is<AxisError>, __LINE__, [] { softmax(x23(), -3); },
     "%: softmax: axis -3 is out of range for an array of 2 dimensions\n  axes count from 0, or from the end if negative"},
    {"transpose_axis", is<AxisError>, __LINE__, [] { transpose(x23(), {0, 2}); },
     "%: transpose: axis 2 is out of range for an array of 2 dimensions\n  axes count from 0, or from the end if negative"},
    {"transpose_twice", is<ArgumentError>, __LINE__, [] { transpose(x23(), {1, 1}); },
     "%: transpose: axis 1 is named twice in [1,1]\n  name each axis once"},
    {"sum_twice", is<ArgumentError>, __LINE__, [] { sum(x23(), {.axis = {0, -2}}); },
     "%: sum: an axis is named twice\n  name each axis once"},
    {"index", is<IndexError>, __LINE__, [] { x23()[2]; },
     "%: index: index 2 is out of range for axis 0 of f32[2,3]\n  indices go from -2 to 1"},
    {"indices", is<IndexError>, __LINE__, [] { x23()[{0, 1, 2}]; },
     "%: index: 3 indices were given for f32[2,3], which has 2 axes\n  index at most once per axis; newaxis makes one"},
    {"index_beside_array", is<IndexError>, __LINE__, [] { x23()[{Array{0, 1}, 3}]; },
     "%: index: index 3 is out of range for axis 1 of f32[2,3]\n  indices go from -3 to 2"},
    {"mask_shape", is<ShapeError>, __LINE__, [] { x23()[x3() > 0]; },
     "%: index: a mask bool[3] does not fit axis 0 of f32[2,3]\n  a mask has the extents of the axes that it stands for"},
    {"mask_of_a_trace", is<TracedValue>, __LINE__, [] { jit([](Array x) { return x[x > 0]; })(x23()); },
     "%: index: how much a mask bool[2,3] of a trace chooses is not known while it is traced\n  choose with where(mask, a, b), or write a number with x.at(mask).set(number)"},
    {"index_arrays_that_do_not_broadcast", is<ShapeError>, __LINE__, [] { x23()[{Array{0, 1}, Array{0, 1, 2}}]; },
     "%: index: shapes i32[2] and i32[3] do not broadcast\n  extents must be equal or 1, counted from the last axis"},
    {"index_array_of_nothing", is<IndexError>, __LINE__, [] { zeros({0, 3})[Array{0, 0}]; },
     "%: index: axis 0 of f32[0,3] is empty: no index lies in it\n  index an array that has elements there"},
    {"update_at_array", is<ShapeError>, __LINE__, [] { x23().at(Array{0, 1, 0}).set(x2()); },
     "%: at: shapes f32[2] and f32[3,3] do not broadcast\n  extents must be equal or 1, counted from the last axis"},
    {"take_axis", is<AxisError>, __LINE__, [] { (void)take(x23(), Array{0}, {.axis = 2}); },
     "%: take: axis 2 is out of range for an array of 2 dimensions\n  axes count from 0, or from the end if negative"},
    {"take_along_axis_ranks", is<ShapeError>, __LINE__, [] { (void)take_along_axis(x23(), Array{0}, 0); },
     "%: take_along_axis: f32[2,3] and indices i32[1] do not broadcast beside axis 0\n  give indices of as many axes, whose extents are the same or 1"},
    {"slice_step", is<ArgumentError>, __LINE__, [] { x2()[slice(0, 1, 0)]; },
     "%: index: a slice cannot step by 0\n  step forwards or backwards"},
    {"update", is<ShapeError>, __LINE__, [] { x23().at(0).set(x2()); },
     "%: at: shapes f32[2] and f32[3] do not broadcast\n  extents must be equal or 1, counted from the last axis"},
    {"split", is<ArgumentError>, __LINE__, [] { split(x3(), 2); },
     "%: split: axis 0 of [3] does not divide into 2 parts\n  give the indices to cut at"},
    // arrays without a value
    {"nothing", is<MissingValue>, __LINE__, [] { x2() * Array(); },
     "%: multiply: an operand is Nothing\n  was the leaf filtered out, or the array moved away?"},
    {"moved_away", is<MissingValue>, __LINE__, [] { Array x = x2(); const Array y = std::move(x); sum(x); },
     "%: sum: Nothing has no shape and no dtype\n  was the leaf filtered out, or the array moved away?"},
    {"nothing_has_no_shape", is<MissingValue>, __LINE__, [] { Array().shape(); },
     "%: Array: Nothing has no shape and no dtype\n  was the leaf filtered out, or the array moved away?"},
    {"abstract", is<ArgumentError>, __LINE__, [] { abstract({2}) + 1; },
     "%: add: f32[2] is abstract: it has no data\n  give eval_shape or lower the abstract array as an argument"},
    {"read_in_a_trace", is<TracedValue>, __LINE__, [] { grad([](Array x) { return x.item<float>() > 0 ? x : -x; })(2.f); },
     "%: item: the data of the traced array f32[] was asked for inside its trace\n  compute with it and return it; to choose by its value use where or cond"},
    {"converted_in_a_trace", is<TracedValue>, __LINE__, [] { vmap([](Array x) { return x * static_cast<float>(x + 1); })(x2()); },
     "%: item: the data of the traced array f32[] made at % was asked for inside its trace\n  compute with it and return it; to choose by its value use where or cond"},
    {"kept_by_its_function", is<EscapedValue>, __LINE__, [] { grad([](Array x) { return sum(leak = x * 2); })(x2()); },
     "%: grad: f32[2] made at % is kept outside of the traced function: it was assigned to a captured variable, a global or a static\n  return it from the function and assign the result; state goes in as an argument and comes out as a result"},
    {"kept_after_its_trace", is<EscapedValue>, __LINE__, [] { escaping([] { grad([](Array x) { return sum(leak = x * 2); })(x2()); }); leak + 1; },
     "%: add: f32[2] made at % was used after its trace had ended, which grad began at %\n  return it from the traced function instead of storing it outside"},
    {"read_after_its_trace", is<EscapedValue>, __LINE__, [] { escaping([] { vmap([](Array x) { return leak = x * 2; })(x2()); }); leak.item<float>(); },
     "%: item: f32[] made at % was used after its trace had ended, which vmap began at %\n  return it from the traced function instead of storing it outside"},
    {"used_in_another_trace", is<EscapedValue>, __LINE__, [] { escaping([] { vmap([](Array x) { return leak = x * 2; })(x2()); }); vmap([](Array x) { return x - leak; })(x2()); },
     "%: subtract: f32[] made at % was used after its trace had ended, which vmap began at %\n  return it from the traced function instead of storing it outside"},
    {"escaped_as_an_argument", is<EscapedValue>, __LINE__, [] { escaping([] { vmap([](Array x) { return leak = x * 2; })(x2()); }); grad([](Array x) { return x * x; })(leak); },
     "%: grad: f32[] made at % was used after its trace had ended, which vmap began at %\n  return it from the traced function instead of storing it outside"},
    {"device", is<DeviceError>, __LINE__, [] { x2().to(Device{Device::Kind::gpu, 1}); },
     "%: to: there is no device gpu:1\n  the device is cpu:0"},
};

class Errors : public testing::TestWithParam<Row> {};

TEST_P(Errors, SayWhatIsWrongAndWhatToDo) {
  const Row& row = GetParam();
  std::string expected = row.said;
  const std::string place = std::string(__FILE__) + ":" + std::to_string(row.line);
  for (auto at = expected.find('%'); at != std::string::npos; at = expected.find('%', at + place.size())) expected.replace(at, 1, place);
  try {
    row.call();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.what(), expected);
    EXPECT_TRUE(row.is_type(error)) << "another type of error: " << typeid(error).name();
  }
}
INSTANTIATE_TEST_SUITE_P(All, Errors, testing::ValuesIn(rows), [](const auto& test) { return std::string(test.param.name); });

// What errors carry beside their text.
template <class E, class F> E caught(const F& f) {
  try {
    f();
  } catch (const E& error) {
    return error;
  }
  ADD_FAILURE() << "no such error";
  return E("", "");
}
TEST(ErrorFields, HoldWhatTheTextNames) {
  const auto shapes = caught<ShapeError>([] { x2() + x3(); });
  EXPECT_EQ(shapes.shapes, (std::vector<Shape>{{2}, {3}}));
  EXPECT_EQ(shapes.op, "add");
  const int line = __LINE__ + 1;
  const auto dtypes = caught<DTypeError>([] { x2() & 1; });
  EXPECT_EQ(dtypes.dtypes, (std::vector<DType>{f32, f32}));
  EXPECT_EQ(static_cast<int>(dtypes.where.line()), line);
  const auto axis = caught<AxisError>([] { sum(x23(), -3); });
  EXPECT_EQ(axis.axis, -3);
  EXPECT_EQ(axis.ndim, 2);
  const auto index = caught<IndexError>([] { x23()[{0, 7}]; });
  EXPECT_EQ(index.index, 7);
  EXPECT_EQ(index.size, 3);
  const auto traced = caught<TracedValue>([] { grad([](Array x) { return (x + x).item<float>() * x; })(1.0); });
  EXPECT_NE(traced.made.line(), 0u);
  const auto device = caught<DeviceError>([] { x2().to(Device{Device::Kind::gpu, 1}); });
  EXPECT_EQ(device.device, "gpu:1");
}

}  // namespace
