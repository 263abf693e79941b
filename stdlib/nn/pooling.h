#pragma once
// Pooling: layers without parameters. x is [batch…, spatial…, channels].
#include "espalier/dsl/ops/windows.h"

namespace espalier::nn {

/// The largest element of each window, as Flax's max_pool: padding is never the largest.
struct MaxPool {
  Shape window = 2;      ///< an extent for each spatial axis; a single one is for all axes between the first, the batch, and the channels
  Shape strides = {};    ///< from one place to the next, one for all axes or one for each; by default windows lie side by side
  Padding padding = {};  ///< "VALID", "SAME" or pairs of {before, behind}

  /// [batch…, spatial…, channels] to [batch…, places…, channels]. ShapeError if x has no such axes; ArgumentError as for `max_pool`.
  Array operator()(Operand x) const;
};
/// The mean of each window, as Flax's avg_pool.
struct AvgPool {
  Shape window = 2;               ///< as for `MaxPool`
  Shape strides = {};             ///< as for `MaxPool`
  Padding padding = {};           ///< "VALID", "SAME" or pairs of {before, behind}
  bool count_include_pad = true;  ///< whether padding counts as zeros; else the mean is that of the elements of x in the window

  /// [batch…, spatial…, channels] to [batch…, places…, channels]. Errors as for `MaxPool`.
  Array operator()(Operand x) const;
};

/// The mean over all spatial axes: x has one batch axis.
struct GlobalAvgPool {
  /// [batch, spatial…, channels] to [batch, channels]. ShapeError if x has no spatial axis.
  Array operator()(Operand x) const;
};
/// The largest element over all spatial axes: x has one batch axis.
struct GlobalMaxPool {
  /// [batch, spatial…, channels] to [batch, channels]. ShapeError if x has no spatial axis, or one without elements.
  Array operator()(Operand x) const;
};

/// Means of so many windows that cover each spatial axis of L elements evenly, as PyTorch's AdaptiveAvgPool: window i of n holds the
/// elements from floor(i L / n) up to ceil((i + 1) L / n), so neighbours share some where n does not divide L.
struct AdaptiveAvgPool {
  Shape size = 1;  ///< how many windows: a number for each spatial axis; a single one is for all axes between the batch and the channels

  /// [batch…, spatial…, channels] to [batch…, size…, channels]. ShapeError if x has no such axes, or none along one; ArgumentError for a
  /// size below 1.
  Array operator()(Operand x) const;
};
/// The largest elements of the windows of `AdaptiveAvgPool`. The derivative is that of the first one that is it.
struct AdaptiveMaxPool {
  Shape size = 1;  ///< as for `AdaptiveAvgPool`

  /// [batch…, spatial…, channels] to [batch…, size…, channels]. Errors as for `AdaptiveAvgPool`.
  Array operator()(Operand x) const;
};

}  // namespace espalier::nn
