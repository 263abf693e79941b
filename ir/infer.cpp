// The result types of every op, and the checks of its operands. Messages name the op and both types.
#include <algorithm>

#include "espalier/ir/builder.h"
#include "espalier/ir/error.h"
#include "espalier/ir/windows.h"

namespace espalier::ir {
namespace {

using Types = std::span<const Type>;

[[noreturn]] void fail_shapes(Op op, const std::string& message, Types types, const std::string& hint = "") {
  ShapeError error(std::string(name(op)), message, hint);
  for (Type t : types) error.shapes.push_back(t.shape());
  throw error;
}
[[noreturn]] void fail_dtypes(Op op, const std::string& message, Types types, const std::string& hint = "") {
  DTypeError error(std::string(name(op)), message, hint);
  for (Type t : types) error.dtypes.push_back(t.dtype());
  throw error;
}
[[noreturn]] void fail_axis(Op op, std::int64_t axis, Type type) {
  AxisError error(std::string(name(op)), "axis " + std::to_string(axis) + " is out of range for " + type.str(),
                  "axes count from 0 to " + std::to_string(type.ndim() - 1));
  error.axis = axis;
  error.ndim = type.ndim();
  throw error;
}
[[noreturn]] void fail_arguments(Op op, const std::string& message, const std::string& hint = "") {
  throw ArgumentError(std::string(name(op)), message, hint);
}

std::string str(const Ints& ints) { return Shape(ints).str(); }
std::string and_then(Types types) {
  std::string text;
  for (std::size_t i = 0; i < types.size(); ++i) {
    text += (i == 0 ? "" : (i + 1 == types.size() ? " and " : ", ")) + types[i].str();
  }
  return text;
}

void require_same_type(Op op, Types types) {
  for (Type t : types) {
    if (t == types[0]) continue;
    if (t.shape() != types[0].shape()) {
      fail_shapes(op, "shapes " + and_then(types) + " do not match", types, "broadcast one to the shape of the other");
    }
    fail_dtypes(op, "dtypes " + and_then(types) + " do not match", types, "convert one with .as(dtype)");
  }
}

constexpr const char* by_parts = "compute with real(x), imag(x) or abs(x)";

void require_dtype(Op op, Types types) {
  const DType t = types[0].dtype();
  switch (info(op).takes) {
    case Takes::any: return;
    case Takes::number:
      if (is_bool(t)) fail_dtypes(op, "bool operands " + and_then(types) + " have no arithmetic", types, "convert with .as(i32), or use & | ^ ~");
      return;
    case Takes::real:
      if (is_bool(t)) fail_dtypes(op, "bool operands " + and_then(types) + " have no arithmetic", types, "convert with .as(i32), or use & | ^ ~");
      if (is_complex(t)) fail_dtypes(op, "takes real numbers, not " + and_then(types), types, by_parts);
      return;
    case Takes::integer:
      if (!is_integer(t)) fail_dtypes(op, "takes integers, not " + and_then(types), types, "convert with .as(i32)");
      return;
    case Takes::bits:
      if (!is_integer(t) && !is_bool(t)) fail_dtypes(op, "takes bool or integers, not " + and_then(types), types, "compare first, or bitcast to an integer");
      return;
    case Takes::floating:
      if (is_complex(t)) fail_dtypes(op, "takes real numbers, not " + and_then(types), types, by_parts);
      [[fallthrough]];
    case Takes::inexact:
      if (!is_inexact(t)) fail_dtypes(op, "takes floating point, not " + and_then(types), types, "convert with .as(f32)");
      return;
    case Takes::complex:
      if (!is_complex(t)) fail_dtypes(op, "takes complex numbers, not " + and_then(types), types, "convert with .as(c64)");
      return;
    case Takes::part:
      if (t != f32 && t != f64) fail_dtypes(op, "takes two parts of f32 or f64, not " + and_then(types), types, "convert with .as(f32)");
      return;
  }
}

Type renamed(Unary op, DType to, Types in) {
  if (op == Unary::bitcast) {
    if (is_bool(to) != is_bool(in[0].dtype())) fail_dtypes(op, "a bool has no bits to reinterpret: " + in[0].str() + " to " + std::string(name(to)), in, "compare with 0, or convert with .as(dtype)");
    if (byte_size(to) != byte_size(in[0].dtype())) {
      fail_dtypes(op, in[0].str() + " and " + std::string(name(to)) + " differ in width", in, "bitcast between dtypes of one width");
    }
  }
  return in[0].with(to);
}

void require_format(const PrecisionAttrs& a) {
  if (a.exponent_bits >= 1 && a.mantissa_bits >= 0) return;
  fail_arguments(Op::reduce_precision, "no format has " + std::to_string(a.exponent_bits) + " bits of exponent and " + std::to_string(a.mantissa_bits) + " of mantissa", "give at least 1 and 0, such as 5 and 10 for f16");
}

// Operands of one type, of a dtype that the op takes.
Type of_one_type(Op op, Types in) {
  require_same_type(op, in);
  require_dtype(op, in);
  switch (info(op).gives) {
    case Gives::same: return in[0];
    case Gives::boolean: return in[0].with(bool_);
    case Gives::part: return in[0].with(part_of(in[0].dtype()));
    case Gives::complex: return in[0].with(complex_of(in[0].dtype()));
    case Gives::named: break;
  }
  __builtin_unreachable();
}

Type select(Types in) {
  const Op op = Op::select;
  if (in[0].dtype() != bool_) fail_dtypes(op, "the condition must be bool, not " + in[0].str(), in, "compare first: x != 0");
  require_same_type(op, in.subspan(1));
  if (in[0].shape() != in[1].shape()) fail_shapes(op, "condition " + in[0].str() + " and branches " + in[1].str() + " differ in shape", in, "broadcast the condition to the shape of the branches");
  return in[1];
}

// Axes given as a set: within range, no axis twice.
void require_axes(Op op, const Ints& axes, Type type) {
  std::vector<bool> seen(type.ndim(), false);
  for (auto axis : axes) {
    if (axis < 0 || axis >= type.ndim()) fail_axis(op, axis, type);
    if (seen[axis]) fail_arguments(op, "axis " + std::to_string(axis) + " is named twice in " + str(axes), "name each axis once");
    seen[axis] = true;
  }
}

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

Type dynamic_slice(const DynamicSliceAttrs& a, Types in) {
  require_starts(Op::dynamic_slice, in.subspan(1), in[0]);
  bool fits = a.sizes.ndim() == in[0].ndim();
  for (int i = 0; fits && i < a.sizes.ndim(); ++i) fits = a.sizes[i] >= 0 && a.sizes[i] <= in[0].shape()[i];
  if (!fits) fail_shapes(Op::dynamic_slice, "a slice of " + a.sizes.str() + " does not fit in " + in[0].str(), in, "sizes are at most the extents of the operand, one for each axis");
  return in[0].with(a.sizes);
}

Type dynamic_update_slice(Types in) {
  require_starts(Op::dynamic_update_slice, in.subspan(2), in[0]);
  bool fits = in[1].ndim() == in[0].ndim();
  for (int i = 0; fits && i < in[0].ndim(); ++i) fits = in[1].shape()[i] <= in[0].shape()[i];
  if (!fits) fail_shapes(Op::dynamic_update_slice, "an update of " + in[1].str() + " does not fit in " + in[0].str(), in, "it has as many axes, none longer than the operand's");
  if (in[1].dtype() != in[0].dtype()) fail_dtypes(Op::dynamic_update_slice, "update " + in[1].str() + " and operand " + in[0].str() + " differ in dtype", in, "convert the update with .as(dtype)");
  return in[0];
}

// Axes of an array of `ndim`, none twice.
void require_distinct(Op op, const Ints& axes, int ndim, const std::string& what) {
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (axes[i] < 0 || axes[i] >= ndim) {
      AxisError error(std::string(name(op)), what + " " + str(axes) + " has axis " + std::to_string(axes[i]) + " of an array of " + std::to_string(ndim) + " axes", "axes count from 0");
      error.axis = axes[i];
      error.ndim = ndim;
      throw error;
    }
    if (std::find(axes.begin(), axes.begin() + static_cast<std::ptrdiff_t>(i), axes[i]) != axes.begin() + static_cast<std::ptrdiff_t>(i)) fail_arguments(op, what + " " + str(axes) + " has an axis twice", "name each axis once");
  }
}
// That dims fit an array x, index arrays of one shape and an array of windows of so many axes.
void require_windows(Op op, const WindowDims& d, Type x, Types indices, int windows_ndim) {
  if (d.start_index_map.size() != indices.size()) fail_arguments(op, std::to_string(indices.size()) + " index arrays count along " + std::to_string(d.start_index_map.size()) + " axes", "give one index array for each axis of start_index_map");
  for (Type i : indices) {
    if (!is_integer(i.dtype())) fail_dtypes(op, "index arrays hold integers, not " + i.str(), indices, "convert them with .as(i32)");
    if (i.shape() != indices[0].shape()) fail_shapes(op, "index arrays " + and_then(indices) + " differ in shape", indices, "broadcast them to one shape");
  }
  const int n = x.ndim(), batch = indices[0].ndim();
  Ints gone = d.collapsed_slice_dims;
  gone.insert(gone.end(), d.operand_batching_dims.begin(), d.operand_batching_dims.end());
  require_distinct(op, gone, n, "collapsed_slice_dims and operand_batching_dims");
  Ints named = d.start_index_map;
  named.insert(named.end(), d.operand_batching_dims.begin(), d.operand_batching_dims.end());
  require_distinct(op, named, n, "start_index_map and operand_batching_dims");
  require_distinct(op, d.start_indices_batching_dims, batch, "start_indices_batching_dims");
  require_distinct(op, d.offset_dims, windows_ndim, "offset_dims");
  if (!std::is_sorted(d.offset_dims.begin(), d.offset_dims.end())) fail_arguments(op, "offset_dims " + str(d.offset_dims) + " do not ascend", "transpose the windows");
  if (d.offset_dims.size() + gone.size() != static_cast<std::size_t>(n)) fail_arguments(op, "offset_dims " + str(d.offset_dims) + " are not as many as the axes of " + x.str() + " that windows have", "name one for each axis that is neither collapsed nor runs along with the index arrays");
  if (windows_ndim != batch + static_cast<int>(d.offset_dims.size())) fail_arguments(op, "windows of " + std::to_string(windows_ndim) + " axes have " + std::to_string(d.offset_dims.size()) + " of x and " + std::to_string(batch) + " of the index arrays", "windows have the axes of both");
  if (d.operand_batching_dims.size() != d.start_indices_batching_dims.size()) fail_arguments(op, "batching axes must come in pairs", "name as many axes of x as of the index arrays");
  for (std::size_t i = 0; i < d.operand_batching_dims.size(); ++i) {
    const Type pair[] = {x, indices[0]};
    if (x.shape()[static_cast<int>(d.operand_batching_dims[i])] != indices[0].shape()[static_cast<int>(d.start_indices_batching_dims[i])]) fail_shapes(op, "axis " + std::to_string(d.operand_batching_dims[i]) + " of " + x.str() + " and axis " + std::to_string(d.start_indices_batching_dims[i]) + " of index arrays " + indices[0].str() + " do not run together", pair, "axes that run together have one extent");
  }
}
void require_window(Op op, const WindowDims& d, const Ints& sizes, Type x, Types in) {
  for (int i = 0; i < x.ndim(); ++i) {
    const bool beside = std::find(d.operand_batching_dims.begin(), d.operand_batching_dims.end(), i) != d.operand_batching_dims.end();
    // Where an axis that runs along with the index arrays is empty there is no window at all.
    if (sizes[i] < 0 || (sizes[i] > x.shape()[i] && !(beside && x.shape()[i] == 0))) fail_shapes(op, "a window of " + str(sizes) + " does not fit in " + x.str(), in, "its extents are at most those of the array");
  }
  for (const Ints* ones : {&d.collapsed_slice_dims, &d.operand_batching_dims})
    for (auto axis : *ones)
      if (sizes[axis] != 1) fail_arguments(op, "windows of " + str(sizes) + " keep axis " + std::to_string(axis), "an axis that windows do not keep has extent 1 in them");
}

Type gather(const GatherAttrs& a, Types in) {
  const Types indices = in.subspan(1);
  const int ndim = indices[0].ndim() + static_cast<int>(a.offset_dims.size());
  require_windows(Op::gather, a, in[0], indices, ndim);
  if (a.slice_sizes.size() != static_cast<std::size_t>(in[0].ndim())) fail_arguments(Op::gather, "slice_sizes " + str(a.slice_sizes) + " are not one for each axis of " + in[0].str(), "give an extent for each axis");
  require_window(Op::gather, a, a.slice_sizes, in[0], in);
  Ints shape(static_cast<std::size_t>(ndim), 1);
  const Ints inner = window_axes(a, in[0].ndim()), batch = batch_axes(a, ndim);
  for (std::size_t i = 0; i < inner.size(); ++i) shape[a.offset_dims[i]] = a.slice_sizes[inner[i]];
  for (std::size_t i = 0; i < batch.size(); ++i) shape[batch[i]] = indices[0].shape()[static_cast<int>(i)];
  return in[0].with(Shape(shape));
}

Type scatter(Op op, const ScatterAttrs& a, Types in) {
  const Types indices = in.subspan(2);
  require_windows(op, a, in[0], indices, in[1].ndim());
  if (in[1].dtype() != in[0].dtype()) fail_dtypes(op, "windows " + in[1].str() + " and operand " + in[0].str() + " differ in dtype", in, "convert the windows with .as(dtype)");
  const Ints batch = batch_axes(a, in[1].ndim());
  for (std::size_t i = 0; i < batch.size(); ++i)
    if (in[1].shape()[static_cast<int>(batch[i])] != indices[0].shape()[static_cast<int>(i)]) fail_shapes(op, "windows " + in[1].str() + " are not one for each of the indices " + indices[0].str(), in, "their axes but offset_dims are those of the index arrays");
  require_window(op, a, window_sizes(a, in[0].ndim(), in[1].shape()), in[0], in);
  return in[0];
}
Type scatter_reduce(const ScatterReduceAttrs& a, Types in) {
  const bool bitwise = a.kind == Reduction::and_ || a.kind == Reduction::or_ || a.kind == Reduction::xor_;
  if (bitwise && !is_bool(in[0].dtype()) && !is_integer(in[0].dtype())) fail_dtypes(Op::scatter_reduce, "and, or, xor take bool or integers, not " + in[0].str(), in);
  if (is_bool(in[0].dtype()) && (a.kind == Reduction::sum || a.kind == Reduction::prod)) fail_dtypes(Op::scatter_reduce, "sum and prod take numbers, not " + in[0].str(), in, "convert with .as(i32)");
  if (is_complex(in[0].dtype()) && a.kind != Reduction::sum) fail_dtypes(Op::scatter_reduce, "of complex windows only sums are taken, not of " + in[0].str(), in, "scatter the real and the imaginary part");
  return scatter(Op::scatter_reduce, a, in);
}

Type sort(const SortAttrs& a, Types in) {
  if (a.axis < 0 || a.axis >= in[0].ndim()) fail_axis(Op::sort, a.axis, in[0]);
  if (in[1].shape() != in[0].shape()) fail_shapes(Op::sort, "keys " + in[1].str() + " and what they sort, " + in[0].str(), in, "differ in shape: give one key for each element");
  if (is_complex(in[1].dtype())) fail_dtypes(Op::sort, "complex keys " + in[1].str() + " have no order", in, "sort by a real number, such as abs(x)");
  return in[0];
}

Shape without(const Shape& shape, const Ints& axes) {
  Ints rest;
  for (int i = 0; i < shape.ndim(); ++i) {
    if (std::find(axes.begin(), axes.end(), i) == axes.end()) rest.push_back(shape[i]);
  }
  return Shape(rest);
}

Type reduce(const ReduceAttrs& a, Types in) {
  require_axes(Op::reduce, a.axes, in[0]);
  const bool bitwise = a.kind == Reduction::and_ || a.kind == Reduction::or_ || a.kind == Reduction::xor_;
  if (bitwise && !is_bool(in[0].dtype()) && !is_integer(in[0].dtype())) fail_dtypes(Op::reduce, "and, or, xor take bool or integers, not " + in[0].str(), in);
  if (is_bool(in[0].dtype()) && (a.kind == Reduction::sum || a.kind == Reduction::prod)) fail_dtypes(Op::reduce, "sum and prod take numbers, not " + in[0].str(), in, "convert with .as(i32)");
  return in[0].with(without(in[0].shape(), a.axes));
}

Type arg_reduce(const ArgReduceAttrs& a, Types in) {
  if (a.axis < 0 || a.axis >= in[0].ndim()) fail_axis(Op::arg_reduce, a.axis, in[0]);
  if (!is_integer(a.index)) fail_dtypes(Op::arg_reduce, "the index dtype must be an integer, not " + std::string(name(a.index)), in);
  if (is_complex(in[0].dtype())) fail_dtypes(Op::arg_reduce, "takes real numbers, not " + in[0].str(), in, by_parts);
  if (in[0].shape()[a.axis] == 0) fail_shapes(Op::arg_reduce, "axis " + std::to_string(a.axis) + " of " + in[0].str() + " is empty: it has no extremum", in, "reduce arrays of at least one element");
  return Type(a.index, without(in[0].shape(), {a.axis}));
}

Type cumulative(const CumulativeAttrs& a, Types in) {
  if (a.axis < 0 || a.axis >= in[0].ndim()) fail_axis(Op::cumulative, a.axis, in[0]);
  if (is_bool(in[0].dtype())) fail_dtypes(Op::cumulative, "takes numbers, not " + in[0].str(), in, "convert with .as(i32)");
  if (is_complex(in[0].dtype()) && a.kind != Cumulation::sum && a.kind != Cumulation::prod) fail_dtypes(Op::cumulative, "running extrema and logsumexp take real numbers, not " + in[0].str(), in, by_parts);
  if (a.kind == Cumulation::logsumexp && !is_inexact(in[0].dtype())) fail_dtypes(Op::cumulative, "logsumexp takes floating point, not " + in[0].str(), in, "convert with .as(f32)");
  return in[0];
}

Type dot(const DotAttrs& a, Types in) {
  const Shape &l = in[0].shape(), &r = in[1].shape();
  if (a.lhs_batch.size() != a.rhs_batch.size() || a.lhs_contract.size() != a.rhs_contract.size()) fail_arguments(Op::dot, "batch and contracting axes must come in pairs", "name as many axes of the first operand as of the second");
  if (in[0].dtype() != in[1].dtype()) fail_dtypes(Op::dot, "operands " + and_then(in) + " differ in dtype", in, "convert one with .as(dtype)");
  if (is_complex(in[0].dtype()) && !is_complex(a.result)) fail_dtypes(Op::dot, "a product of " + and_then(in) + " is not " + std::string(name(a.result)), in, "ask for a complex dtype, and take its real part with real(x)");
  auto axes_of = [&](const Ints& batch, const Ints& contract, Type type) {
    Ints all = batch;
    all.insert(all.end(), contract.begin(), contract.end());
    require_axes(Op::dot, all, type);
    return all;
  };
  const Ints l_axes = axes_of(a.lhs_batch, a.lhs_contract, in[0]), r_axes = axes_of(a.rhs_batch, a.rhs_contract, in[1]);
  Ints shape;
  for (std::size_t i = 0; i < l_axes.size(); ++i) {
    const auto le = l[static_cast<int>(l_axes[i])], re = r[static_cast<int>(r_axes[i])];
    if (le != re) {
      fail_shapes(Op::dot, and_then(in) + " do not contract: axis " + std::to_string(l_axes[i]) + " of the first has extent " + std::to_string(le) + ", axis " + std::to_string(r_axes[i]) + " of the second " + std::to_string(re), in, "axes that contract or run along together have one extent");
    }
    if (i < a.lhs_batch.size()) shape.push_back(le);
  }
  for (auto e : without(l, l_axes)) shape.push_back(e);
  for (auto e : without(r, r_axes)) shape.push_back(e);
  return Type(a.result, Shape(shape));
}

void require_operands(Op op, const GraphRef& body, Types in, const std::string& what) {
  const auto params = body->input_types();
  if (params.size() != in.size()) fail_arguments(op, what + " takes " + std::to_string(params.size()) + " operands, not " + std::to_string(in.size()));
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (params[i] == in[i]) continue;
    const Type pair[] = {params[i], in[i]};
    fail_shapes(op, what + ": operand " + std::to_string(i) + " must be " + params[i].str() + ", not " + in[i].str(), pair);
  }
}

