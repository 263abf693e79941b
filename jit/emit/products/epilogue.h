#pragma once
// The elementwise work on the result of a contraction kernel's product.
#include "espalier/ir/graph.h"
#include "espalier/jit/emit/values/body.h"
#include "espalier/jit/schedule/contraction_kernel.h"

namespace espalier::codegen {

/// The rest of the body at elements of the product.
class ProductEpilogue {
 public:
  /// `arrays`: operands, then results.
  ProductEpilogue(CodeBuilder& b, const ir::Graph& body, const ContractionKernel& kernel, std::vector<Storage> arrays);
  /// Stores the kernel's results where the product's element is `sums`: one of them, or a vector along the columns.
  void emit(mlir::Value batch, mlir::Value row, mlir::Value col, mlir::Value sums);

 private:
  CodeBuilder& b_;
  const ir::Graph& graph_;
  const Product& product_;
  const LoopPlan& domain_;
  std::vector<Storage> arrays_;
  Body body_;
};

}  // namespace espalier::codegen
