#include "espalier/stdlib/optim/clipping.h"

#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/reductions.h"

namespace espalier::optim {

Array global_norm(std::span<const Array> leaves) {
  Array squares = 0.0;
  for (const Array& leaf : leaves) {
    if (ir::is_floating(leaf.dtype())) squares = squares + sum(square(leaf));
  }
  return sqrt(squares);
}

Array Clip::clipped(const Array& gradient) const { return espalier::clip(gradient, -limit, limit); }

Array ClipByGlobalNorm::clipped(const Array& gradient, const Array& norm) const {
  return where(norm < max_norm, gradient, gradient / norm.as(gradient.dtype()) * max_norm);
}

}  // namespace espalier::optim
