#include "espalier/jit/emit/loops/sort.h"

#include "espalier/jit/emit/values/function.h"

namespace espalier::codegen {

namespace arith = mlir::arith;
namespace memref = mlir::memref;
namespace scf = mlir::scf;
using ir::byte_size;
using ir::is_bool;
using ir::is_floating;
using ir::is_signed;
using mlir::Value;

namespace {

// The bits of infinity in a float's dtype.
std::int64_t infinity_bits(DType t) {
  if (t == f16) return 0x7c00;
  if (t == bf16) return 0x7f80;
  return t == f32 ? 0x7f800000 : 0x7ff0000000000000;
}

// The unsigned number that orders as a key does: of floats the magnitude's bits, turned around below zero. Keys descend where their
// complements ascend.
Value ordinal(Builder& b, DType t, Value key, bool descending) {
  if (is_bool(t)) key = arith::ExtUIOp::create(b, like(key.getType(), b.getI8Type()), key);
  const auto bits = like(key.getType(), b.getIntegerType(static_cast<unsigned>(byte_size(t)) * 8));
  if (key.getType() != bits) key = arith::BitcastOp::create(b, bits, key);
  const auto constant = [&](std::int64_t value) { return constant_int(b, bits, value); };
  const auto sign = static_cast<std::int64_t>(~std::uint64_t{0} << (byte_size(t) * 8 - 1));  // and all bits above, which a narrow constant loses
  Value number = key;
  if (is_signed(t)) number = arith::XOrIOp::create(b, key, constant(sign));
  if (is_floating(t)) {
    const Value magnitude = arith::AndIOp::create(b, key, constant(~sign));
    const Value negative = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, key, constant(0));
    const Value below = arith::XOrIOp::create(b, key, constant(-1)), above = arith::OrIOp::create(b, key, constant(sign));
    number = arith::SelectOp::create(b, negative, below, above);
    const Value zero = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, magnitude, constant(0));
    number = arith::SelectOp::create(b, zero, constant(sign), number);  // of both signs
    const Value nan = arith::CmpIOp::create(b, arith::CmpIPredicate::ugt, magnitude, constant(infinity_bits(t)));
    number = arith::SelectOp::create(b, nan, constant(-1), number);
  }
  return descending ? Value(arith::XOrIOp::create(b, number, constant(-1))) : number;
}

template <class F> void each(Builder& b, Value from, Value to, F&& body) {
  auto loop = scf::ForOp::create(b, from, to, constant_index(b, 1));
  mlir::OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}
template <class F> void each(Builder& b, std::int64_t count, F&& body) { each(b, constant_index(b, 0), constant_index(b, count), body); }

struct Sorted {
  const Array &x, &keys, &result;
};
Sorted sorted_arrays(const ir::Graph& body, llvm::ArrayRef<Array> arrays) {
  const auto operands = body.operands_of(body.nodes[0]);  // one input may be both
  return {arrays[operands[0]], arrays[operands[1]], arrays.back()};
}

}  // namespace

