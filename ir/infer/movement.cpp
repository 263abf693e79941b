// Of ops that move elements.
#include <algorithm>

#include "espalier/ir/error.h"
#include "espalier/ir/infer/rules.h"

namespace espalier::ir::inference {
namespace {

Type broadcast(const BroadcastAttrs& a, Types in) {
  const Shape& from = in[0].shape();
  if (static_cast<int>(a.dims.size()) != from.ndim()) fail_arguments(Op::broadcast, "dims " + str(a.dims) + " must name one result axis for each axis of " + in[0].str());
  for (int i = 0; i < from.ndim(); ++i) {
    const auto d = a.dims[i];
    if (d < 0 || d >= a.shape.ndim() || (i > 0 && d <= a.dims[i - 1])) fail_arguments(Op::broadcast, "dims " + str(a.dims) + " must ascend within shape " + a.shape.str());
    if (from[i] != 1 && from[i] != a.shape[static_cast<int>(d)]) fail_shapes(Op::broadcast, in[0].str() + " does not broadcast to " + a.shape.str() + " along axes " + str(a.dims), in);
  }
  return in[0].with(a.shape);
}

Type reshape(const ReshapeAttrs& a, Types in) {
  if (a.shape.size() != in[0].size()) {
    fail_shapes(Op::reshape, in[0].str() + " has " + std::to_string(in[0].size()) + " elements, shape " + a.shape.str() + " has " + std::to_string(a.shape.size()), in, "a reshape keeps the number of elements");
  }
  return in[0].with(a.shape);
}

Type transpose(const TransposeAttrs& a, Types in) {
  require_axes(Op::transpose, a.permutation, in[0]);
  if (static_cast<int>(a.permutation.size()) != in[0].ndim()) fail_arguments(Op::transpose, "permutation " + str(a.permutation) + " must name every axis of " + in[0].str(), "name each axis once");
  Ints shape;
  for (auto axis : a.permutation) shape.push_back(in[0].shape()[static_cast<int>(axis)]);
  return in[0].with(Shape(shape));
}

Type slice(const SliceAttrs& a, Types in) {
  const std::size_t n = in[0].ndim();
  if (a.start.size() != n || a.limit.size() != n || a.stride.size() != n) fail_arguments(Op::slice, "start, limit and stride need one entry for each axis of " + in[0].str());
  Ints shape;
  for (std::size_t i = 0; i < n; ++i) {
    const auto extent = in[0].shape()[static_cast<int>(i)];
    if (a.start[i] < 0 || a.start[i] > a.limit[i] || a.limit[i] > extent || a.stride[i] < 1) {
      IndexError error("slice", "[" + std::to_string(a.start[i]) + ":" + std::to_string(a.limit[i]) + ":" + std::to_string(a.stride[i]) + "] along axis " + std::to_string(i) + " does not lie in " + in[0].str(), "0 <= start <= limit <= extent, and a stride of at least 1");
      error.index = a.limit[i];
      error.size = extent;
      throw error;
    }
    shape.push_back(a.limit[i] == a.start[i] ? 0 : (a.limit[i] - a.start[i] - 1) / a.stride[i] + 1);  // no stride overflows it
  }
  return in[0].with(Shape(shape));
}

Type pad(const PadAttrs& a, Types in) {
  const std::size_t n = in[0].ndim();
  if (in[1].ndim() != 0 || in[1].dtype() != in[0].dtype()) fail_dtypes(Op::pad, "the filler must be a scalar of dtype " + std::string(name(in[0].dtype())) + ", not " + in[1].str(), in);
  if (a.low.size() != n || a.high.size() != n || a.interior.size() != n) fail_arguments(Op::pad, "low, high and interior need one entry for each axis of " + in[0].str());
  Ints shape;
  for (std::size_t i = 0; i < n; ++i) {
    const auto extent = in[0].shape()[static_cast<int>(i)];
    std::int64_t result = 0;
    bool beyond = __builtin_mul_overflow(std::max<std::int64_t>(extent - 1, 0), a.interior[i], &result);
    for (auto more : {extent, a.low[i], a.high[i]}) beyond = beyond || __builtin_add_overflow(result, more, &result);
    const auto padded = [&] { return "axis " + std::to_string(i) + " of " + in[0].str() + " padded by (" + std::to_string(a.low[i]) + ", " + std::to_string(a.high[i]) + ")"; };
    if (beyond) fail_shapes(Op::pad, padded() + " is longer than any memory", in);
    if (a.interior[i] < 0) fail_arguments(Op::pad, "interior " + str(a.interior) + " must not be negative");
    if (result < 0) fail_shapes(Op::pad, padded() + " has extent " + std::to_string(result), in, "crop less");
    shape.push_back(result);
  }
  return in[0].with(Shape(shape));
}

Type concatenate(const ConcatenateAttrs& a, Types in) {
  if (in.empty()) fail_arguments(Op::concatenate, "needs at least one array");
  if (a.axis < 0 || a.axis >= in[0].ndim()) fail_axis(Op::concatenate, a.axis, in[0]);
  Ints shape = in[0].shape().extents();
  for (Type t : in.subspan(1)) {
    if (t.dtype() != in[0].dtype()) fail_dtypes(Op::concatenate, "dtypes of " + and_then(in) + " differ", in, "convert with .as(dtype)");
    Ints a_rest = shape, b_rest = t.shape().extents();
    if (a_rest.size() == b_rest.size()) a_rest[a.axis] = b_rest[a.axis] = 0;
    if (a_rest != b_rest) fail_shapes(Op::concatenate, and_then(in) + " differ in more than axis " + std::to_string(a.axis), in, "what is joined has one shape but for the axis of joining");
    if (__builtin_add_overflow(shape[a.axis], t.shape()[a.axis], &shape[a.axis])) fail_shapes(Op::concatenate, and_then(in) + " joined are longer than any memory", in);
  }
  return in[0].with(Shape(shape));
}

void require_starts(Op op, Types starts, Type x) {
  if (static_cast<int>(starts.size()) != x.ndim()) fail_arguments(op, "needs one start for each axis of " + x.str() + ", not " + std::to_string(starts.size()), "give a start of 0 for an axis that is taken whole");
  for (Type t : starts) {
    if (t.ndim() != 0 || !is_integer(t.dtype())) fail_dtypes(op, "starts must be integer scalars, not " + t.str(), starts, "give one start per axis, converted with .as(i32)");
  }
}

Type reverse(const ReverseAttrs& a, Types in) {
  require_axes(Op::reverse, a.axes, in[0]);
  return in[0];
}

Type dynamic_slice(const DynamicSliceAttrs& a, Types in) {
  require_starts(Op::dynamic_slice, in.subspan(1), in[0]);
  bool fits = a.sizes.ndim() == in[0].ndim();
  for (int i = 0; fits && i < a.sizes.ndim(); ++i) fits = a.sizes[i] >= 0 && a.sizes[i] <= in[0].shape()[i];
  if (!fits) fail_shapes(Op::dynamic_slice, "a slice of " + a.sizes.str() + " does not fit in " + in[0].str(), in, "sizes are at most the extents of the operand, one for each axis");
  return in[0].with(a.sizes);
}

Type dynamic_update_slice(none, Types in) {
  require_starts(Op::dynamic_update_slice, in.subspan(2), in[0]);
  bool fits = in[1].ndim() == in[0].ndim();
  for (int i = 0; fits && i < in[0].ndim(); ++i) fits = in[1].shape()[i] <= in[0].shape()[i];
  if (!fits) fail_shapes(Op::dynamic_update_slice, "an update of " + in[1].str() + " does not fit in " + in[0].str(), in, "it has as many axes, none longer than the operand's");
  if (in[1].dtype() != in[0].dtype()) fail_dtypes(Op::dynamic_update_slice, "update " + in[1].str() + " and operand " + in[0].str() + " differ in dtype", in, "convert the update with .as(dtype)");
  return in[0];
}

Type sort(const SortAttrs& a, Types in) {
  if (a.axis < 0 || a.axis >= in[0].ndim()) fail_axis(Op::sort, a.axis, in[0]);
  if (in[1].shape() != in[0].shape()) fail_shapes(Op::sort, "keys " + in[1].str() + " and what they sort, " + in[0].str(), in, "differ in shape: give one key for each element");
  if (is_complex(in[1].dtype())) fail_dtypes(Op::sort, "complex keys " + in[1].str() + " have no order", in, "sort by a real number, such as abs(x)");
  return in[0];
}

}  // namespace

Type infer(Movement op, const Attrs& attrs, Types in) {
  switch (op) {
#define MOVEMENT(name, operands, moved, attributes, pattern, cost) \
  case Movement::name: return name(std::get<attributes>(attrs), in);
#include "espalier/ir/ops.def"
  }
  __builtin_unreachable();
}

}  // namespace espalier::ir::inference
