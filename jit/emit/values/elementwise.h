#pragma once
// Elementwise ops on register values: one rule each.
#include "espalier/ir/graph.h"
#include "espalier/jit/emit/values/numbers.h"

namespace espalier::codegen {

/// The result of an elementwise op on operands of one width (scalars or vectors); bool values are i1. `dtype` is that of
/// the first operand (of the branches for select).
mlir::Value emit_elementwise(CodeBuilder& b, ir::Op op, const ir::Attrs& attrs, DType dtype, llvm::ArrayRef<mlir::Value> operands);

/// A value converted between dtypes: out of range floats saturate, NaN becomes 0, anything that is not 0 becomes true.
mlir::Value emit_convert(CodeBuilder& b, mlir::Value value, DType from, DType to);

/// Threefry-2x32, 20 rounds (Salmon et al., SC'11): both output words.
std::pair<mlir::Value, mlir::Value> emit_threefry(CodeBuilder& b, llvm::ArrayRef<mlir::Value> operands);

/// Transcendental functions, powers and the like: the expansions of emit/math.
mlir::Value emit_math(CodeBuilder& b, ir::Op op, DType dtype, llvm::ArrayRef<mlir::Value> operands);

/// Declares the functions that some expansions call: once in a module, before its kernels.
void declare_library(mlir::ModuleOp module);

/// Combines two partial results of a reduction.
mlir::Value emit_combine(CodeBuilder& b, ir::Reduction kind, DType dtype, mlir::Value x, mlir::Value y);
/// The value that combining leaves as it is, as a scalar register value.
mlir::Value reduction_identity(CodeBuilder& b, ir::Reduction kind, DType dtype);
/// The lower and the upper lanes of a vector of two or more: vectors, or single elements.
std::pair<mlir::Value, mlir::Value> emit_halves(CodeBuilder& b, mlir::Value vector);
/// All lanes combined into one, halves with halves: a tree of fixed shape, so sums are as accurate as pairwise ones.
mlir::Value emit_horizontal(CodeBuilder& b, ir::Reduction kind, DType dtype, mlir::Value vector);

}  // namespace espalier::codegen
