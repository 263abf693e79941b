#include "espalier/ir/error.h"
#include "espalier/jit/emit/elementwise.h"

namespace espalier::codegen {

mlir::Value emit_math(Builder& b, ir::Op op, DType, llvm::ArrayRef<mlir::Value> x) {
  if (op == ir::Op::exp) return mlir::math::ExpOp::create(b, x[0]);
  if (op == ir::Op::log) return mlir::math::LogOp::create(b, x[0]);
  if (op == ir::Op::sin) return mlir::math::SinOp::create(b, x[0]);
  throw CompileError(std::string(ir::name(op)), "has no expansion");
}

}  // namespace espalier::codegen
