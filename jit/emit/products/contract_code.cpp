#include "espalier/jit/emit/products/contract_code.h"

#include <bit>

namespace espalier::codegen::contract {

using mlir::Type;
using mlir::Value;
namespace arith = mlir::arith;
namespace scf = mlir::scf;
namespace LLVM = mlir::LLVM;

Value Code::constant(int64_t number) const {
  return arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(number));
}

Value Code::value(Offset index) const {
  if (!index.value) return constant(index.offset);
  if (index.offset == 0) return index.value;
  return arith::AddIOp::create(builder, loc, index.value, constant(index.offset));
}

Offset Code::add(Offset a, Offset b) const {
  if (!a.value) return {b.value, a.offset + b.offset};
  if (!b.value) return {a.value, a.offset + b.offset};
  return {arith::AddIOp::create(builder, loc, a.value, b.value), a.offset + b.offset};
}

Offset Code::subtract(Offset a, Offset b) const {
  if (!b.value) return {a.value, a.offset - b.offset};
  return Value(arith::SubIOp::create(builder, loc, value(a), value(b)));
}

Offset Code::multiply(Offset a, int64_t factor) const {
  if (!a.value || factor == 0) return a.offset * factor;
  if (factor == 1) return a;
  return {arith::MulIOp::create(builder, loc, a.value, constant(factor)), a.offset * factor};
}

Offset Code::divide(Offset a, int64_t divisor) const {
  if (!a.value) return a.offset / divisor;
  if (divisor == 1) return a;
  return Value(arith::DivUIOp::create(builder, loc, value(a), constant(divisor)));
}

Offset Code::minimum(Offset a, Offset b) const {
  if (!a.value && !b.value) return std::min(a.offset, b.offset);
  return Value(arith::MinSIOp::create(builder, loc, value(a), value(b)));
}

Offset Code::maximum(Offset a, Offset b) const {
  if (!a.value && !b.value) return std::max(a.offset, b.offset);
  return Value(arith::MaxSIOp::create(builder, loc, value(a), value(b)));
}

Value Code::less(Offset a, Offset b) const {
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, value(a), value(b));
}

Value Code::equal(Offset a, Offset b) const {
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, value(a), value(b));
}

Value Code::address(Value base, Type type, Offset index) const {
  auto pointer = LLVM::LLVMPointerType::get(builder.getContext());
  auto step = [&](LLVM::GEPArg by) {
    base = LLVM::GEPOp::create(builder, loc, pointer, type, base, by, LLVM::GEPNoWrapFlags::inbounds);
  };
  if (index.offset != int32_t(index.offset)) index = value(index);
  if (index.value) step(index.value);
  if (index.offset) step(int32_t(index.offset));
  return base;
}

Value Code::address(const Matrix& matrix, Offset row, Offset col) const {
  return address(matrix.base, matrix.type, add(multiply(row, matrix.row), multiply(col, matrix.col)));
}

mlir::VectorType Code::vector(Type element, int64_t width) const { return mlir::VectorType::get({width}, element); }

Value Code::zero(Type type) const { return arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type)); }

Value Code::load(Value address, Type element, int64_t width) const {
  unsigned alignment = std::max(1u, element.getIntOrFloatBitWidth() / 8);
  return LLVM::LoadOp::create(builder, loc, vector(element, width), address, alignment);
}

Value Code::load_masked(Value address, Type element, int64_t width, int64_t valid) const {
  if (valid == width) return load(address, element, width);
  llvm::SmallVector<bool> lanes(width);
  std::fill_n(lanes.begin(), valid, true);
  Value mask = arith::ConstantOp::create(
      builder, loc, mlir::DenseElementsAttr::get(vector(builder.getI1Type(), width), llvm::ArrayRef<bool>(lanes)));
  auto type = vector(element, width);
  unsigned alignment = std::max(1u, element.getIntOrFloatBitWidth() / 8);
  return LLVM::MaskedLoadOp::create(builder, loc, type, address, mask, zero(type), alignment);
}

