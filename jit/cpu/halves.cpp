#include "espalier/jit/cpu/halves.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Instructions.h>
#include <llvm/MC/MCSubtargetInfo.h>

namespace espalier::codegen {
namespace {

using llvm::Value;

llvm::Type* like(llvm::Type* shape, llvm::Type* element) {
  const auto* vector = llvm::dyn_cast<llvm::VectorType>(shape);
  return vector != nullptr ? llvm::VectorType::get(element, vector->getElementCount()) : element;
}
llvm::Constant* word(Value* like, std::uint32_t n) { return llvm::ConstantInt::get(like->getType(), n); }

// As ir/half.h has them.
Value* widened(llvm::IRBuilder<>& b, Value* half) {
  auto* single = like(half->getType(), b.getFloatTy());
  Value* bits = b.CreateZExt(b.CreateBitCast(half, like(half->getType(), b.getInt16Ty())), like(half->getType(), b.getInt32Ty()));
  Value* magnitude = b.CreateAnd(bits, 0x7fff);
  Value* sign = b.CreateShl(b.CreateAnd(bits, 0x8000), 16);
  Value* subnormal = b.CreateBitCast(b.CreateFMul(b.CreateUIToFP(magnitude, single), llvm::ConstantFP::get(single, 0x1p-24)), bits->getType());
  Value* bias = b.CreateSelect(b.CreateICmpUGE(magnitude, word(bits, 0x7c00)), word(bits, 0x70000000), word(bits, 0x38000000));
  Value* normal = b.CreateAdd(b.CreateShl(magnitude, 13), bias);
  return b.CreateBitCast(b.CreateOr(sign, b.CreateSelect(b.CreateICmpULT(magnitude, word(bits, 0x400)), subnormal, normal)), single);
}

Value* narrowed(llvm::IRBuilder<>& b, Value* single) {
  auto* type = like(single->getType(), b.getInt32Ty());
  Value* bits = b.CreateBitCast(single, type);
  Value* magnitude = b.CreateAnd(bits, 0x7fffffff);
  Value* sign = b.CreateAnd(b.CreateLShr(bits, 16), 0x8000);
  Value* payload = b.CreateOr(b.CreateAnd(b.CreateLShr(magnitude, 13), 0x1ff), 0x7e00);
  Value* odd = b.CreateAnd(b.CreateLShr(magnitude, 13), 1);
  Value* normal = b.CreateLShr(b.CreateSub(b.CreateAdd(b.CreateAdd(magnitude, word(bits, 0xfff)), odd), word(bits, 0x38000000)), 13);
  // Added to 2^23, a number of units of the smallest rounds to a whole one, which then stands in the last bits.
  Value* units = b.CreateFMul(b.CreateBitCast(magnitude, single->getType()), llvm::ConstantFP::get(single->getType(), 0x1p24));
  Value* subnormal = b.CreateSub(b.CreateBitCast(b.CreateFAdd(units, llvm::ConstantFP::get(single->getType(), 0x1p23)), type), word(bits, 0x4b000000));
  Value* finite = b.CreateSelect(b.CreateICmpULT(magnitude, word(bits, 0x38800000)), subnormal, normal);
  Value* number = b.CreateSelect(b.CreateICmpUGE(magnitude, word(bits, 0x47800000)), word(bits, 0x7c00), finite);
  Value* all = b.CreateOr(sign, b.CreateSelect(b.CreateICmpUGT(magnitude, word(bits, 0x7f800000)), payload, number));
  return b.CreateBitCast(b.CreateTrunc(all, like(type, b.getInt16Ty())), like(type, b.getHalfTy()));
}

}  // namespace

void expand_half_conversions(llvm::Module& module, const llvm::TargetMachine& machine) {
  if (!machine.getTargetTriple().isX86() || machine.getMCSubtargetInfo()->checkFeatures("+f16c")) return;
  llvm::SmallVector<llvm::Instruction*> conversions;
  for (llvm::Function& function : module) {
    for (llvm::BasicBlock& block : function) {
      for (llvm::Instruction& instruction : block) {
        const bool from = llvm::isa<llvm::FPExtInst>(instruction) && instruction.getOperand(0)->getType()->getScalarType()->isHalfTy();
        const bool to = llvm::isa<llvm::FPTruncInst>(instruction) && instruction.getType()->getScalarType()->isHalfTy();
        if (from || to) conversions.push_back(&instruction);
      }
    }
  }
  for (llvm::Instruction* conversion : conversions) {
    llvm::IRBuilder<> b(conversion);
    Value* x = conversion->getOperand(0);
    conversion->replaceAllUsesWith(llvm::isa<llvm::FPExtInst>(conversion) ? widened(b, x) : narrowed(b, x));
    conversion->eraseFromParent();
  }
}

}  // namespace espalier::codegen