Type iota(const IotaAttrs& a) {
  if (a.axis < 0 || a.axis >= a.type.ndim()) fail_axis(Op::iota, a.axis, a.type);
  return a.type;
}

std::vector<Type> threefry(Types in) {
  require_same_type(Op::threefry2x32, in);
  if (in[0].dtype() != u32) fail_dtypes(Op::threefry2x32, "takes u32, not " + in[0].str(), in);
  return {in[0], in[0]};
}

std::vector<Type> call(const CallAttrs& a, Types in) {
  require_operands(Op::call, a.body, in, a.name);
  return a.body->output_types();
}

std::vector<Type> cond(const CondAttrs& a, Types in) {
  if (a.branches.empty()) fail_arguments(Op::cond, "needs at least one branch");
  if (in.empty() || in[0] != Type(i32)) fail_dtypes(Op::cond, "the branch index must be an i32 scalar" + (in.empty() ? std::string() : ", not " + in[0].str()), in);
  const auto results = a.branches[0]->output_types();
  for (const auto& branch : a.branches) {
    require_operands(Op::cond, branch, in.subspan(1), "a branch");
    if (branch->output_types() == results) continue;
    std::string first, other;
    for (Type t : results) first += " " + t.str();
    for (Type t : branch->output_types()) other += " " + t.str();
    throw StructureError("cond", "branches differ in their results:" + first + " and" + other, "make both branches return the same shapes and dtypes");
  }
  return results;
}

