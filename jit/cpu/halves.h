#pragma once

#include "espalier/jit/mlir.h"

namespace espalier::codegen {

/// Conversions between f16 and f32 as integer operations, where the processor has no instruction for them (x86 without F16C),
/// before anything else is done to the module: LLVM would call functions that no process has.
void expand_half_conversions(llvm::Module&, const llvm::TargetMachine&);

}  // namespace espalier::codegen
