#include "espalier/ir/windows.h"

#include <algorithm>

namespace espalier::ir {
namespace {

bool contains(const Ints& axes, std::int64_t axis) { return std::find(axes.begin(), axes.end(), axis) != axes.end(); }

}  // namespace

Ints window_axes(const WindowDims& dims, int x_ndim) {
  Ints axes;
  for (int i = 0; i < x_ndim; ++i)
    if (!contains(dims.collapsed_slice_dims, i) && !contains(dims.operand_batching_dims, i)) axes.push_back(i);
  return axes;
}

Ints batch_axes(const WindowDims& dims, int ndim) {
  Ints axes;
  for (int i = 0; i < ndim; ++i)
    if (!contains(dims.offset_dims, i)) axes.push_back(i);
  return axes;
}

Ints window_sizes(const WindowDims& dims, int x_ndim, const Shape& windows) {
  Ints sizes(static_cast<std::size_t>(x_ndim), 1);
  const Ints axes = window_axes(dims, x_ndim);
  for (std::size_t i = 0; i < axes.size(); ++i) sizes[axes[i]] = windows[static_cast<int>(dims.offset_dims[i])];
  return sizes;
}

std::vector<WindowAxis> axes_of_windows(const WindowDims& dims, const Ints& sizes, int ndim) {
  std::vector<WindowAxis> axes(sizes.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) axes[i].size = sizes[i];
  const Ints inner = window_axes(dims, static_cast<int>(sizes.size())), batch = batch_axes(dims, ndim);
  for (std::size_t i = 0; i < inner.size(); ++i) axes[inner[i]].array = static_cast<int>(dims.offset_dims[i]);
  for (std::size_t i = 0; i < dims.operand_batching_dims.size(); ++i) axes[dims.operand_batching_dims[i]].array = static_cast<int>(batch[dims.start_indices_batching_dims[i]]);
  for (std::size_t k = 0; k < dims.start_index_map.size(); ++k) axes[dims.start_index_map[k]].operand = static_cast<int>(k);
  return axes;
}

GatherAttrs reading(const ScatterAttrs& scatter, int x_ndim, const Shape& windows) {
  return {static_cast<const WindowDims&>(scatter), window_sizes(scatter, x_ndim, windows), scatter.outside};
}
ScatterAttrs writing(const GatherAttrs& gather) { return {static_cast<const WindowDims&>(gather), gather.outside, false}; }

GatherAttrs rows_in_order(const Shape& matrices) {
  GatherAttrs a;
  const int row = matrices.ndim() - 2;
  for (int i = 0; i < row; ++i) a.operand_batching_dims.push_back(i), a.start_indices_batching_dims.push_back(i);
  a.offset_dims = {row + 1}, a.collapsed_slice_dims = {row}, a.start_index_map = {row};
  a.slice_sizes.assign(static_cast<std::size_t>(matrices.ndim()), 1);
  a.slice_sizes.back() = matrices[-1];
  a.outside = Outside::clip;
  return a;
}

}  // namespace espalier::ir