std::vector<Type> scan(const ScanAttrs& a, Types in) {
  const auto params = a.body->input_types();
  const auto outs = a.body->output_types();
  if (a.consts < 0 || a.carries < 0) fail_arguments(Op::scan, "the numbers of consts and carries must not be negative");
  const std::size_t fixed = static_cast<std::size_t>(a.consts) + a.carries;
  if (params.size() != in.size() || fixed > in.size() || outs.size() < static_cast<std::size_t>(a.carries)) fail_arguments(Op::scan, "the body takes " + std::to_string(params.size()) + " operands, not " + std::to_string(in.size()));
  if (a.length < 0) fail_arguments(Op::scan, "length " + std::to_string(a.length) + " is negative");
  std::vector<Type> results;
  for (std::size_t i = 0; i < in.size(); ++i) {
    Type want = params[i];
    if (i >= fixed) {
      Ints stacked = want.shape().extents();
      stacked.insert(stacked.begin(), a.length);
      want = want.with(Shape(stacked));
    }
    if (in[i] == want) continue;
    const Type pair[] = {want, in[i]};
    fail_shapes(Op::scan, "operand " + std::to_string(i) + " must be " + want.str() + ", not " + in[i].str(), pair);
  }
  for (std::size_t i = 0; i < outs.size(); ++i) {
    if (i < static_cast<std::size_t>(a.carries)) {
      if (outs[i] != params[a.consts + i]) {
        throw StructureError("scan", "carry " + std::to_string(i) + " enters as " + params[a.consts + i].str() + " and leaves as " + outs[i].str(), "the body must return its carry with the same shape and dtype");
      }
      results.push_back(outs[i]);
    } else {
      Ints stacked = outs[i].shape().extents();
      stacked.insert(stacked.begin(), a.length);
      results.push_back(outs[i].with(Shape(stacked)));
    }
  }
  return results;
}

