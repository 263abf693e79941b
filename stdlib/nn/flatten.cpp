#include "espalier/stdlib/nn/flatten.h"

#include "espalier/dsl/ops.h"

namespace espalier::nn {

Array Flatten::operator()(Operand x) const {
  return layer_call(*this, x, [&](const Flatten&) {
    const std::vector<std::int64_t>& extents = x.array.shape().extents();
    if (extents.empty()) throw ShapeError("Flatten", "a scalar has no batch to keep", "give an array of [batch, ...]", x.where);
    return reshape(x, {extents[0], Shape({extents.begin() + 1, extents.end()}).size()});
  });
}

}  // namespace espalier::nn
