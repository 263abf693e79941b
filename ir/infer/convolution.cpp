// Windows that move over an array, what they took added up, and convolutions.
#include "espalier/ir/convolution.h"

#include <algorithm>

#include "espalier/ir/infer/rules.h"

namespace espalier::ir::inference {
namespace {

// That windows may be taken of x: lists of one length, each number in its range, and no window longer than any memory.
void require_windows(Op op, const WindowsAttrs& a, Type x) {
  for (const Ints* list : {&a.sizes, &a.strides, &a.dilations}) {
    if (list->size() != a.axes.size()) fail_arguments(op, "sizes " + str(a.sizes) + ", strides " + str(a.strides) + " and dilations " + str(a.dilations) + " are not one for each of axes " + str(a.axes), "give a number for each axis");
    for (auto n : *list)
      if (n < 1) fail_arguments(op, "sizes " + str(a.sizes) + ", strides " + str(a.strides) + " and dilations " + str(a.dilations) + " of windows must be at least 1", "a window has an element, and moves on");
  }
  require_axes(op, a.axes, x);
  for (std::size_t j = 0; j < a.axes.size(); ++j) {
    std::int64_t reach = 0;
    const bool beyond = __builtin_mul_overflow(a.sizes[j] - 1, a.dilations[j], &reach) || reach == INT64_MAX;
    if (beyond) fail_shapes(op, "a window of " + std::to_string(a.sizes[j]) + " elements " + std::to_string(a.dilations[j]) + " apart is longer than any memory", std::span(&x, 1));
  }
}

// The padded extent along a spatial axis, where there is one.
std::int64_t padded(const ConvAttrs& a, std::size_t j, Types in) {
  const std::int64_t extent = in[0].shape()[static_cast<int>(a.lhs_spatial[j])];
  std::int64_t result = 0;
  bool beyond = __builtin_mul_overflow(std::max<std::int64_t>(extent - 1, 0), a.lhs_dilation[j] - 1, &result);
  for (auto more : {extent, a.low[j], a.high[j]}) beyond = beyond || __builtin_add_overflow(result, more, &result);
  const auto axis = [&] { return "axis " + std::to_string(a.lhs_spatial[j]) + " of " + in[0].str() + ", spread by " + std::to_string(a.lhs_dilation[j]) + " and padded by (" + std::to_string(a.low[j]) + ", " + std::to_string(a.high[j]) + "),"; };
  if (beyond) fail_shapes(Op::conv, axis() + " is longer than any memory", in);
  if (result < 0) fail_shapes(Op::conv, axis() + " has extent " + std::to_string(result), in, "crop less");
  return result;
}

}  // namespace

Type windows(const WindowsAttrs& a, Types in) {
  require_windows(Op::windows, a, in[0]);
  return in[0].with(windows_shape(a, in[0].shape()));
}
Type overlap_add(const OverlapAddAttrs& a, Types in) {
  const Op op = Op::overlap_add;
  if (is_bool(in[0].dtype())) fail_dtypes(op, "bool windows " + in[0].str() + " have no sum", in, "convert with .as(i32)");
  for (auto extent : a.shape)
    if (extent < 0) fail_arguments(op, "shape " + a.shape.str() + " has a negative extent");
  const Type whole = in[0].with(a.shape);
  require_windows(op, a, whole);
  if (const Shape taken = windows_shape(a, a.shape); in[0].shape() != taken) fail_shapes(op, in[0].str() + " are not the windows of " + whole.str() + ", which are " + taken.str(), in, "give an element for each place and each element of a window");
  return whole;
}

Type conv(const ConvAttrs& a, Types in) {
  const Op op = Op::conv;
  for (const Ints* list : {&a.rhs_spatial, &a.strides, &a.low, &a.high, &a.lhs_dilation, &a.rhs_dilation}) {
    if (list->size() != a.lhs_spatial.size()) fail_arguments(op, "spatial axes " + str(a.lhs_spatial) + " and " + str(a.rhs_spatial) + ", strides " + str(a.strides) + ", padding " + str(a.low) + " and " + str(a.high) + " and dilations " + str(a.lhs_dilation) + " and " + str(a.rhs_dilation) + " differ in number", "give one of each for each pair of spatial axes");
  }
  for (const Ints* list : {&a.strides, &a.lhs_dilation, &a.rhs_dilation})
    for (auto n : *list)
      if (n < 1) fail_arguments(op, "strides " + str(a.strides) + " and dilations " + str(a.lhs_dilation) + " and " + str(a.rhs_dilation) + " must be at least 1");
  if (a.lhs_batch.size() != a.rhs_batch.size() || a.lhs_contract.size() != a.rhs_contract.size()) fail_arguments(op, "batch and contracting axes must come in pairs", "name as many axes of the first operand as of the second");
  if (in[0].dtype() != in[1].dtype()) fail_dtypes(op, "operands " + and_then(in) + " differ in dtype", in, "convert one with .as(dtype)");
  if (is_bool(in[0].dtype()) || is_bool(a.result)) fail_dtypes(op, "bool operands " + and_then(in) + " have no arithmetic", in, "convert with .as(i32)");
  if (is_complex(in[0].dtype()) && !is_complex(a.result)) fail_dtypes(op, "a product of " + and_then(in) + " is not " + std::string(name(a.result)), in, "ask for a complex dtype, and take its real part with real(x)");
  const auto require_sides = [&](const Ints& batch, const Ints& contract, const Ints& spatial, Type type) {
    Ints all = batch;
    all.insert(all.end(), contract.begin(), contract.end());
    all.insert(all.end(), spatial.begin(), spatial.end());
    require_axes(op, all, type);
  };
  require_sides(a.lhs_batch, a.lhs_contract, a.lhs_spatial, in[0]);
  require_sides(a.rhs_batch, a.rhs_contract, a.rhs_spatial, in[1]);
  const auto require_pairs = [&](const Ints& left, const Ints& right) {
    for (std::size_t i = 0; i < left.size(); ++i) {
      const auto l = in[0].shape()[static_cast<int>(left[i])], r = in[1].shape()[static_cast<int>(right[i])];
      if (l != r) fail_shapes(op, and_then(in) + " do not contract: axis " + std::to_string(left[i]) + " of the first has extent " + std::to_string(l) + ", axis " + std::to_string(right[i]) + " of the second " + std::to_string(r), in, "axes that contract or run along together have one extent");
    }
  };
  require_pairs(a.lhs_batch, a.rhs_batch);
  require_pairs(a.lhs_contract, a.rhs_contract);

  Ints lhs = in[0].shape().extents();
  for (std::size_t j = 0; j < a.lhs_spatial.size(); ++j) {
    const std::int64_t size = in[1].shape()[static_cast<int>(a.rhs_spatial[j])];
    std::int64_t reach = 0;
    if (size < 1) fail_shapes(op, "a kernel " + in[1].str() + " has no element along axis " + std::to_string(a.rhs_spatial[j]), in, "its spatial extents are at least 1");
    if (__builtin_mul_overflow(size - 1, a.rhs_dilation[j], &reach) || reach == INT64_MAX) fail_shapes(op, "a kernel " + in[1].str() + " spread by " + std::to_string(a.rhs_dilation[j]) + " is longer than any memory", in);
    lhs[static_cast<std::size_t>(a.lhs_spatial[j])] = window_places(padded(a, j, in), size, a.rhs_dilation[j], a.strides[j]);
  }
  Ints shape;
  for (auto axis : a.lhs_batch) shape.push_back(lhs[static_cast<std::size_t>(axis)]);
  for (auto axis : other_axes(in[0].ndim(), {&a.lhs_batch, &a.lhs_contract})) shape.push_back(lhs[static_cast<std::size_t>(axis)]);
  for (auto axis : other_axes(in[1].ndim(), {&a.rhs_batch, &a.rhs_contract, &a.rhs_spatial})) shape.push_back(in[1].shape()[static_cast<int>(axis)]);
  return Type(a.result, Shape(shape));
}

}  // namespace espalier::ir::inference
