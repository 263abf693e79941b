#pragma once
// Windows: the geometry that gather and scatter share (WindowDims in attrs.h), for those who read it.
#include "espalier/ir/attrs.h"

namespace espalier::ir {

/// The axes of x, which has so many, that windows have, in order: the i-th is their axis `offset_dims[i]`.
Ints window_axes(const WindowDims& dims, int x_ndim);
/// The axes of the array of windows, which has so many, that are the batch, in order: the i-th is axis i of the index arrays.
Ints batch_axes(const WindowDims& dims, int ndim);
/// The windows' extents, one for each axis of x, in an array of windows of this shape.
Ints window_sizes(const WindowDims& dims, int x_ndim, const Shape& windows);

/// What each axis of x is in the array of windows.
struct WindowAxis {
  int array = -1;      ///< the axis of windows or batch that runs along it, or -1
  int operand = -1;    ///< the index array that counts along it, or -1
  std::int64_t size = 1;  ///< the window's extent
};
std::vector<WindowAxis> axes_of_windows(const WindowDims& dims, const Ints& sizes, int ndim);

/// The gather that reads where a scatter of windows of this shape into x writes.
GatherAttrs reading(const ScatterAttrs& scatter, int x_ndim, const Shape& windows);
/// The scatter that writes where a gather reads.
ScatterAttrs writing(const GatherAttrs& gather);

/// The gather of the rows of matrices of a shape, in an order that has the matrices' leading axes and an index for each row.
GatherAttrs rows_in_order(const Shape& matrices);

}  // namespace espalier::ir
