#pragma once
// When a result counts as right.
#include <string>
#include <vector>

#include "oracle.h"

namespace espalier::conformance {

/// "" if `got` is `wanted` within the tolerance, else the first difference: tensor, index, both numbers. Types must be
/// equal. `ntol` is a fraction of the largest finite magnitude in the whole list.
std::string difference(const std::vector<Tensor>& got, const std::vector<Tensor>& wanted, const Tolerance& tolerance);

}  // namespace espalier::conformance
