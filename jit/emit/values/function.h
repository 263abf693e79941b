#pragma once
// Functions of the module being built, and those that its code asks of its process.
#include "espalier/jit/emit/values/numbers.h"

namespace espalier::codegen {

/// What compiled code asks of its process (defined in runtime/executable.cpp):
/// `void espalier_parallel(void (*task)(void* const* args, int64_t first, int64_t last), void* const* args, int64_t tasks)`
/// `void* espalier_scratch(int64_t bytes)`: memory of the calling thread, valid until its next call. The thread that calls the entry
/// has as much ready as any kernel asks for (`EmittedProgram::scratch_bytes`).
inline constexpr const char* parallel_name = "espalier_parallel";
inline constexpr const char* scratch_name = "espalier_scratch";
inline constexpr const char* host_call_name = "espalier_host_call";

/// A new function, to be filled in, that nobody outside the module sees: it is gone once it was copied into all its callers.
inline mlir::func::FuncOp create_function(CodeBuilder& b, const std::string& name, mlir::TypeRange parameters, mlir::TypeRange results = {}) {
  auto function = mlir::func::FuncOp::create(b, name, b.getFunctionType(parameters, results));
  function.setPrivate();
  function->setAttr("llvm.linkage", mlir::LLVM::LinkageAttr::get(b.getContext(), mlir::LLVM::Linkage::Internal));
  return function;
}

}  // namespace espalier::codegen
