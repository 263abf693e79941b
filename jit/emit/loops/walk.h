#pragma once
// Walks over an index space: who runs through the points of an array is told to the kernels that need no more than that.
#include "espalier/jit/emit/values/access.h"

namespace espalier::codegen {

/// Emits the code at a point: `width` lanes of it, those inside that `guard` allows.
using AtPoint = std::function<void(llvm::ArrayRef<AxisIndex> point, std::int64_t width, Guard guard)>;
/// Emits `at` for every point of `shape` but axis `skip` (-1: none), whose index is left empty.
using Walk = std::function<void(const Shape& shape, int skip, const AtPoint& at)>;

/// Nested loops: the last axis that is not skipped runs in vectors of `width` lanes, the last of them masked.
Walk loops(CodeBuilder& b, std::int64_t width);

}  // namespace espalier::codegen