void emit_sort_by_rank(Builder& b, const ir::Graph& body, llvm::ArrayRef<Array> arrays, const Walk& walk) {
  const auto [x, keys, result] = sorted_arrays(body, arrays);
  const auto& attrs = body.attrs_as<ir::SortAttrs>(body.nodes[0]);
  const Shape& shape = x.type.shape();
  const std::int64_t n = shape[attrs.axis];
  walk(shape, -1, [&](llvm::ArrayRef<Index> point, std::int64_t width, Guard guard) {
    const DType t = keys.type.dtype();
    llvm::SmallVector<Index> at(point.begin(), point.end());
    const Value mine = splat(b, ordinal(b, t, emit_load(b, keys, at, width, guard), attrs.descending), width);
    // Places are counted in 32 bits where that suffices.
    const mlir::Type narrow = n < (std::int64_t{1} << 31) ? b.getI32Type() : b.getI64Type(), count = wide(narrow, width);
    const Value here = arith::IndexCastOp::create(b, count, per_lane(b, point[attrs.axis], width));
    const Value none = constant_int(b, count, 0), one = constant_int(b, count, 1);
    auto loop = scf::ForOp::create(b, constant_index(b, 0), constant_index(b, n), constant_index(b, 1), mlir::ValueRange{none});
    {
      mlir::OpBuilder::InsertionGuard insertion(b);
      b.setInsertionPointToStart(loop.getBody());
      at[attrs.axis] = {loop.getInductionVar(), 0, {}};
      const Value other = splat(b, ordinal(b, t, emit_load(b, keys, at, width, guard), attrs.descending), width);
      const Value less = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, other, mine), equal = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, other, mine);
      const Value earlier = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, splat(b, arith::IndexCastOp::create(b, narrow, loop.getInductionVar()), width), here);
      const Value before = arith::OrIOp::create(b, less, arith::AndIOp::create(b, equal, earlier));
      scf::YieldOp::create(b, mlir::ValueRange{arith::AddIOp::create(b, loop.getRegionIterArgs()[0], arith::SelectOp::create(b, before, one, none)).getResult()});
    }
    const Value value = splat(b, emit_load(b, x, point, width, guard), width);
    at.assign(point.begin(), point.end());
    const Value place = arith::IndexCastOp::create(b, wide(b.getIndexType(), width), loop.getResult(0));
    at[attrs.axis] = width == 1 ? Index{place, 0, {}} : Index{{}, 0, place};
    emit_store(b, result, at, value, guard);
  });
}

namespace {

DType bits_of(DType t) {
  switch (byte_size(t)) {
    case 1: return u8;
    case 2: return u16;
    case 4: return u32;
    default: return u64;
  }
}

// A stable sort of a line in scratch: by the lowest digit of its keys, then by the next. Both halves of its memory take turns.
class Digits {
 public:
  Digits(Builder& b, std::int64_t n, DType key, Value begin) : b_(b), n_(n), key_(key), begin_(begin) {}

  // The halves after all digits, of which the first holds the line.
  llvm::SmallVector<Value> run(llvm::ArrayRef<Value> halves) {
    const auto passes = static_cast<std::int64_t>(byte_size(key_)) * 8 / DigitSort::bits;
    auto loop = scf::ForOp::create(b_, constant_index(b_, 0), constant_index(b_, passes), constant_index(b_, 1), halves);
    mlir::OpBuilder::InsertionGuard guard(b_);
    b_.setInsertionPointToStart(loop.getBody());
    const Value shift = index_scale(b_, loop.getInductionVar(), DigitSort::bits);
    shift_ = arith::IndexCastOp::create(b_, register_type(b_.getContext(), bits_of(key_)), shift);
    const auto now = loop.getRegionIterArgs();
    const Value varies = count(now[0]);
    // A digit that is the same in all of the line leaves it as it is.
    auto moved = scf::IfOp::create(b_, mlir::TypeRange(mlir::ValueRange(halves)), varies, true);
    b_.setInsertionPointToStart(moved.thenBlock());
    move(now);
    scf::YieldOp::create(b_, mlir::ValueRange{now[2], now[3], now[0], now[1]});
    b_.setInsertionPointToStart(moved.elseBlock());
    scf::YieldOp::create(b_, mlir::ValueRange(now));
    b_.setInsertionPointAfter(moved);
    scf::YieldOp::create(b_, moved.getResults());
    return llvm::SmallVector<Value>(loop.getResults());
  }

 private:
  Value digit_of(Value key) {
    const Value digit = arith::AndIOp::create(b_, arith::ShRUIOp::create(b_, key, shift_), constant_int(b_, key.getType(), DigitSort::digits - 1));
    return arith::IndexCastUIOp::create(b_, b_.getIndexType(), digit);
  }
  Value at(Value memory, Value i) { return memref::LoadOp::create(b_, memory, mlir::ValueRange{i}); }
  void put(Value memory, Value i, Value value) { memref::StoreOp::create(b_, value, memory, mlir::ValueRange{i}); }

