#pragma once
// Windows written, or combined, into an array.
#include "espalier/ir/graph.h"
#include "espalier/jit/emit/loops/walk.h"
#include "espalier/jit/schedule/scatter_kernel.h"

namespace espalier::codegen {

/// `arrays`: operands, then the result, which holds the first operand already. Elements go through `outer` and, inside of it, `inner`: a
/// CPU's outer walk is the one in order, a GPU's the one over threads.
void emit_scatter(CodeBuilder& b, const ir::Graph& body, const ScatterKernel& kernel, llvm::ArrayRef<Storage> arrays, const Walk& outer, const Walk& inner);

}  // namespace espalier::codegen
