#pragma once
// What the options of windows and convolutions say, number by number. For the files of this folder.
#include "espalier/dsl/ops/windows.h"
#include "espalier/ir/attrs.h"

namespace espalier::detail {

/// One number for each of `n` axes: as they were given, or one for all. ArgumentError if they are others in number, or below 1.
ir::Ints per_axis(const Shape& given, int n, const char* what);

/// What the axes of these extents are padded by, before and behind, for windows of such reach. ArgumentError for an unknown word,
/// or pairs that are not one for each axis.
struct PaddedBy {
  ir::Ints low, high;
};
PaddedBy padded_by(const Padding& padding, const ir::Ints& extents, const ir::Ints& reach, const ir::Ints& strides);

/// From the first to the last element of each window, both counted. ArgumentError beyond any memory.
ir::Ints reach_of(const ir::Ints& sizes, const ir::Ints& dilations);

}  // namespace espalier::detail
