// Contractions (matrix products, batched, with any strides) as MLIR that runs at the speed of a hand-tuned BLAS.
#pragma once

#include "espalier/jit/mlir.h"
#include "espalier/jit/schedule/contraction_plan.h"

namespace espalier::codegen {

/// Called with finished sums instead of a store to C: element (batch, row, col + lane) is in `lane` of `values`, a
/// one-dimensional vector of the accumulation type whose width is a power of two and wholly inside C.
/// Indices are i64. Every element of C is passed exactly once.
using Epilogue = std::function<void(mlir::OpBuilder&, mlir::Location, mlir::Value batch, mlir::Value row,
                                    mlir::Value col, mlir::Value values)>;

/// Where a contraction's data are. Pointers are `!llvm.ptr` to element (0, 0, 0); none may overlap `c` or `scratch`.
struct ContractionOperands {
  mlir::Value a, b, c;    ///< c may be null when there is an epilogue
  mlir::Value scratch;    ///< plan.scratch_bytes bytes, aligned to 64, private to the calling thread
  mlir::Value lo, hi;     ///< i64: the part [lo, hi) of [0, plan.tiles(…)) to compute
  Epilogue epilogue;      ///< may be empty
};

/// Emits the loops that compute tiles [lo, hi) as the plan says. The bits of C do not depend on how the tiles are split among calls.
void emit_contraction(mlir::OpBuilder&, mlir::Location, const Contraction&, const ContractionPlan&, const ContractionOperands&);

}  // namespace espalier::codegen
