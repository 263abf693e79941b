#include "espalier/stdlib/nn/rotary.h"

#include <cmath>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops.h"
#include "espalier/stdlib/nn/normalized.h"

namespace espalier::nn {

Array RotaryEmbedding::operator()(Operand x, Operand first) const {
  return espalier::detail::called_at(x.where, [&] {
    if (x.array.ndim() < 3 || x.array.shape(-1) % 2 != 0) {
      ShapeError error("RotaryEmbedding", "x has shape " + x.array.shape().str(), "it is [..., T, heads, D], where D is even", x.where);
      error.shapes = {x.array.shape()};
      throw error;
    }
    const Array wide = detail::widened(x.array);
    const std::int64_t pairs = wide.shape(-1) / 2;
    const Array places = (arange(wide.shape(-3), {.dtype = i32}) + first).as(wide.dtype());
    const Array waves = exp(arange(pairs, {.dtype = wide.dtype()}) * (-std::log(base) / static_cast<double>(pairs)));
    const Array angles = expand_dims(expand_dims(places, 1) * waves, 1);  // [T, 1, D / 2]
    const std::vector<Array> half = split(wide, 2, {.axis = -1});
    return concatenate({half[0] * cos(angles) - half[1] * sin(angles), half[1] * cos(angles) + half[0] * sin(angles)}, {.axis = -1}).as(x.array.dtype());
  });
}

}  // namespace espalier::nn