// ---- functions with derivatives of the user's -----------------------------------------------------------------------

std::vector<Type> floating(Types types) {
  std::vector<Type> found;
  std::copy_if(types.begin(), types.end(), std::back_inserter(found), [](Type t) { return is_inexact(t.dtype()); });
  return found;
}
std::vector<Type> joined(std::initializer_list<Types> parts) {
  std::vector<Type> all;
  for (Types part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}
void require_results(Op op, const GraphRef& graph, const std::vector<Type>& wanted, const std::string& what) {
  const auto given = graph->output_types();
  if (given.size() != wanted.size()) fail_arguments(op, what + " returns " + std::to_string(given.size()) + " values, not " + std::to_string(wanted.size()));
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const Type pair[] = {given[i], wanted[i]};
    if (given[i] != wanted[i]) fail_shapes(op, what + ": result " + std::to_string(i) + " must be " + wanted[i].str() + ", not " + given[i].str(), pair);
  }
}
Types arguments_of(Op op, int arguments, Types in) {
  if (arguments < 0 || static_cast<std::size_t>(arguments) > in.size()) fail_arguments(op, std::to_string(arguments) + " arguments of " + std::to_string(in.size()) + " operands");
  return in.first(static_cast<std::size_t>(arguments));
}

std::vector<Type> custom_jvp(const CustomJvpAttrs& a, Types in) {
  const Op op = Op::custom_jvp;
  require_operands(op, a.body, in, "the function");
  const auto results = a.body->output_types();
  require_operands(op, a.rule, joined({in, floating(arguments_of(op, a.arguments, in))}), "the rule");
  require_results(op, a.rule, joined({results, floating(results)}), "the rule");
  return results;
}

