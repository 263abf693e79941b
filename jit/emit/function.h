#pragma once
// Functions of the module being built.
#include "espalier/jit/emit/numbers.h"

namespace espalier::codegen {

/// A new function, to be filled in, that nobody outside the module sees: it is gone once it was copied into all its callers.
inline mlir::func::FuncOp create_function(Builder& b, const std::string& name, mlir::TypeRange parameters, mlir::TypeRange results = {}) {
  auto function = mlir::func::FuncOp::create(b, name, b.getFunctionType(parameters, results));
  function.setPrivate();
  function->setAttr("llvm.linkage", mlir::LLVM::LinkageAttr::get(b.getContext(), mlir::LLVM::Linkage::Internal));
  return function;
}

}  // namespace espalier::codegen
