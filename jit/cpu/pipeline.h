#pragma once

#include "espalier/jit/cpu/target.h"
#include "espalier/jit/mlir.h"

namespace espalier::codegen {

/// An MLIR context with exactly the dialects that CPU kernels are written in; threads, and printing of errors, are off.
std::unique_ptr<mlir::MLIRContext> make_context();

/// Lowers kernels (scf, cf, arith, math, index, vector, memref, func) to the LLVM dialect, in place. Functions take
/// memrefs of static shape as bare pointers. Throws std::runtime_error with MLIR's diagnostics.
void lower_to_llvm(mlir::ModuleOp);

/// Runs passes on a module. Throws std::runtime_error with MLIR's diagnostics, headed by `failure`.
void run_passes(mlir::PassManager&, mlir::Operation* module, const char* failure);

/// Translates a module of the LLVM dialect (builtin or gpu) to LLVM IR and sets triple, data layout and per-function
/// target attributes.
std::unique_ptr<llvm::Module> translate_to_llvm_ir(mlir::Operation* module, llvm::LLVMContext&, const Target&);

/// The short pass list that suffices for kernels which are already vectorised and blocked; inlines what is marked
/// `alwaysinline`. Whatever the emitter could have written better, the emitter should.
void optimise(llvm::Module&, llvm::TargetMachine&);

/// Machine code as a relocatable object, and the same as text.
std::string emit_object(llvm::Module&, llvm::TargetMachine&);
std::string emit_assembly(llvm::Module&, llvm::TargetMachine&);

}  // namespace espalier::codegen
