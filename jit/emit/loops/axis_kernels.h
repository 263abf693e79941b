#pragma once
// Kernels of their own kind: a running reduction along an axis, and a slice written into an array.
#include "espalier/ir/graph.h"
#include "espalier/jit/emit/loops/walk.h"
#include "espalier/jit/schedule/axis_kernels.h"

namespace espalier::codegen {

/// result[.., i, ..] = x[.., 0, ..] ⊕ … ⊕ x[.., i, ..], in order (from the end if reversed); rounded sums are of blocks of blocks.
/// `arrays`: the operand, then the result.
void emit_cumulative(CodeBuilder& b, const ir::Graph& body, const CumulativeKernel& kernel, llvm::ArrayRef<Storage> arrays, const Walk& walk);

/// The body's dynamic_update_slice: writes the update into the result at clamped starts (integer scalars in memory); the
/// rest of the result is there already. `arrays`: operands, then the result.
void emit_update(CodeBuilder& b, const ir::Graph& body, llvm::ArrayRef<Storage> arrays, const Walk& walk);

}  // namespace espalier::codegen
