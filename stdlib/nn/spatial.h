#pragma once
// Layers whose windows move over spatial axes take x of [batch…, spatial…, channels] with any number of batch axes, also none.
#include "espalier/dsl/array.h"

namespace espalier::nn::detail {

/// x with one axis for all of its batch, [N, spatial…, channels], and the batch axes that it had.
struct OneBatch {
  Array x;
  std::vector<std::int64_t> batch;
};
/// ShapeError unless x has the spatial axes and channels.
OneBatch with_one_batch(const char* layer, const Array& x, int spatial);
/// y [N, …] with the batch axes again.
Array with_batch(const Array& y, const std::vector<std::int64_t>& batch);

/// How many spatial axes a window of such extents has: one for each extent; of a single extent all axes of x but the first and the last.
/// ShapeError if that is none.
int spatial_axes(const char* layer, const Array& x, const Shape& extents);

}  // namespace espalier::nn::detail
