#include "espalier/jit/emit/values/access.h"

#include "espalier/jit/emit/values/elementwise.h"

namespace espalier::codegen {

namespace arith = mlir::arith;
namespace vector = mlir::vector;
using mlir::Value;

Value index_add(CodeBuilder& b, Value x, Value y) {
  if (!x) return y;
  if (!y) return x;
  return arith::AddIOp::create(b, x, y);
}
Value index_scale(CodeBuilder& b, Value x, std::int64_t factor) {
  if (!x || factor == 0) return {};
  if (factor == 1) return x;
  return arith::MulIOp::create(b, x, constant_int(b, x.getType(), factor));
}
Value index_offset(CodeBuilder& b, Value x, std::int64_t offset) {
  if (offset == 0) return x;
  if (!x) return constant_index(b, offset);
  return arith::AddIOp::create(b, x, constant_int(b, x.getType(), offset));
}

ClampedIndex clamp_index(CodeBuilder& b, Value x, DType dtype, std::int64_t most) {
  // In 32 bits where they suffice: twice the lanes of 64.
  const bool narrow = most < (std::int64_t{1} << 31) && (ir::is_signed(dtype) ? ir::byte_size(dtype) <= 4 : ir::byte_size(dtype) <= 2);
  const Value wide = emit_convert(b, x, dtype, narrow ? i32 : i64);
  const Value zero = constant_int(b, wide.getType(), 0), last = constant_int(b, wide.getType(), most);
  // What is below 0 as a signed number is beyond any extent as an unsigned one.
  const Guard inside = arith::CmpIOp::create(b, arith::CmpIPredicate::ule, wide, last);
  Value index = arith::MinSIOp::create(b, arith::MaxSIOp::create(b, wide, zero), last);
  if (dtype == u64) index = arith::MinUIOp::create(b, wide, last);
  return {arith::IndexCastOp::create(b, like(index.getType(), b.getIndexType()), index), inside};
}

Value per_lane(CodeBuilder& b, const AxisIndex& index, std::int64_t width) {
  if (index.lanes) return index.lanes;
  Value base = index.base ? index.base : constant_index(b, 0);
  if (width == 1 || index.step == 0) return splat(b, base, width);
  const Value steps = index_scale(b, lane_numbers(b, b.getIndexType(), width), index.step);
  return arith::AddIOp::create(b, splat(b, base, width), steps);
}

llvm::SmallVector<AxisIndex> split_index(CodeBuilder& b, const AxisIndex& number, llvm::ArrayRef<std::int64_t> extents, std::int64_t width) {
  llvm::SmallVector<AxisIndex> index(extents.size());
  llvm::SmallVector<std::size_t> axes;  // that are run through
  for (std::size_t i = 0; i < extents.size(); ++i)
    if (extents[i] != 1) axes.push_back(i);
  if (axes.size() == 1) index[axes[0]] = number;
  if (axes.size() <= 1) return index;
  Value rest = number.varies() || !number.base ? per_lane(b, number, width) : number.base;
  for (std::size_t i = axes.size(); i-- > 0;) {
    const Value extent = constant_int(b, rest.getType(), extents[axes[i]]);
    const Value digit = i == 0 ? rest : Value(arith::RemUIOp::create(b, rest, extent));
    index[axes[i]] = lanes(digit) > 1 ? AxisIndex{{}, 0, digit} : AxisIndex{digit, 0, {}};
    if (i > 0) rest = arith::DivUIOp::create(b, rest, extent);
  }
  return index;
}

Storage storage_at(CodeBuilder& b, Value pointer, ir::Type type) {
  namespace LLVM = mlir::LLVM;
  auto* context = b.getContext();
  const auto memref = mlir::MemRefType::get({std::max<std::int64_t>(type.size(), 1)}, memory_type(context, type.dtype()));
  // The descriptor of a contiguous one-dimensional memref: both pointers, offset, size, stride.
  const auto i64_type = b.getI64Type();
  const auto list = LLVM::LLVMArrayType::get(i64_type, 1);
  const auto ptr = LLVM::LLVMPointerType::get(context);
  const auto descriptor = LLVM::LLVMStructType::getLiteral(context, {ptr, ptr, i64_type, list, list});
  auto number = [&](std::int64_t n) { return LLVM::ConstantOp::create(b, i64_type, b.getI64IntegerAttr(n)); };
  Value d = LLVM::PoisonOp::create(b, descriptor);
  d = LLVM::InsertValueOp::create(b, d, pointer, llvm::ArrayRef<std::int64_t>{0});
  d = LLVM::InsertValueOp::create(b, d, pointer, llvm::ArrayRef<std::int64_t>{1});
  d = LLVM::InsertValueOp::create(b, d, number(0), llvm::ArrayRef<std::int64_t>{2});
  d = LLVM::InsertValueOp::create(b, d, number(memref.getNumElements()), llvm::ArrayRef<std::int64_t>{3, 0});
  d = LLVM::InsertValueOp::create(b, d, number(1), llvm::ArrayRef<std::int64_t>{4, 0});
  return {mlir::UnrealizedConversionCastOp::create(b, memref, d).getResult(0), type};
}

Guard both(CodeBuilder& b, Guard x, Guard y) {
  if (!x) return y;
  if (!y) return x;
  const std::int64_t width = std::max(lanes(x), lanes(y));
  return arith::AndIOp::create(b, splat(b, x, width), splat(b, y, width));
}

namespace {

// Where the elements lie: a line of addresses, or one number per lane.
struct Place {
  Value base;              // index; null is 0
  std::int64_t step = 0;   // elements from lane to lane
  Value offsets;           // vector of index, to be added to base
  bool varies() const { return step != 0 || offsets; }
};

Place place(CodeBuilder& b, const Storage& array, llvm::ArrayRef<AxisIndex> index, std::int64_t width) {
  Place at;
  std::int64_t stride = 1;
  const Shape& shape = array.type.shape();
  for (int axis = shape.ndim(); axis-- > 0; stride *= shape[axis]) {
    const AxisIndex& i = index[axis];
    if (i.lanes) {
      const Value scaled = index_scale(b, i.lanes, stride);
      at.offsets = at.offsets ? Value(arith::AddIOp::create(b, at.offsets, scaled)) : scaled;
    } else {
      at.base = index_add(b, at.base, index_scale(b, i.base, stride));
      at.step += i.step * stride;
    }
  }
  if (at.offsets && at.step != 0) {
    const Value steps = index_scale(b, lane_numbers(b, b.getIndexType(), width), at.step);
    at.offsets = arith::AddIOp::create(b, at.offsets, steps);
    at.step = 0;
  }
  if (!at.base) at.base = constant_index(b, 0);
  return at;
}

Value offsets_of(CodeBuilder& b, const Place& at, std::int64_t width) {
  return at.offsets ? at.offsets : index_scale(b, lane_numbers(b, b.getIndexType(), width), at.step);
}

Value to_register(CodeBuilder& b, Value x, DType dtype) {
  return dtype == bool_ ? Value(arith::CmpIOp::create(b, arith::CmpIPredicate::ne, x, constant_int(b, x.getType(), 0))) : x;
}
Value to_memory(CodeBuilder& b, Value x, DType dtype) {
  if (dtype != bool_) return x;
  return arith::ExtUIOp::create(b, like(x.getType(), mlir::IntegerType::get(b.getContext(), 8)), x);
}
Value zero_of(CodeBuilder& b, mlir::Type type) {
  return mlir::isa<mlir::FloatType>(element_of(type)) ? constant_float(b, type, 0) : constant_int(b, type, 0);
}

}  // namespace

Value emit_load(CodeBuilder& b, const Storage& array, llvm::ArrayRef<AxisIndex> index, std::int64_t width, Guard guard) {
  const DType dtype = array.type.dtype();
  const mlir::Type element = memory_type(b.getContext(), dtype);
  const Place at = place(b, array, index, width);
  if (!at.varies() || width == 1) {
    // A guarded scalar reads some element that is there (negative indices wrap to the last): the value read is not used.
    Value where = at.base;
    if (at.offsets) where = arith::AddIOp::create(b, where, at.offsets);
    if (guard) where = arith::MinUIOp::create(b, where, constant_index(b, array.type.size() - 1));
    return to_register(b, mlir::memref::LoadOp::create(b, array.memory, mlir::ValueRange{where}), dtype);
  }
  const auto type = mlir::VectorType::get({width}, element);
  Value loaded;
  if (at.step == 1 && !guard) {
    loaded = vector::LoadOp::create(b, type, array.memory, mlir::ValueRange{at.base});
  } else if (at.step == 1) {
    loaded = vector::MaskedLoadOp::create(b, type, array.memory, mlir::ValueRange{at.base}, splat(b, guard, width), zero_of(b, type));
  } else if (at.step == -1 && !guard) {
    const Value first = index_offset(b, at.base, -(width - 1));
    const Value forward = vector::LoadOp::create(b, type, array.memory, mlir::ValueRange{first});
    llvm::SmallVector<std::int64_t> reversed;
    for (std::int64_t i = width; i-- > 0;) reversed.push_back(i);
    loaded = vector::ShuffleOp::create(b, forward, forward, reversed);
  } else {
    const Value all = constant_int(b, mlir::VectorType::get({width}, b.getI1Type()), -1);
    loaded = vector::GatherOp::create(b, type, array.memory, mlir::ValueRange{at.base}, offsets_of(b, at, width),
                                      guard ? splat(b, guard, width) : all, zero_of(b, type));
  }
  return to_register(b, loaded, dtype);
}

void emit_store(CodeBuilder& b, const Storage& array, llvm::ArrayRef<AxisIndex> index, Value value, Guard guard) {
  if (array.type.size() == 0) return;  // its loops run zero times, and its axes have no strides
  const DType dtype = array.type.dtype();
  const Place at = place(b, array, index, lanes(value));
  value = to_memory(b, value, dtype);
  const std::int64_t width = lanes(value);
  if (width == 1) {
    mlir::memref::StoreOp::create(b, value, array.memory, mlir::ValueRange{at.base});
  } else if (at.step == 1 && !guard) {
    constexpr std::int64_t line = 64;
    const bool streams = array.streamed && width * static_cast<std::int64_t>(ir::byte_size(dtype)) % line == 0;
    if (streams) vector::StoreOp::create(b, value, array.memory, mlir::ValueRange{at.base}, /*nontemporal=*/true, llvm::MaybeAlign(line));
    else vector::StoreOp::create(b, value, array.memory, mlir::ValueRange{at.base});
  } else if (at.step == 1) {
    vector::MaskedStoreOp::create(b, array.memory, mlir::ValueRange{at.base}, splat(b, guard, width), value);
  } else {
    const Value all = constant_int(b, mlir::VectorType::get({width}, b.getI1Type()), -1);
    vector::ScatterOp::create(b, mlir::Type(), array.memory, mlir::ValueRange{at.base}, offsets_of(b, at, width),
                              guard ? splat(b, guard, width) : all, value);
  }
}

}  // namespace espalier::codegen
