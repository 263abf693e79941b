#include "espalier/stdlib/optim/clipping.h"

#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/reductions.h"

namespace espalier::optim {

namespace {

// The sums of squares, and those of the gradients scaled down and up by a power of two: where the squares overflow or vanish,
// the others do not (J. Blue, "A portable Fortran program to find the Euclidean norm of a vector", 1978). One pass makes all
// sums.
struct Range {
  double up, down, smallest;
};
Range range_of(DType dtype) { return dtype == f64 ? Range{0x1p600, 0x1p-600, 0x1p-900} : Range{0x1p80, 0x1p-80, 0x1p-60}; }

DType common_dtype(std::span<const Array> leaves) {
  DType dtype = f32;  // also of halves, in which squares soon overflow
  for (const Array& leaf : leaves) {
    if (ir::is_floating(leaf.dtype())) dtype = promote(dtype, leaf.dtype());
  }
  return dtype;
}

}  // namespace

detail::Norm detail::norm_of(std::span<const Array> leaves) {
  const DType dtype = common_dtype(leaves);
  const Range range = range_of(dtype);
  Array squares = 0.0, large = 0.0, small = 0.0;
  for (const Array& leaf : leaves) {
    if (!ir::is_floating(leaf.dtype())) continue;
    const Array wide = leaf.as(dtype);
    squares = squares + sum(square(leaf.dtype() == f16 || leaf.dtype() == bf16 ? wide : leaf));
    large = large + sum(square(wide * range.down));
    small = small + sum(square(where(abs(wide) >= 1.0, 0.0, wide * range.up)));
  }
  // A sum that is not chosen must have derivative 0, not 0 times infinity. So the choice is made under the root.
  const Array plain = isfinite(squares) & (squares >= range.smallest), overflown = squares > 1.0;
  const auto root = [](const Array& chosen, const Array& x) { return sqrt(where(chosen, x, 1.0)); };
  const Array part = root(logical_not(plain) & overflown, large);
  const Array beyond = where(overflown, part * range.up, root(logical_not(plain | overflown), small) * range.down);
  return {where(plain, root(plain, squares), beyond), part, range.down};
}
Array global_norm(std::span<const Array> leaves, Where where) {
  return espalier::detail::called_at(where, [&] { return detail::norm_of(leaves).value; });
}

Array Clip::clipped(const Array& gradient) const { return espalier::clip(gradient, -limit, limit); }

Array NormalizeByUpdateNorm::normalized(const Array& g, const Array& norm) const { return g * (scale / (norm + eps)).as(g.dtype()); }

Array ClipByGlobalNorm::clipped(const Array& gradient, const detail::Norm& norm) const {
  const DType dtype = gradient.dtype();
  // Where the norm is beyond the dtype, divide by the scaled one, which is not.
  const Array unit = where(isinf(norm.value), gradient * norm.factor / norm.part.as(dtype), gradient / norm.value.as(dtype));
  return where((norm.value < max_norm) | (norm.value == 0), gradient, unit * max_norm);
}

}  // namespace espalier::optim
