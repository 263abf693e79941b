#include "espalier/jit/cpu/masks.h"

#include <algorithm>
#include <vector>

#include <llvm/Analysis/InstSimplifyFolder.h>
#include <llvm/Analysis/VectorUtils.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/IntrinsicsX86.h>
#include <llvm/IR/PatternMatch.h>
#include <llvm/MC/MCSubtargetInfo.h>

namespace espalier::codegen {
namespace {

using llvm::Value;
using FoldingBuilder = llvm::IRBuilder<llvm::InstSimplifyFolder>;  // so that a part of a mask which is false becomes a constant

unsigned lanes(Value* x) { return llvm::cast<llvm::FixedVectorType>(x->getType())->getNumElements(); }

Value* shuffled(FoldingBuilder& b, Value* x, unsigned first, unsigned width) {
  return b.CreateShuffleVector(x, llvm::createSequentialMask(first, width, 0));
}

// Lanes [first, first + width) of x. A condition is rebuilt from those lanes of its operands, so that it becomes a constant
// where it is false. Recursion is as deep as a mask's conditions are nested.
Value* part_of(FoldingBuilder& b, Value* x, unsigned first, unsigned width) {
  if (!x->getType()->isVectorTy() || lanes(x) == width) return x;
  if (Value* all = llvm::getSplatValue(x)) return b.CreateVectorSplat(width, all);
  auto part = [&](Value* y) { return part_of(b, y, first, width); };
  if (x->getType()->getScalarType()->isIntegerTy(1)) {
    if (auto* op = llvm::dyn_cast<llvm::BinaryOperator>(x)) return b.CreateBinOp(op->getOpcode(), part(op->getOperand(0)), part(op->getOperand(1)));
    if (auto* op = llvm::dyn_cast<llvm::CmpInst>(x)) return b.CreateCmp(op->getPredicate(), part(op->getOperand(0)), part(op->getOperand(1)));
    if (auto* op = llvm::dyn_cast<llvm::SelectInst>(x)) return b.CreateSelect(part(op->getCondition()), part(op->getTrueValue()), part(op->getFalseValue()));
  }
  return shuffled(b, x, first, width);
}

bool is_false(Value* mask) { return llvm::PatternMatch::match(mask, llvm::PatternMatch::m_Zero()); }

// One register, or the low lanes of one, under a mask that is not constant.
Value* machine_load(FoldingBuilder& b, Value* address, llvm::FixedVectorType* type, Value* mask) {
  const unsigned bits = type->getScalarSizeInBits(), width = type->getNumElements();
  const unsigned all = bits * width > 128 ? 256 / bits : 128 / bits;
  llvm::SmallVector<int> widen(all, static_cast<int>(width));  // lanes beyond the type are those of zero
  for (unsigned i = 0; i < width; ++i) widen[i] = static_cast<int>(i);
  if (all != width) mask = b.CreateShuffleVector(mask, llvm::Constant::getNullValue(mask->getType()), widen);
  const auto instruction = bits == 32 ? all == 8 ? llvm::Intrinsic::x86_avx_maskload_ps_256 : llvm::Intrinsic::x86_avx_maskload_ps
                           : all == 4 ? llvm::Intrinsic::x86_avx_maskload_pd_256
                                      : llvm::Intrinsic::x86_avx_maskload_pd;
  Value* signs = b.CreateSExt(mask, llvm::FixedVectorType::get(b.getIntNTy(bits), all));
  Value* loaded = b.CreateIntrinsic(instruction, {address, signs});
  loaded = b.CreateBitCast(loaded, llvm::FixedVectorType::get(type->getElementType(), all));
  return all == width ? loaded : shuffled(b, loaded, 0, width);
}

void split(llvm::IntrinsicInst* load) {
  auto* type = llvm::cast<llvm::FixedVectorType>(load->getType());
  Value *address = load->getArgOperand(0), *mask = load->getArgOperand(1), *otherwise = load->getArgOperand(2);
  const llvm::Align alignment = load->getParamAlign(0).valueOrOne();
  FoldingBuilder b(load->getParent(), load->getIterator(), llvm::InstSimplifyFolder(load->getDataLayout()));
  const unsigned width = std::min(type->getNumElements(), 256 / type->getScalarSizeInBits());
  auto* part_type = llvm::FixedVectorType::get(type->getElementType(), width);
  llvm::SmallVector<Value*> parts;
  for (unsigned first = 0; first < type->getNumElements(); first += width) {
    Value *here = part_of(b, mask, first, width), *rest = part_of(b, otherwise, first, width);
    Value* from = first == 0 ? address : b.CreateConstInBoundsGEP1_64(type->getElementType(), address, first);
    if (is_false(here)) {
      parts.push_back(rest);
    } else if (llvm::isa<llvm::Constant>(here)) {
      parts.push_back(b.CreateMaskedLoad(part_type, from, alignment, here, rest));
    } else {
      Value* loaded = machine_load(b, from, part_type, here);
      parts.push_back(is_false(rest) ? loaded : b.CreateSelect(here, loaded, rest));
    }
  }
  load->replaceAllUsesWith(parts.size() == 1 ? parts[0] : llvm::concatenateVectors(b, parts));
  load->eraseFromParent();
}

// Whether LLVM makes an instruction of the load, with a mask that it does not know.
bool is_at_risk(const llvm::IntrinsicInst& load) {
  if (load.getIntrinsicID() != llvm::Intrinsic::masked_load || llvm::isa<llvm::Constant>(load.getArgOperand(1))) return false;
  const auto* type = llvm::dyn_cast<llvm::FixedVectorType>(load.getType());
  if (!type || type->getElementType()->isPointerTy()) return false;
  const unsigned bits = type->getScalarSizeInBits();
  return (bits == 32 || bits == 64) && type->getNumElements() > 1 && llvm::isPowerOf2_32(type->getNumElements());
}

// Whether a lane is alone in a part of its mask, of as many lanes as a register may have.
bool has_lone_lane(const std::vector<bool>& mask) {
  for (std::size_t width = 4; width / 2 < mask.size(); width *= 2) {
    for (std::size_t first = 0; first < mask.size(); first += width) {
      const auto begin = mask.begin() + static_cast<std::ptrdiff_t>(first), end = mask.begin() + static_cast<std::ptrdiff_t>(std::min(first + width, mask.size()));
      if (std::count(begin, end, true) == 1) return true;
    }
  }
  return false;
}

// The lanes of a constant mask; empty where it is not one, or none that says what it is.
std::vector<bool> lanes_of(const llvm::IntrinsicInst& store) {
  const auto* mask = llvm::dyn_cast<llvm::Constant>(store.getArgOperand(2));
  const auto* type = llvm::dyn_cast<llvm::FixedVectorType>(store.getArgOperand(0)->getType());
  std::vector<bool> result;
  if (mask == nullptr || type == nullptr) return result;
  for (unsigned i = 0; i < type->getNumElements(); ++i) {
    const auto* lane = llvm::dyn_cast_or_null<llvm::ConstantInt>(mask->getAggregateElement(i));
    if (lane == nullptr) return {};
    result.push_back(lane->isOne());
  }
  return result;
}

// Stores of the longest pieces of which each is a power of two.
void store_pieces(llvm::IntrinsicInst* store, const std::vector<bool>& mask) {
  Value *x = store->getArgOperand(0), *address = store->getArgOperand(1);
  llvm::Type* element = llvm::cast<llvm::FixedVectorType>(x->getType())->getElementType();
  const llvm::Align alignment = store->getParamAlign(1).valueOrOne();
  const std::uint64_t bytes = store->getDataLayout().getTypeStoreSize(element);
  FoldingBuilder b(store->getParent(), store->getIterator(), llvm::InstSimplifyFolder(store->getDataLayout()));
  for (unsigned first = 0; first < mask.size();) {
    unsigned run = 0;
    while (first + run < mask.size() && mask[first + run]) ++run;
    if (run == 0) {
      ++first;
      continue;
    }
    const unsigned width = llvm::bit_floor(run);
    Value* piece = width == 1 ? b.CreateExtractElement(x, first) : (width == mask.size() ? x : shuffled(b, x, first, width));
    b.CreateAlignedStore(piece, first == 0 ? address : b.CreateConstInBoundsGEP1_64(element, address, first), llvm::commonAlignment(alignment, first * bytes));
    first += width;
  }
  store->eraseFromParent();
}

template <class Wanted> llvm::SmallVector<llvm::IntrinsicInst*> intrinsics(llvm::Module& module, Wanted&& wanted) {
  llvm::SmallVector<llvm::IntrinsicInst*> found;
  for (llvm::Function& function : module) {
    for (llvm::BasicBlock& block : function) {
      for (llvm::Instruction& instruction : block) {
        if (auto* call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction); call && wanted(*call)) found.push_back(call);
      }
    }
  }
  return found;
}

}  // namespace

void split_masked_loads(llvm::Module& module, const llvm::TargetMachine& machine) {
  if (!machine.getTargetTriple().isX86() || !machine.getMCSubtargetInfo()->checkFeatures("+avx") || machine.getMCSubtargetInfo()->checkFeatures("+avx512f")) return;
  for (llvm::IntrinsicInst* load : intrinsics(module, is_at_risk)) split(load);
}

void split_masked_stores(llvm::Module& module, const llvm::TargetMachine& machine) {
  if (!machine.getTargetTriple().isX86() || !machine.getMCSubtargetInfo()->checkFeatures("+avx512f")) return;
  const auto stores = intrinsics(module, [](const llvm::IntrinsicInst& call) { return call.getIntrinsicID() == llvm::Intrinsic::masked_store; });
  for (llvm::IntrinsicInst* store : stores) {
    if (const std::vector<bool> mask = lanes_of(*store); has_lone_lane(mask)) store_pieces(store, mask);
  }
}

}  // namespace espalier::codegen
