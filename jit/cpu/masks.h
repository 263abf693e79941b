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

/// Rewrites masked stores that LLVM would compile wrong, at the same place.
///
/// LLVM 22.1 makes one instruction of a store and the narrowing of its values (AVX-512), and then, where the mask is constant and
/// has one lane, a store of one value that was not narrowed, over what lies behind it (X86's reduceMaskedStoreToScalarStore).
/// Constant masks that have such a lane, in whatever part LLVM may split the store into, become stores of whole vectors and of
/// single elements. A mask that is not constant in the IR has no part that becomes so.
void split_masked_stores(llvm::Module&, const llvm::TargetMachine&);

}  // namespace espalier::codegen
