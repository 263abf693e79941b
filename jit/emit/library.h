#pragma once
// Library kernels: the call of a function of the process.
#include "espalier/ir/graph.h"
#include "espalier/jit/emit/values/numbers.h"
#include "espalier/jit/schedule/library_kernel.h"

namespace espalier::codegen {

/// Calls it for the problems `first` to `last`. `pointers`: the body's inputs, then its outputs.
void emit_library_call(CodeBuilder& b, const ir::Graph& body, const LibraryKernel& kernel, llvm::ArrayRef<mlir::Value> pointers, mlir::Value first, mlir::Value last);

}  // namespace espalier::codegen
