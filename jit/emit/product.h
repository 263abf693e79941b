#pragma once
// The dot of a contraction kernel as one product of matrices, and the elementwise work on its result.
#include "espalier/ir/graph.h"
#include "espalier/jit/emit/body.h"
#include "espalier/jit/emit/contract.h"
#include "espalier/jit/schedule/loop_plan.h"

namespace espalier::codegen {

/// A dot's axes by what they do, and the product they make.
struct Product {
  ir::Value a, b;                 ///< the body's inputs that are multiplied
  DType dtype;                    ///< of the sums
  Contraction contraction;
  bool exchanged = false;         ///< rows and columns change places, so that vectors run along the result's rows
  std::array<int, 3> axes{};      ///< how many result axes are batch, row, column axes
  bool has_epilogue = false;      ///< the kernel's result is not the dot itself
};
/// `exchange`: whether a single column is to be made a single row.
Product product_of(mlir::MLIRContext* context, const ir::Graph& body, bool exchange);

/// The rest of the body at elements of the product.
class ProductEpilogue {
 public:
  /// `arrays`: operands, then results.
  ProductEpilogue(Builder& b, const ir::Graph& body, const Product& product, std::vector<Array> arrays);
  /// Stores the kernel's results where the product's element is `sums`: one of them, or a vector along the columns.
  void emit(mlir::Value batch, mlir::Value row, mlir::Value col, mlir::Value sums);

 private:
  Builder& b_;
  const ir::Graph& graph_;
  const Product& product_;
  LoopPlan plan_;
  std::vector<Array> arrays_;
  Body body_;
};

}  // namespace espalier::codegen
