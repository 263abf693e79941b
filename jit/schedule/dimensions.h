#pragma once
// The dimensions of a kernel's domain, and along which of them each axis of each value runs.
#include <cstdint>
#include <vector>

#include "espalier/ir/graph.h"

namespace espalier::codegen {

struct Dimensions {
  std::vector<std::int64_t> extents;
  std::vector<std::vector<int>> of;  // per value of the body: axis -> dimension, or -1 for an extent of 1; empty where `mapped` is false
  std::vector<bool> mapped;          // false for what lies below index shifts
};

/// Every op says which axes of its operands and results run together; all axes that do are one dimension. So a value is known from
/// whatever is related to it, on whichever way: from a reduction beside it as well as from what it is made of. Dimensions are
/// numbered as the largest value has them, then the rest.
Dimensions find_dimensions(const ir::Graph& body);

}  // namespace espalier::codegen
