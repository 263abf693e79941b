#pragma once
// Kernels of their own kind: a running reduction along an axis, and a slice written into an array.
#include "espalier/ir/graph.h"
#include "espalier/jit/cpu/target.h"
#include "espalier/jit/emit/access.h"

namespace espalier::codegen {

/// result[.., i, ..] = x[.., 0, ..] ⊕ … ⊕ x[.., i, ..], in order (from the end if reversed).
void emit_cumulative(Builder& b, const ir::CumulativeAttrs& attrs, const Array& x, const Array& result, const Target& target);

/// Writes `update` into `result` at clamped `starts` (integer scalars in memory); the rest of `result` is there already.
void emit_update(Builder& b, const Array& update, llvm::ArrayRef<Array> starts, const Array& result, const Target& target);

}  // namespace espalier::codegen