void Code::store(Value values, Value address) const {
  auto element = mlir::cast<mlir::VectorType>(values.getType()).getElementType();
  LLVM::StoreOp::create(builder, loc, values, address, std::max(1u, element.getIntOrFloatBitWidth() / 8));
}

Value Code::load_scalar(Value address, Type element) const {
  return LLVM::LoadOp::create(builder, loc, element, address, std::max(1u, element.getIntOrFloatBitWidth() / 8));
}

Value Code::broadcast(Value scalar, int64_t width) const {
  return mlir::vector::BroadcastOp::create(builder, loc, vector(scalar.getType(), width), scalar);
}

Value Code::extract(Value from, int64_t lane) const {
  return mlir::vector::ExtractOp::create(builder, loc, from, lane);
}

Value Code::slice(Value from, int64_t first, int64_t width) const {
  if (mlir::cast<mlir::VectorType>(from.getType()).getDimSize(0) == width) return from;
  llvm::SmallVector<int64_t> lanes(width);
  for (int64_t lane = 0; lane < width; ++lane) lanes[lane] = first + lane;
  return shuffle(from, from, lanes);
}

Value Code::shuffle(Value a, Value b, llvm::ArrayRef<int64_t> lanes) const {
  return mlir::vector::ShuffleOp::create(builder, loc, a, b, lanes);
}

namespace {

// Bits of bf16 are the upper ones of f32.
Value single_of_half(const Code& code, Value half) {
  auto& b = code.builder;
  Type from = half.getType();
  auto as = [&](Type element) { return mlir::isa<mlir::VectorType>(from) ? Type(mlir::cast<mlir::VectorType>(from).clone(element)) : element; };
  if (mlir::getElementTypeOrSelf(from).isF16()) return arith::ExtFOp::create(b, code.loc, as(b.getF32Type()), half);
  Type word = as(b.getI32Type());
  Value bits = arith::ExtUIOp::create(b, code.loc, word, arith::BitcastOp::create(b, code.loc, as(b.getI16Type()), half));
  Value sixteen = arith::ConstantOp::create(b, code.loc, mlir::isa<mlir::VectorType>(word) ? mlir::TypedAttr(mlir::DenseElementsAttr::get(mlir::cast<mlir::ShapedType>(word), mlir::Attribute(b.getI32IntegerAttr(16)))) : mlir::TypedAttr(b.getI32IntegerAttr(16)));
  return arith::BitcastOp::create(b, code.loc, as(b.getF32Type()), arith::ShLIOp::create(b, code.loc, bits, sixteen));
}

}  // namespace

Value Code::convert(Value value, Type element, bool is_unsigned) const {
  Type from = mlir::getElementTypeOrSelf(value.getType());
  if (from == element) return value;
  Type to = element;
  if (auto type = mlir::dyn_cast<mlir::VectorType>(value.getType())) to = vector(element, type.getDimSize(0));
  if (from.isF16() || from.isBF16()) return convert(single_of_half(*this, value), element, is_unsigned);
  bool narrower = element.getIntOrFloatBitWidth() < from.getIntOrFloatBitWidth();
  if (mlir::isa<mlir::FloatType>(from) && mlir::isa<mlir::FloatType>(element)) {
    if (narrower) return arith::TruncFOp::create(builder, loc, to, value);
    return arith::ExtFOp::create(builder, loc, to, value);
  }
  if (mlir::isa<mlir::FloatType>(from)) {
    if (is_unsigned) return arith::FPToUIOp::create(builder, loc, to, value);
    return arith::FPToSIOp::create(builder, loc, to, value);
  }
  if (mlir::isa<mlir::FloatType>(element)) {
    if (is_unsigned) return arith::UIToFPOp::create(builder, loc, to, value);
    return arith::SIToFPOp::create(builder, loc, to, value);
  }
  if (narrower) return arith::TruncIOp::create(builder, loc, to, value);
  if (is_unsigned) return arith::ExtUIOp::create(builder, loc, to, value);
  return arith::ExtSIOp::create(builder, loc, to, value);
}

Value Code::multiply_add(Value a, Value b, Value sum) const {
  auto type = mlir::cast<mlir::VectorType>(sum.getType());
  if (mlir::isa<mlir::FloatType>(type.getElementType())) {
    return mlir::vector::FMAOp::create(builder, loc, a, b, sum);
  }
  return arith::AddIOp::create(builder, loc, sum, arith::MulIOp::create(builder, loc, a, b));
}