std::vector<Type> custom_vjp(const CustomVjpAttrs& a, Types in) {
  const Op op = Op::custom_vjp;
  require_operands(op, a.body, in, "the function");
  require_operands(op, a.forward, in, "the forward function");
  const auto results = a.body->output_types(), made = a.forward->output_types();
  if (made.size() < results.size()) fail_arguments(op, "the forward function returns less than the function does");
  require_results(op, a.forward, joined({results, Types(made).subspan(results.size())}), "the forward function");
  const Types arguments = arguments_of(op, a.arguments, in);
  require_operands(op, a.backward, joined({in.subspan(arguments.size()), Types(made).subspan(results.size()), floating(results)}), "the backward function");
  require_results(op, a.backward, floating(arguments), "the backward function");
  return results;
}

std::vector<Type> custom_linear(const CustomLinearAttrs& a, Types in) {
  const Op op = Op::custom_linear;
  const Types residuals = arguments_of(op, a.residuals, in);
  const auto read = a.backward->input_types();
  if (read.size() < residuals.size()) fail_arguments(op, "the backward function takes fewer values than there are residuals");
  const std::vector<Type> results(read.begin() + static_cast<std::ptrdiff_t>(residuals.size()), read.end());
  require_operands(op, a.backward, joined({residuals, results}), "the backward function");
  require_results(op, a.backward, joined({in.subspan(residuals.size())}), "the backward function");
  return results;
}

