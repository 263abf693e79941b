#pragma once
// A while loop in registers: each point of the walk, or vector of points, runs until it stops. `arrays`: operands, then results.
#include "espalier/ir/graph.h"
#include "espalier/jit/emit/loops/walk.h"
#include "espalier/jit/schedule/while_kernel.h"

namespace espalier::codegen {

void emit_while(CodeBuilder& b, const ir::Graph& body, llvm::ArrayRef<Storage> arrays, const Walk& walk);
/// Groups [first, last) of an array of one axis, the last of them masked; of a number, it.
Walk groups(CodeBuilder& b, std::int64_t width, mlir::Value first, mlir::Value last);

}  // namespace espalier::codegen
