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
Value ordinal(CodeBuilder& b, DType t, Value key, bool descending) {
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

template <class F> void each(CodeBuilder& b, Value from, Value to, F&& body) {
  auto loop = scf::ForOp::create(b, from, to, constant_index(b, 1));
  mlir::OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}
template <class F> void each(CodeBuilder& b, std::int64_t count, F&& body) { each(b, constant_index(b, 0), constant_index(b, count), body); }

struct Sorted {
  const Storage &x, &keys, &result;
};
Sorted sorted_arrays(const ir::Graph& body, llvm::ArrayRef<Storage> arrays) {
  const auto operands = body.operands_of(body.nodes[0]);  // one input may be both
  return {arrays[operands[0]], arrays[operands[1]], arrays.back()};
}

}  // namespace

void emit_sort_by_rank(CodeBuilder& b, const ir::Graph& body, llvm::ArrayRef<Storage> arrays, const Walk& walk) {
  const auto [x, keys, result] = sorted_arrays(body, arrays);
  const auto& attrs = body.attrs_as<ir::SortAttrs>(body.nodes[0]);
  const Shape& shape = x.type.shape();
  const std::int64_t n = shape[attrs.axis];
  walk(shape, -1, [&](llvm::ArrayRef<AxisIndex> point, std::int64_t width, Guard guard) {
    const DType t = keys.type.dtype();
    llvm::SmallVector<AxisIndex> at(point.begin(), point.end());
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
    at[attrs.axis] = width == 1 ? AxisIndex{place, 0, {}} : AxisIndex{{}, 0, place};
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

// A line and the memory it moves to; where it is sorted by itself there are no keys.
struct Half {
  Value values, keys;
};

// A stable sort of lines in scratch: by the lowest digit of their keys, then by the next. Both halves of the memory take turns.
class Digits {
 public:
  Digits(CodeBuilder& b, const DigitSort& sort, const ir::SortAttrs& attrs, ir::Type line, DType key, Value counts)
      : b_(b), sort_(sort), attrs_(attrs), n_(line.size()), line_(line), key_(key), counts_(counts) {}

  void clear() {
    const Value zero = constant_int(b_, count_type(), 0);
    each(b_, sort_.passes * sort_.digits(), [&](Value d) { put(counts_, d, zero); });
  }
  // An element joins the line: its digits are counted.
  void add(const Half& line, Value i, Value value, Value key) {
    put_value(line, i, value);
    const Value bits = ordinal(b_, key_, key, attrs_.descending);
    if (line.keys) put(line.keys, i, bits);
    for (int pass = 0; pass < sort_.passes; ++pass) increment(digit_of(bits, pass));
  }
  // Where the line is when it is sorted.
  Value sorted(Half from, Half to) {
    for (int pass = 0; pass < sort_.passes; ++pass) {
      // A digit that is the same in all of the line leaves it as it is.
      const Value most = at(counts_, digit_of(key_of(from, constant_index(b_, 0)), pass));
      const Value varies = arith::CmpIOp::create(b_, arith::CmpIPredicate::ne, most, constant_int(b_, count_type(), n_));
      const llvm::SmallVector<Value> stays = list(from, to), moves = list(to, from);
      auto moved = scf::IfOp::create(b_, mlir::TypeRange(mlir::ValueRange(stays)), varies, true);
      {
        mlir::OpBuilder::InsertionGuard guard(b_);
        b_.setInsertionPointToStart(moved.thenBlock());
        begin(pass);
        move(from, to, pass);
        scf::YieldOp::create(b_, moves);
        b_.setInsertionPointToStart(moved.elseBlock());
        scf::YieldOp::create(b_, stays);
      }
      from.values = moved.getResult(0), to.values = moved.getResult(1);
      if (from.keys) from.keys = moved.getResult(2), to.keys = moved.getResult(3);
    }
    return from.values;
  }

 private:
  mlir::Type count_type() { return register_type(b_.getContext(), sort_.count); }
  static llvm::SmallVector<Value> list(const Half& a, const Half& b) {
    llvm::SmallVector<Value> all{a.values, b.values};
    if (a.keys) all.append({a.keys, b.keys});
    return all;
  }
  Value at(Value memory, Value i) { return memref::LoadOp::create(b_, memory, mlir::ValueRange{i}); }
  void put(Value memory, Value i, Value value) { memref::StoreOp::create(b_, value, memory, mlir::ValueRange{i}); }
  Value value_of(const Half& line, Value i) { return emit_load(b_, {line.values, line_}, {AxisIndex{i, 0, {}}}, 1, {}); }
  void put_value(const Half& line, Value i, Value value) { emit_store(b_, {line.values, line_}, {AxisIndex{i, 0, {}}}, value, {}); }
  Value key_of(const Half& line, Value i) { return line.keys ? at(line.keys, i) : ordinal(b_, key_, value_of(line, i), attrs_.descending); }
  // Where its digit of a pass is counted.
  Value digit_of(Value bits, int pass) {
    const Value shifted = pass == 0 ? bits : Value(arith::ShRUIOp::create(b_, bits, constant_int(b_, bits.getType(), pass * sort_.digit_bits)));
    const bool last = (pass + 1) * sort_.digit_bits >= static_cast<int>(byte_size(key_)) * 8;
    const Value digit = last ? shifted : Value(arith::AndIOp::create(b_, shifted, constant_int(b_, bits.getType(), sort_.digits() - 1)));
    return index_offset(b_, arith::IndexCastUIOp::create(b_, b_.getIndexType(), digit), pass * sort_.digits());
  }
  Value increment(Value digit) {
    const Value before = at(counts_, digit);
    put(counts_, digit, arith::AddIOp::create(b_, before, constant_int(b_, count_type(), 1)));
    return before;
  }
  // Of how often each digit occurs makes where it begins.
  void begin(int pass) {
    const std::int64_t first = pass * sort_.digits();
    auto loop = scf::ForOp::create(b_, constant_index(b_, first), constant_index(b_, first + sort_.digits()), constant_index(b_, 1), mlir::ValueRange{constant_int(b_, count_type(), 0)});
    mlir::OpBuilder::InsertionGuard guard(b_);
    b_.setInsertionPointToStart(loop.getBody());
    const Value d = loop.getInductionVar(), so_far = loop.getRegionIterArgs()[0], here = at(counts_, d);
    put(counts_, d, so_far);
    scf::YieldOp::create(b_, mlir::ValueRange{arith::AddIOp::create(b_, so_far, here).getResult()});
  }
  void move(const Half& from, const Half& to, int pass) {
    each(b_, n_, [&](Value i) {
      const Value value = value_of(from, i), key = from.keys ? at(from.keys, i) : ordinal(b_, key_, value, attrs_.descending);
      const Value place = arith::IndexCastOp::create(b_, b_.getIndexType(), increment(digit_of(key, pass)));
      put_value(to, place, value);
      if (to.keys) put(to.keys, place, key);
    });
  }

  CodeBuilder& b_;
  const DigitSort& sort_;
  const ir::SortAttrs& attrs_;
  const std::int64_t n_;
  const ir::Type line_;
  const DType key_;
  const Value counts_;
};

}  // namespace

void emit_sort_by_digits(CodeBuilder& b, const ir::Graph& body, const DigitSort& sort, llvm::ArrayRef<Storage> arrays) {
  const auto [x, keys, result] = sorted_arrays(body, arrays);
  const auto& attrs = body.attrs_as<ir::SortAttrs>(body.nodes[0]);
  const Shape& shape = x.type.shape();
  const std::int64_t n = shape[attrs.axis];
  const DType key = keys.type.dtype(), value = x.type.dtype();
  const auto pointer = mlir::LLVM::LLVMPointerType::get(b.getContext());
  const Value size = constant_int(b, b.getI64Type(), sort.scratch_bytes);
  const Value scratch = mlir::func::CallOp::create(b, scratch_name, mlir::TypeRange{pointer}, mlir::ValueRange{size}).getResult(0);
  const auto line = [&](DType t, std::int64_t begin, std::int64_t count) {
    const Value from = mlir::LLVM::GEPOp::create(b, pointer, b.getI8Type(), scratch, llvm::ArrayRef<mlir::LLVM::GEPArg>{constant_int(b, b.getI64Type(), begin)});
    return storage_at(b, from, ir::Type(t, Shape{count})).memory;
  };
  const ir::Type sorted_line(value, Shape{n});
  Digits digits(b, sort, attrs, sorted_line, key, line(sort.count, sort.counts, sort.passes * sort.digits()));
  Half halves[2];
  for (int h = 0; h < 2; ++h) halves[h] = {line(value, sort.values[h], n), sort.own_keys ? Value() : line(bits_of(key), sort.keys[h], n)};
  loops(b, 1)(shape, attrs.axis, [&](llvm::ArrayRef<AxisIndex> point, std::int64_t, Guard) {
    llvm::SmallVector<AxisIndex> at(point.begin(), point.end());
    digits.clear();
    each(b, n, [&](Value i) {
      at[attrs.axis] = {i, 0, {}};
      digits.add(halves[0], i, emit_load(b, x, at, 1, {}), emit_load(b, keys, at, 1, {}));
    });
    const Storage sorted{digits.sorted(halves[0], halves[1]), sorted_line};
    each(b, n, [&](Value i) {
      at[attrs.axis] = {i, 0, {}};
      emit_store(b, result, at, emit_load(b, sorted, {AxisIndex{i, 0, {}}}, 1, {}), {});
    });
  });
}

}  // namespace espalier::codegen