Type gathered(const CollectiveAttrs& a, Type in) {
  if (a.axis < 0 || a.axis > in.ndim()) fail_axis(Op::all_gather, a.axis, in);
  Ints shape = in.shape().extents();
  shape.insert(shape.begin() + a.axis, a.size);
  return in.with(Shape(shape));
}
// The type without the axis that has an element for each member.
Type scattered(Op op, const CollectiveAttrs& a, Type in) {
  if (a.axis < 0 || a.axis >= in.ndim()) fail_axis(op, a.axis, in);
  if (in.shape()[a.axis] != a.size) {
    fail_shapes(op, "axis " + std::to_string(a.axis) + " of " + in.str() + " has no element for each of " + std::to_string(a.size) + " members", std::span(&in, 1), "its extent is the number of members");
  }
  Ints shape = in.shape().extents();
  shape.erase(shape.begin() + a.axis);
  return in.with(Shape(shape));
}
Type exchanged(const CollectiveAttrs& a, Type in) {
  const Type rest = scattered(Op::all_to_all, a, in);
  if (a.into < 0 || a.into > rest.ndim()) fail_axis(Op::all_to_all, a.into, in);
  Ints shape = rest.shape().extents();
  shape.insert(shape.begin() + a.into, a.size);
  return in.with(Shape(shape));
}
void require_sources(const CollectiveAttrs& a) {
  const Op op = Op::ppermute;
  if (static_cast<std::int64_t>(a.sources.size()) != a.size) fail_arguments(op, std::to_string(a.sources.size()) + " sources for " + std::to_string(a.size) + " members", "give one for each, or -1");
  std::vector<bool> sends(a.sources.size(), false);
  for (auto source : a.sources) {
    if (source < -1 || source >= a.size) fail_arguments(op, "member " + std::to_string(source) + " of " + std::to_string(a.size) + " is a source", "members count from 0");
    if (source < 0) continue;
    if (sends[static_cast<std::size_t>(source)]) fail_arguments(op, "member " + std::to_string(source) + " sends twice", "each sends to one at most; all_gather sends to all");
    sends[static_cast<std::size_t>(source)] = true;
  }
}