Value Code::plus(Value a, Value b) const {
  if (mlir::isa<mlir::FloatType>(mlir::cast<mlir::VectorType>(a.getType()).getElementType())) {
    return arith::AddFOp::create(builder, loc, a, b);
  }
  return arith::AddIOp::create(builder, loc, a, b);
}

Value Code::sum_lanes(Value values) const {
  int64_t width = mlir::cast<mlir::VectorType>(values.getType()).getDimSize(0);
  for (; width > 1; width /= 2) values = plus(slice(values, 0, width / 2), slice(values, width / 2, width / 2));
  return values;
}

void Code::loop(Offset lo, Offset hi, int64_t step, Body body) const {
  loop(lo, hi, step, {}, [&](Offset index, const Carry&) {
    body(index);
    return Carry{};
  });
}

Code::Carry Code::loop(Offset lo, Offset hi, int64_t step, const Carry& initial, CarryBody body) const {
  if (!lo.value && !hi.value && hi.offset - lo.offset <= step) {
    return hi.offset <= lo.offset ? initial : body(lo, initial);
  }
  auto loop = scf::ForOp::create(builder, loc, value(lo), value(hi), constant(step), initial,
                                 [&](mlir::OpBuilder&, mlir::Location, Value index, mlir::ValueRange carried) {
    scf::YieldOp::create(builder, loc, body(index, Carry(carried)));
  });
  return Carry(loop.getResults());
}

namespace {

// Sums over [lo, hi) in blocks of blocks of so many iterations each; `exact`: these divide it.
Code::Carry in_blocks(const Code& code, llvm::ArrayRef<int64_t> sizes, Offset lo, Offset hi, bool exact, int64_t step,
                      const Code::Carry& initial, Code::CarryBody body) {
  if (sizes.empty()) return code.loop(lo, hi, step, initial, body);
  int64_t size = sizes.front() * step;
  return code.loop(lo, hi, size, initial, [&](Offset first, const Code::Carry& before) {
    Code::Carry sums;
    for (Value sum : before) sums.push_back(code.zero(sum.getType()));
    Offset end = code.add(first, size);
    sums = in_blocks(code, sizes.drop_front(), first, exact ? end : code.minimum(end, hi), exact, step, sums, body);
    for (auto [sum, earlier] : llvm::zip(sums, before)) sum = code.plus(earlier, sum);
    return sums;
  });
}

}  // namespace

Code::Carry Code::sum(int64_t end, int64_t step, llvm::ArrayRef<int64_t> blocks, const Carry& initial, CarryBody body) const {
  bool exact = !blocks.empty() && end % (blocks.front() * step) == 0;
  return in_blocks(*this, blocks, 0, end, exact, step, initial, body);
}

void Code::when(Value condition, llvm::function_ref<void()> then, llvm::function_ref<void()> otherwise) const {
  auto branch = scf::IfOp::create(builder, loc, condition, bool(otherwise));
  mlir::OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  then();
  if (!otherwise) return;
  builder.setInsertionPointToStart(branch.elseBlock());
  otherwise();
}

Code::Carry Code::choose(Value condition, llvm::function_ref<Carry()> then,
                         llvm::function_ref<Carry()> otherwise) const {
  auto side = [&](llvm::function_ref<Carry()> results) {
    return [this, results](mlir::OpBuilder&, mlir::Location) { scf::YieldOp::create(builder, loc, results()); };
  };
  auto branch = scf::IfOp::create(builder, loc, condition, side(then), side(otherwise));
  return Carry(branch.getResults());
}

llvm::SmallVector<Piece> pieces(int64_t count, int64_t widest) {
  llvm::SmallVector<Piece> found;
  for (int64_t first = 0; first < count;) {
    int64_t width = std::min<int64_t>(widest, std::bit_floor(uint64_t(count - first)));
    found.push_back({first, width});
    first += width;
  }
  return found;
}

}  // namespace espalier::codegen::contract
