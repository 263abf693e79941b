#pragma once
// A program as one MLIR module: a function per distinct kernel, and an entry that calls them directly.
#include "espalier/jit/emit/values/function.h"
#include "espalier/jit/schedule/schedule.h"

namespace espalier::codegen {

/// The name and type of the module's entry: `void entry(void* const* inputs, void* const* outputs, void* arena)`.
inline constexpr const char* entry_name = "espalier_entry";

/// What a target's entry does its own way. Pointers are of the target's memory.
struct EntryCode {
  std::function<void(CodeBuilder& b, std::uint32_t kernel, llvm::ArrayRef<mlir::Value> pointers)> call;
  /// The same of a group (group_kernel.h), whose pointers lie in a list in memory.
  std::function<void(CodeBuilder& b, std::uint32_t kernel, mlir::Value list)> call_group = {};
  std::function<void(CodeBuilder& b, mlir::Value to, mlir::Value from, std::int64_t bytes)> copy = {};
  /// A call of the host: lists of its results' and operands' pointers.
  std::function<void(CodeBuilder& b, std::uint32_t callee, mlir::Value results, mlir::Value operands)> call_host;
  std::function<mlir::Value(CodeBuilder& b, mlir::Value index)> read_index;                         ///< an i32 of memory
  std::function<mlir::Value(CodeBuilder& b, std::size_t n, const ir::Literal& literal)> constant;   ///< the pointer of the nth
  /// Schedules whose steps take more pointers become functions of about so many each: LLVM takes time that grows faster than a
  /// function. Pointers of constants are then made by ops without operands.
  std::size_t pointers_per_function = SIZE_MAX;
};
/// The entry of a program: its steps, with loops and branches as loops and branches of the host.
void emit_entry(mlir::ModuleOp module, const Program& program, const EntryCode& code);
/// The data of a literal, aligned like everything else, at the builder's place.
mlir::LLVM::GlobalOp emit_constant(CodeBuilder& b, llvm::StringRef name, const ir::Literal& literal, mlir::LLVM::Linkage linkage);

struct EmitOptions {
  bool parallel = true;  // may large kernels be split over threads
};
struct EmittedProgram {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::int64_t scratch_bytes = 0;  // the most that a kernel asks for
};
/// The program of a CPU: it must have been planned for one.
EmittedProgram emit_program(mlir::MLIRContext& context, const Program& program, const EmitOptions& options = {});

}  // namespace espalier::codegen
