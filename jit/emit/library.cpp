#include "espalier/jit/emit/library.h"

#include <algorithm>

namespace espalier::codegen {
namespace {

namespace LLVM = mlir::LLVM;
using mlir::Value;

Value number(CodeBuilder& b, std::int64_t n) { return LLVM::ConstantOp::create(b, b.getI64Type(), b.getI64IntegerAttr(n)); }

// Values of 8 bytes beside each other on the stack.
Value list_of(CodeBuilder& b, llvm::ArrayRef<Value> values) {
  const auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  const Value list = LLVM::AllocaOp::create(b, pointer, b.getI64Type(), number(b, std::max<std::int64_t>(static_cast<std::int64_t>(values.size()), 1)), 8);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Value at = LLVM::GEPOp::create(b, pointer, b.getI64Type(), list, llvm::ArrayRef<LLVM::GEPArg>{static_cast<std::int32_t>(i)});
    LLVM::StoreOp::create(b, values[i], at);
  }
  return list;
}

mlir::func::FuncOp declared(CodeBuilder& b, const std::string& name) {
  auto module = b.getInsertionBlock()->getParentOp()->getParentOfType<mlir::ModuleOp>();
  if (auto known = module.lookupSymbol<mlir::func::FuncOp>(name)) return known;
  mlir::OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(module.getBody());
  const auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  auto function = mlir::func::FuncOp::create(b, name, b.getFunctionType({pointer, pointer, pointer, b.getI64Type(), b.getI64Type()}, {}));
  function.setPrivate();
  return function;
}

}  // namespace

void emit_library_call(CodeBuilder& b, const ir::Graph& body, const LibraryKernel& kernel, llvm::ArrayRef<Value> pointers, Value first, Value last) {
  const ir::Node& node = body.nodes[0];
  llvm::SmallVector<Value> operands, results, sizes;
  for (ir::Value v : body.operands_of(node)) operands.push_back(pointers[v]);
  for (ir::Value r = 0; r < node.n_results; ++r) {
    const auto output = std::find(body.outputs.begin(), body.outputs.end(), node.first_result + r);
    if (output != body.outputs.end()) results.push_back(pointers[body.n_inputs + static_cast<std::size_t>(output - body.outputs.begin())]);
    else results.push_back(LLVM::ZeroOp::create(b, LLVM::LLVMPointerType::get(b.getContext())));  // nobody reads it
  }
  for (std::int64_t size : kernel.call.sizes) sizes.push_back(number(b, size));
  const auto index = [&](Value i) { return Value(mlir::arith::IndexCastOp::create(b, b.getI64Type(), i)); };
  const llvm::SmallVector<Value> arguments{list_of(b, results), list_of(b, operands), list_of(b, sizes), index(first), index(last)};
  mlir::func::CallOp::create(b, declared(b, kernel.call.name), arguments);
}

}  // namespace espalier::codegen
