#pragma once
// A program as one MLIR module: a function per distinct kernel, and an entry that calls them directly.
#include "espalier/jit/cpu/target.h"
#include "espalier/jit/emit/mlir.h"
#include "espalier/jit/schedule/schedule.h"

namespace espalier::codegen {

/// The name and type of the module's entry: `void entry(void* const* inputs, void* const* outputs, void* arena)`.
inline constexpr const char* entry_name = "espalier_entry";
/// What compiled code asks of its process (defined in runtime/compiled.cpp):
/// `void espalier_parallel(void (*task)(void* const* args, int64_t first, int64_t last), void* const* args, int64_t tasks)`
/// `void* espalier_scratch(int64_t bytes)`: memory of the calling thread, valid until its next call.
inline constexpr const char* parallel_name = "espalier_parallel";
inline constexpr const char* scratch_name = "espalier_scratch";

struct EmitOptions {
  bool parallel = true;  // may large kernels be split over threads
};
mlir::OwningOpRef<mlir::ModuleOp> emit_program(mlir::MLIRContext& context, const Program& program, const Target& target, const EmitOptions& options = {});

}  // namespace espalier::codegen
