#pragma once
#include "espalier/dsl/array.h"

namespace espalier::nn::detail {

/// Throws AxisError unless x has the axis, ShapeError unless it has `features` elements along it.
void require_features(const char* layer, Operand x, int axis, std::int64_t features);

}  // namespace espalier::nn::detail
