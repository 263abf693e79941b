#pragma once
// Windows and convolutions: their geometry, for those who read it (WindowsAttrs and ConvAttrs in attrs.h).
#include "espalier/ir/attrs.h"

namespace espalier::ir {

/// From the first element of a window of `size` elements, `dilation` apart, to its last, both counted.
constexpr std::int64_t window_reach(std::int64_t size, std::int64_t dilation) { return (size - 1) * dilation + 1; }
/// At how many places, `stride` apart, such a window lies within `extent` elements.
constexpr std::int64_t window_places(std::int64_t extent, std::int64_t size, std::int64_t dilation, std::int64_t stride) {
  const std::int64_t reach = window_reach(size, dilation);
  return extent < reach ? 0 : (extent - reach) / stride + 1;
}
/// The array of windows of an array of this shape.
Shape windows_shape(const WindowsAttrs& attrs, const Shape& x);
/// Distances in x between neighbours along each axis of its windows, given those along the axes of x.
Ints window_strides(const WindowsAttrs& attrs, const Ints& x_strides);

/// A convolution as the dot of its padded first operand's windows with its second operand.
struct ConvParts {
  PadAttrs pad;
  WindowsAttrs windows;
  DotAttrs dot;
};
ConvParts parts_of(const ConvAttrs& attrs, int lhs_ndim, const Shape& rhs);
/// Whether the padding changes nothing, or the windows are the array under another shape.
bool is_identity(const PadAttrs& pad);
bool is_identity(const WindowsAttrs& windows);

/// The axes of an array of `ndim` that are in none of the lists, in order.
Ints other_axes(int ndim, std::initializer_list<const Ints*> lists);

}  // namespace espalier::ir
