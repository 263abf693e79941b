#include "espalier/dsl/ops/image.h"

#include <algorithm>
#include <limits>
#include <numbers>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/contraction.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/indexing.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/settled.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"
#include "espalier/ir/half.h"

namespace espalier {
namespace {

// Everything here runs within called_at, which knows the user's place.

// Kernels of the distance x >= 0.
Array triangle(const Array& x) { return maximum(1 - x, 0.0); }
Array cubic(const Array& x) {
  const Array near = ((1.5 * x - 2.5) * x) * x + 1, far = ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return where(x < 1, near, where(x < 2, far, 0.0));
}
Array lanczos(const Array& x, double lobes) { return where(x < lobes, sinc(x) * sinc(x / lobes), 0.0); }

Array kernel(std::string_view method, const Array& x) {
  if (method == "cubic") return cubic(x);
  if (method == "lanczos3") return lanczos(x, 3);
  if (method == "lanczos5") return lanczos(x, 5);
  return triangle(x);
}

// [from, to]: how much of each old element is in each new one. Old and new elements lie in the same interval; each stands for its middle.
Array weights(std::int64_t from, std::int64_t to, DType dtype, const ImageResizeOptions& o) {
  const double step = static_cast<double>(from) / static_cast<double>(to), width = o.antialias ? std::max(step, 1.0) : 1.0;
  const Array middle = (iota({1, to}, 1, dtype) + 0.5) * step - 0.5;
  const Array weight = kernel(o.method, abs(middle - iota({from, 1}, 0, dtype)) / width), total = sum(weight, {.axis = 0, .keepdims = true});
  return weight / where(total == 0, 1.0, total);
}

Array resampled(const Array& x, int axis, std::int64_t extent, const ImageResizeOptions& o) {
  const std::int64_t from = x.shape()[axis];
  if (o.method == "nearest") {
    const double step = static_cast<double>(from) / static_cast<double>(extent);
    const Array place = floor((iota({extent}, 0, f64) + 0.5) * step).as(from > std::numeric_limits<std::int32_t>::max() ? i64 : i32);
    return take(x, minimum(place, from - 1), {.axis = axis, .mode = AtMode::clip});
  }
  // Places along a long axis, and halves, are counted in a dtype that holds them.
  const DType dtype = ir::is_complex(x.dtype()) ? (x.dtype() == c64 ? f32 : f64) : (ir::is_half(x.dtype()) ? f32 : x.dtype());
  return moveaxis(tensordot(x, weights(from, extent, dtype, o).as(x.dtype()), {axis, 0}), -1, axis);
}

}  // namespace

Array image_resize(Operand x, Shape shape, ImageResizeOptions o) {
  return detail::called_at(x.where, "image_resize", [&] {
    constexpr std::string_view methods[] = {"nearest", "linear", "cubic", "lanczos3", "lanczos5"};
    if (std::ranges::find(methods, o.method) == std::end(methods)) throw ArgumentError("image_resize", "method \"" + std::string(o.method) + "\" is not known", "it is nearest, linear, cubic, lanczos3 or lanczos5");
    Array out = o.method == "nearest" ? detail::settled(x) : detail::settled_floats(x);
    const auto fail = [&](const std::string& message, const char* hint) {
      ShapeError error("image_resize", message, hint);
      error.shapes = {out.shape(), shape};
      throw error;
    };
    if (shape.ndim() != out.ndim()) fail(detail::ArrayAccess::type(out).str() + " cannot get the shape " + shape.str(), "give an extent for each axis");
    for (int axis = 0; axis < shape.ndim(); ++axis) {
      if (shape[axis] < 0 || (shape[axis] > 0 && out.shape()[axis] == 0)) fail("axis " + std::to_string(axis) + " of " + detail::ArrayAccess::type(out).str() + " cannot get the extent " + std::to_string(shape[axis]), "only what has elements can be sampled");
      if (shape[axis] != out.shape()[axis]) out = shape[axis] == 0 ? detail::part_of(out, axis, 0, 0) : resampled(out, axis, shape[axis], o);
    }
    return out;
  });
}

}  // namespace espalier
