// The register tile: where the time of a contraction goes.
#pragma once

#include "espalier/jit/emit/contract_operand.h"
#include "espalier/jit/emit/contract_plan.h"

namespace espalier::codegen::contract {

/// One tile of C: `rows` × the columns of `vectors`.
struct Tile {
  int64_t rows;
  llvm::ArrayRef<PanelVector> vectors;
  Operand a, b;       ///< at (first row, first k) and (first k, first column)
  Index depth;        ///< steps of k in this pass
  Index valid_rows;   ///< rows that are in C; a constant when it equals `rows`
  Index row, col;     ///< of the tile's first element in C
  Matrix sums;        ///< memory for the tile's running sums, whole vectors wide
  mlir::Value first;  ///< i1: this is the first pass over k; null when there is only one pass
  mlir::Value last;   ///< i1: this is the last pass; null when there is only one pass
};

void emit_tile(const Code&, const ContractionPlan&, const Tile&, const Result&);

}  // namespace espalier::codegen::contract
