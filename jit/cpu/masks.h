#pragma once

#include "espalier/jit/mlir.h"

namespace espalier::codegen {

/// Rewrites masked loads that LLVM would compile wrong, as the last step before code generation.
///
/// LLVM 22.1 splits a masked load that is wider than a register and, where one part's mask turns out to be all false only
/// then, loads that part whole (AVX and AVX2; X86's combineMaskedLoadConstantMask takes undefined lanes for true ones). So
/// whatever its mask was made of, no masked load whose mask is not a constant of the IR gets there: each part becomes an
/// instruction of the machine with the mask it needs, or nothing where its mask is false. Constant masks, stores, gathers,
/// elements that the machine cannot mask, and AVX-512 are compiled right and stay as they are.
void split_masked_loads(llvm::Module&, const llvm::TargetMachine&);

}  // namespace espalier::codegen
