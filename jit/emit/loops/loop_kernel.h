#pragma once
// Loop kernels: a plan's loops around the values of a body.
#include "espalier/jit/emit/values/access.h"
#include "espalier/jit/schedule/loop_kernel.h"

namespace espalier::codegen {

/// Emits the kernel's loops at the builder's place. `arrays`: operands, then results. Tasks [first, last) are run.
void emit_loop_kernel(CodeBuilder& b, const ir::Graph& body, const LoopKernel& kernel, std::vector<Storage> arrays, mlir::Value first, mlir::Value last);

/// A kernel in parts, first: parts [first, last) of its reductions, which leave what they carry in the memory at `partials` (see
/// partial_results.h).
void emit_loop_parts(CodeBuilder& b, const ir::Graph& body, const LoopKernel& kernel, std::vector<Storage> arrays, mlir::Value partials, mlir::Value first, mlir::Value last);
/// Then: all that follows.
void emit_loop_join(CodeBuilder& b, const ir::Graph& body, const LoopKernel& kernel, std::vector<Storage> arrays, mlir::Value partials);

}  // namespace espalier::codegen
