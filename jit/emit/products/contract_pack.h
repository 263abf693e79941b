// Copies operands into panels: contiguous, of the accumulation type, in the order the register tile reads them.
#pragma once

#include "espalier/jit/emit/products/contract_operand.h"
#include "espalier/jit/schedule/contraction_plan.h"

namespace espalier::codegen::contract {

/// Packs `rows` rows (≥ 1) and `depth` columns of A. Whole tiles can be read: the last row is repeated as needed.
Operand pack_a(const Code&, const ContractionPlan&, const Operand& a, mlir::Value to, Offset rows, Offset depth);

/// The register tile that starts at `row`, a multiple of plan.rows, of what pack_a returned.
Operand tile_of_packed_a(const Code&, const ContractionPlan&, const Operand& packed, Offset row);

/// Packs `depth` rows and `panels` panels of B, each of `columns` columns, as [panel][k][padded columns]; panels are
/// plan.depth rows apart. What pads them is finite.
Operand pack_b(const Code&, const ContractionPlan&, const Operand& b, mlir::Value to, int64_t columns, Offset panels,
               Offset depth);

}  // namespace espalier::codegen::contract
