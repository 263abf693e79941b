#include "espalier/jit/emit/contraction_kernel.h"

#include "espalier/jit/emit/product.h"
#include "espalier/jit/emit/program.h"

namespace espalier::codegen {

namespace arith = mlir::arith;
using mlir::Value;

double contraction_work(const ir::Graph& body) {
  double work = 0;
  for (const ir::Node& node : body.nodes) {
    if (node.op != ir::Op::dot) continue;
    const ir::Type lhs = body.type_of(body.operands_of(node)[0]);
    work = static_cast<double>(body.type_of(node.first_result).size());
    for (auto axis : body.attrs_as<ir::DotAttrs>(node).lhs_contract) work *= static_cast<double>(lhs.shape()[static_cast<int>(axis)]);
  }
  return work;
}

std::int64_t contraction_tasks(mlir::MLIRContext* context, const ir::Graph& body, const Target& target) {
  const Product product = product_of(context, body, true);
  return contraction_parallel_tiles(product.contraction, target, product.has_epilogue);
}

std::int64_t contraction_scratch(mlir::MLIRContext* context, const ir::Graph& body, const Target& target) {
  const Product product = product_of(context, body, true);
  return contraction_scratch_bytes(product.contraction, target, product.has_epilogue);
}

void emit_contraction_kernel(Builder& b, const ir::Graph& body, const Target& target, llvm::ArrayRef<Value> pointers,
                             std::vector<Array> arrays, Value first, Value last) {
  const Product product = product_of(b.getContext(), body, true);
  ContractionOperands operands;
  operands.a = pointers[product.a];
  operands.b = pointers[product.b];
  if (!product.has_epilogue) operands.c = pointers.back();
  operands.lo = arith::IndexCastOp::create(b, b.getI64Type(), first);
  operands.hi = arith::IndexCastOp::create(b, b.getI64Type(), last);
  if (const std::int64_t bytes = contraction_scratch_bytes(product.contraction, target, product.has_epilogue); bytes > 0) {
    const auto pointer = mlir::LLVM::LLVMPointerType::get(b.getContext());
    const Value size = constant_int(b, b.getI64Type(), bytes);
    operands.scratch = mlir::func::CallOp::create(b, scratch_name, mlir::TypeRange{pointer}, mlir::ValueRange{size}).getResult(0);
  } else {
    operands.scratch = mlir::LLVM::ZeroOp::create(b, mlir::LLVM::LLVMPointerType::get(b.getContext()));
  }
  if (!product.has_epilogue) return emit_contraction(b, b.getLoc(), product.contraction, target, operands);

  ProductEpilogue epilogue(b, body, product, std::move(arrays));
  operands.epilogue = [&](mlir::OpBuilder& builder, mlir::Location, Value batch, Value row, Value col, Value sums) {
    b.restoreInsertionPoint(builder.saveInsertionPoint());
    epilogue.emit(batch, row, col, sums);
    builder.restoreInsertionPoint(b.saveInsertionPoint());
  };
  emit_contraction(b, b.getLoc(), product.contraction, target, operands);
}

}  // namespace espalier::codegen
