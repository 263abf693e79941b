// The register tile: where the time of a contraction goes.
#pragma once

#include "espalier/jit/emit/products/contract_operand.h"
#include "espalier/jit/schedule/contraction_plan.h"

namespace espalier::codegen::contract {

/// Running sums of several passes over k: of all of them, or of the block in hand of one level (ContractionPlan::blocks).
struct SumLevel {
  mlir::Value opens;   ///< i1: this pass is, or ends a block that is, the first of it
  mlir::Value closes;  ///< i1: this pass is the last of it
};

/// One tile of C: `rows` × the columns of `vectors`.
struct Tile {
  int64_t rows;
  llvm::ArrayRef<PanelVector> vectors;
  Operand a, b;       ///< at (first row, first k) and (first k, first column)
  Offset depth;        ///< steps of k in this pass
  Offset valid_rows;   ///< rows that are in C; a constant when it equals `rows`
  Offset row, col;     ///< of the tile's first element in C
  Matrix sums;        ///< memory for the tile's running sums, whole vectors wide; those of further levels follow
  llvm::ArrayRef<SumLevel> levels;  ///< outermost first; none where there is only one pass
};

void emit_tile(const Code&, const ContractionPlan&, const Tile&, const Result&);

}  // namespace espalier::codegen::contract