std::vector<Type> while_(const WhileAttrs& a, Types in) {
  if (a.consts < 0 || static_cast<std::size_t>(a.consts) > in.size()) fail_arguments(Op::while_, std::to_string(a.consts) + " consts of " + std::to_string(in.size()) + " operands");
  if (a.max_steps < -1) fail_arguments(Op::while_, "max_steps " + std::to_string(a.max_steps) + " is negative");
  require_operands(Op::while_, a.condition, in, "the condition");
  require_operands(Op::while_, a.body, in, "the body");
  const auto holds = a.condition->output_types();
  if (holds.size() != 1) fail_arguments(Op::while_, "the condition gives " + std::to_string(holds.size()) + " results, not one");
  if (holds[0].ndim() != 0) fail_shapes(Op::while_, "the condition is " + holds[0].str() + ", not a bool scalar", holds);
  if (holds[0].dtype() != bool_) fail_dtypes(Op::while_, "the condition is " + holds[0].str() + ", not a bool scalar", holds);
  const auto carried = in.subspan(static_cast<std::size_t>(a.consts));
  auto results = a.body->output_types();
  if (results.size() != carried.size()) throw StructureError("while", std::to_string(carried.size()) + " carries enter and " + std::to_string(results.size()) + " leave", "the body must return as many carries as it takes");
  for (std::size_t c = 0; c < carried.size(); ++c) {
    if (results[c] == carried[c]) continue;
    throw StructureError("while", "carry " + std::to_string(c) + " enters as " + carried[c].str() + " and leaves as " + results[c].str(), "the body must return its carry with the same shape and dtype");
  }
  return results;
}

void require_count(Op op, Types in) {
  const Count wanted = info(op).operands;
  if (wanted.admits(in.size())) return;
  if (wanted.or_more) fail_arguments(op, "takes at least " + std::to_string(wanted.number) + " operands");
  fail_arguments(op, "takes " + std::to_string(wanted.number) + " operands, not " + std::to_string(in.size()));
}

// One overload per family.
struct Inference {
  const Attrs& attrs;
  Types in;

  template <class A> const A& as() const { return std::get<A>(attrs); }

