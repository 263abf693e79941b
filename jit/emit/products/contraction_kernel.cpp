#include "espalier/jit/emit/products/contraction_kernel.h"

#include "espalier/jit/emit/products/contract.h"
#include "espalier/jit/emit/products/epilogue.h"
#include "espalier/jit/emit/values/function.h"
#include "espalier/jit/emit/values/location.h"

namespace espalier::codegen {

namespace arith = mlir::arith;
using mlir::Value;

void emit_contraction_kernel(CodeBuilder& b, const ir::Graph& body, const ContractionKernel& kernel, llvm::ArrayRef<Value> pointers,
                             std::vector<Storage> arrays, Value first, Value last) {
  const AtLocation at(b, dot_of(body));
  const Product& product = kernel.product;
  const auto& plan = std::get<ContractionPlan>(kernel.mapping);
  ContractionOperands operands;
  operands.a = pointers[product.a];
  operands.b = pointers[product.b];
  if (!product.has_epilogue) operands.c = pointers.back();
  operands.lo = arith::IndexCastOp::create(b, b.getI64Type(), first);
  operands.hi = arith::IndexCastOp::create(b, b.getI64Type(), last);
  const auto pointer = mlir::LLVM::LLVMPointerType::get(b.getContext());
  if (plan.scratch_bytes > 0) {
    const Value size = constant_int(b, b.getI64Type(), plan.scratch_bytes);
    operands.scratch = mlir::func::CallOp::create(b, scratch_name, mlir::TypeRange{pointer}, mlir::ValueRange{size}).getResult(0);
  } else {
    operands.scratch = mlir::LLVM::ZeroOp::create(b, pointer);
  }
  if (!product.has_epilogue) return emit_contraction(b, b.getLoc(), product.contraction, plan, operands);

  ProductEpilogue epilogue(b, body, kernel, std::move(arrays));
  operands.epilogue = [&](mlir::OpBuilder& builder, mlir::Location, Value batch, Value row, Value col, Value sums) {
    b.restoreInsertionPoint(builder.saveInsertionPoint());
    epilogue.emit(batch, row, col, sums);
    builder.restoreInsertionPoint(b.saveInsertionPoint());
  };
  emit_contraction(b, b.getLoc(), product.contraction, plan, operands);
}

}  // namespace espalier::codegen
