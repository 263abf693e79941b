#pragma once
// Images, and other samples on a grid, in another size.
#include <string_view>

#include "espalier/dsl/array.h"

namespace espalier {

/// Options of `image_resize`.
struct ImageResizeOptions {
  Named by_name = Named();
  std::string_view method = "linear";  ///< "nearest", "linear", "cubic", "lanczos3" or "lanczos5"
  bool antialias = true;               ///< where an axis gets shorter, the kernel gets as much wider
};
/// x in another shape of as many axes, as jax.image.resize: each axis whose extent changes is sampled again at the middles of its new
/// elements. "nearest" takes the element there; the others weigh those around by a kernel: a triangle, Keys' cubic (1981, a = -0.5), or
/// Lanczos' with 3 or 5 lobes to each side, whose weights add up to 1. Floats, but for "nearest"; integers as in `mean`. ShapeError for
/// another number of axes, or an empty axis that is to be filled; ArgumentError for another method.
Array image_resize(Operand x, Shape shape, ImageResizeOptions options = {});

}  // namespace espalier
