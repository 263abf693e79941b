// Of gather and scatter.
#include <algorithm>

#include "espalier/ir/error.h"
#include "espalier/ir/infer/rules.h"
#include "espalier/ir/windows.h"

namespace espalier::ir::inference {
namespace {

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

// The type of x with windows written into it.
Type written(Op op, const ScatterAttrs& a, Types in) {
  const Types indices = in.subspan(2);
  require_windows(op, a, in[0], indices, in[1].ndim());
  if (in[1].dtype() != in[0].dtype()) fail_dtypes(op, "windows " + in[1].str() + " and operand " + in[0].str() + " differ in dtype", in, "convert the windows with .as(dtype)");
  const Ints batch = batch_axes(a, in[1].ndim());
  for (std::size_t i = 0; i < batch.size(); ++i)
    if (in[1].shape()[static_cast<int>(batch[i])] != indices[0].shape()[static_cast<int>(i)]) fail_shapes(op, "windows " + in[1].str() + " are not one for each of the indices " + indices[0].str(), in, "their axes but offset_dims are those of the index arrays");
  require_window(op, a, window_sizes(a, in[0].ndim(), in[1].shape()), in[0], in);
  return in[0];
}

}  // namespace

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

Type scatter(const ScatterAttrs& a, Types in) { return written(Op::scatter, a, in); }

Type scatter_reduce(const ScatterReduceAttrs& a, Types in) {
  const bool bitwise = a.kind == Reduction::and_ || a.kind == Reduction::or_ || a.kind == Reduction::xor_;
  if (bitwise && !is_bool(in[0].dtype()) && !is_integer(in[0].dtype())) fail_dtypes(Op::scatter_reduce, "and, or, xor take bool or integers, not " + in[0].str(), in);
  if (is_bool(in[0].dtype()) && (a.kind == Reduction::sum || a.kind == Reduction::prod)) fail_dtypes(Op::scatter_reduce, "sum and prod take numbers, not " + in[0].str(), in, "convert with .as(i32)");
  if (is_complex(in[0].dtype()) && a.kind != Reduction::sum) fail_dtypes(Op::scatter_reduce, "of complex windows only sums are taken, not of " + in[0].str(), in, "scatter the real and the imaginary part");
  return written(Op::scatter_reduce, a, in);
}

}  // namespace espalier::ir::inference
