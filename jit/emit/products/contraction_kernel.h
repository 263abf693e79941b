#pragma once
// Contraction kernels: a dot of the graph as one matrix product, with the rest of the body as its epilogue.
#include "espalier/ir/graph.h"
#include "espalier/jit/emit/values/access.h"
#include "espalier/jit/schedule/contraction_kernel.h"

namespace espalier::codegen {

/// Emits tiles [first, last) of the product, and the epilogue on them. `pointers` and `arrays`: operands, then results.
void emit_contraction_kernel(CodeBuilder& b, const ir::Graph& body, const ContractionKernel& kernel, llvm::ArrayRef<mlir::Value> pointers,
                             std::vector<Storage> arrays, mlir::Value first, mlir::Value last);

}  // namespace espalier::codegen