  // Counts the digits, and makes of the counts where each begins. Whether there is more than one digit.
  Value count(Value keys) {
    const Value zero = constant_int(b_, b_.getI64Type(), 0), one = constant_int(b_, b_.getI64Type(), 1);
    each(b_, DigitSort::digits, [&](Value d) { put(begin_, d, zero); });
    each(b_, n_, [&](Value i) {
      const Value d = digit_of(at(keys, i));
      put(begin_, d, arith::AddIOp::create(b_, at(begin_, d), one));
    });
    const Value most = at(begin_, digit_of(at(keys, constant_index(b_, 0))));
    auto loop = scf::ForOp::create(b_, constant_index(b_, 0), constant_index(b_, DigitSort::digits), constant_index(b_, 1), mlir::ValueRange{zero});
    mlir::OpBuilder::InsertionGuard guard(b_);
    b_.setInsertionPointToStart(loop.getBody());
    const Value d = loop.getInductionVar(), so_far = loop.getRegionIterArgs()[0], here = at(begin_, d);
    put(begin_, d, so_far);
    scf::YieldOp::create(b_, mlir::ValueRange{arith::AddIOp::create(b_, so_far, here).getResult()});
    b_.setInsertionPointAfter(loop);
    return arith::CmpIOp::create(b_, arith::CmpIPredicate::ne, most, constant_int(b_, b_.getI64Type(), n_));
  }
  void move(mlir::ValueRange halves) {
    const Value one = constant_int(b_, b_.getI64Type(), 1);
    each(b_, n_, [&](Value i) {
      const Value key = at(halves[0], i), d = digit_of(key), place = at(begin_, d), to = arith::IndexCastOp::create(b_, b_.getIndexType(), place);
      put(halves[2], to, key);
      put(halves[3], to, at(halves[1], i));
      put(begin_, d, arith::AddIOp::create(b_, place, one));
    });
  }

  Builder& b_;
  const std::int64_t n_;
  const DType key_;
  const Value begin_;
  Value shift_;
};

}  // namespace

void emit_sort_by_digits(Builder& b, const ir::Graph& body, const DigitSort& sort, llvm::ArrayRef<Array> arrays) {
  const auto [x, keys, result] = sorted_arrays(body, arrays);
  const auto& attrs = body.attrs_as<ir::SortAttrs>(body.nodes[0]);
  const Shape& shape = x.type.shape();
  const std::int64_t n = shape[attrs.axis];
  const DType key = keys.type.dtype(), bits = bits_of(key), value = x.type.dtype();
  const auto pointer = mlir::LLVM::LLVMPointerType::get(b.getContext());
  const Value size = constant_int(b, b.getI64Type(), sort.scratch_bytes);
  const Value scratch = mlir::func::CallOp::create(b, scratch_name, mlir::TypeRange{pointer}, mlir::ValueRange{size}).getResult(0);
  const auto line = [&](DType t, std::int64_t begin, std::int64_t count) {
    const Value from = mlir::LLVM::GEPOp::create(b, pointer, b.getI8Type(), scratch, llvm::ArrayRef<mlir::LLVM::GEPArg>{constant_int(b, b.getI64Type(), begin)});
    return array_at(b, from, ir::Type(t, Shape{count}));
  };
  const Array begin = line(i64, sort.counts, DigitSort::digits);
  const Array line_keys[] = {line(bits, sort.keys[0], n), line(bits, sort.keys[1], n)}, line_values[] = {line(value, sort.values[0], n), line(value, sort.values[1], n)};
  loops(b, 1)(shape, attrs.axis, [&](llvm::ArrayRef<Index> point, std::int64_t, Guard) {
    llvm::SmallVector<Index> at(point.begin(), point.end());
    each(b, n, [&](Value i) {
      at[attrs.axis] = {i, 0, {}};
      emit_store(b, line_keys[0], {Index{i, 0, {}}}, ordinal(b, key, emit_load(b, keys, at, 1, {}), attrs.descending), {});
      emit_store(b, line_values[0], {Index{i, 0, {}}}, emit_load(b, x, at, 1, {}), {});
    });
    const auto halves = Digits(b, n, key, begin.memory).run({line_keys[0].memory, line_values[0].memory, line_keys[1].memory, line_values[1].memory});
    each(b, n, [&](Value i) {
      at[attrs.axis] = {i, 0, {}};
      emit_store(b, result, at, emit_load(b, {halves[1], line_values[0].type}, {Index{i, 0, {}}}, 1, {}), {});
    });
  });
}

}  // namespace espalier::codegen
