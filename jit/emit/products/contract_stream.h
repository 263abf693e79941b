// Contractions of one or two rows: B is read once, so the speed is that of memory.
#pragma once

#include "espalier/jit/emit/products/contract_operand.h"
#include "espalier/jit/schedule/contraction_plan.h"

namespace espalier::codegen::contract {

/// The columns of panels [first, end), for the forms `sweep` and `dot`.
struct Stream {
  Operand a, b;
  Offset first, end;
  mlir::Value scratch;
};

void emit_sweep(const Code&, const Contraction&, const ContractionPlan&, const Stream&, const Result&);
void emit_dot(const Code&, const Contraction&, const ContractionPlan&, const Stream&, const Result&);

}  // namespace espalier::codegen::contract