  Type result(Unary op) const {
    if (op == Unary::reduce_precision) require_format(as<PrecisionAttrs>());
    return info(op).gives == Gives::named ? renamed(op, as<ConvertAttrs>().to, in) : of_one_type(op, in);
  }
  Type result(Binary op) const { return of_one_type(op, in); }
  Type result(Ternary op) const {
    switch (op) {
      case Ternary::select: return select(in);
      case Ternary::clamp: return of_one_type(op, in);
    }
    __builtin_unreachable();
  }
  Type result(Source op) const {
    switch (op) {
      case Source::constant: return as<ConstantAttrs>().value.type;
      case Source::iota: return iota(as<IotaAttrs>());
    }
    __builtin_unreachable();
  }
  Type result(Movement op) const {
    switch (op) {
      case Movement::broadcast: return broadcast(as<BroadcastAttrs>(), in);
      case Movement::reshape: return reshape(as<ReshapeAttrs>(), in);
      case Movement::transpose: return transpose(as<TransposeAttrs>(), in);
      case Movement::slice: return slice(as<SliceAttrs>(), in);
      case Movement::pad: return pad(as<PadAttrs>(), in);
      case Movement::concatenate: return concatenate(as<ConcatenateAttrs>(), in);
      case Movement::reverse: return require_axes(op, as<ReverseAttrs>().axes, in[0]), in[0];
      case Movement::dynamic_slice: return dynamic_slice(as<DynamicSliceAttrs>(), in);
      case Movement::dynamic_update_slice: return dynamic_update_slice(in);
      case Movement::gather: return gather(as<GatherAttrs>(), in);
      case Movement::scatter: return scatter(op, as<ScatterAttrs>(), in);
      case Movement::sort: return sort(as<SortAttrs>(), in);
    }
    __builtin_unreachable();
  }
  Type result(Reducing op) const {
    switch (op) {
      case Reducing::reduce: return reduce(as<ReduceAttrs>(), in);
      case Reducing::arg_reduce: return arg_reduce(as<ArgReduceAttrs>(), in);
      case Reducing::cumulative: return cumulative(as<CumulativeAttrs>(), in);
      case Reducing::scatter_reduce: return scatter_reduce(as<ScatterReduceAttrs>(), in);
    }
    __builtin_unreachable();
  }
  Type result(Contraction op) const {
    switch (op) {
      case Contraction::dot: return dot(as<DotAttrs>(), in);
    }
    __builtin_unreachable();
  }
  Type result(Collective op) const {
    const auto& a = as<CollectiveAttrs>();
    if (a.size < 0) fail_arguments(op, "an axis of " + std::to_string(a.size) + " members", "it has 0 or more");
    switch (op) {
      case Collective::psum: return of_one_type(op, in);
      case Collective::all_gather: return gathered(a, in[0]);
      case Collective::reduce_scatter: return require_dtype(op, in), scattered(op, a, in[0]);
      case Collective::all_to_all: return exchanged(a, in[0]);
      case Collective::ppermute: return require_sources(a), in[0];
      case Collective::axis_index: return Type(i32);
    }
    __builtin_unreachable();
  }
  std::vector<Type> results(Random op) const {
    switch (op) {
      case Random::threefry2x32: return threefry(in);
    }
    __builtin_unreachable();
  }
  std::vector<Type> results(Control op) const {
    switch (op) {
      case Control::call: return call(as<CallAttrs>(), in);
      case Control::cond: return cond(as<CondAttrs>(), in);
      case Control::scan: return scan(as<ScanAttrs>(), in);
      case Control::custom_jvp: return custom_jvp(as<CustomJvpAttrs>(), in);
      case Control::custom_vjp: return custom_vjp(as<CustomVjpAttrs>(), in);
      case Control::custom_linear: return custom_linear(as<CustomLinearAttrs>(), in);
      case Control::while_: return while_(as<WhileAttrs>(), in);
    }
    __builtin_unreachable();
  }
  std::vector<Type> results(auto op) const { return {result(op)}; }
};

}  // namespace

Type infer_elementwise(Op op, const Attrs& attrs, std::span<const Type> in) {
  require_count(op, in);
  const Inference inference{attrs, in};
  if (family(op) == Family::unary) return inference.result(op.as<Unary>());
  if (family(op) == Family::binary) return inference.result(op.as<Binary>());
  return inference.result(op.as<Ternary>());
}

std::vector<Type> infer(Op op, const Attrs& attrs, std::span<const Type> in) {
  require_count(op, in);
  return visit(op, [inference = Inference{attrs, in}](auto of_family) { return inference.results(of_family); });
}

}  // namespace espalier::ir
