#pragma once
// Contraction kernels: a dot of the graph as one matrix product, with the rest of the body as its epilogue.
#include "espalier/ir/graph.h"
#include "espalier/jit/cpu/target.h"
#include "espalier/jit/emit/access.h"

namespace espalier::codegen {

/// Multiplications of the body's dot.
double contraction_work(const ir::Graph& body);
/// Parts that the work may be split into.
std::int64_t contraction_tasks(mlir::MLIRContext* context, const ir::Graph& body, const Target& target);
/// Bytes that each thread needs for panels and sums.
std::int64_t contraction_scratch(mlir::MLIRContext* context, const ir::Graph& body, const Target& target);
/// `pointers` and `arrays`: operands, then results.
void emit_contraction_kernel(Builder& b, const ir::Graph& body, const Target& target, llvm::ArrayRef<mlir::Value> pointers,
                             std::vector<Array> arrays, mlir::Value first, mlir::Value last);

}  // namespace espalier::codegen
