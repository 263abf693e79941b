#include "espalier/jit/emit/loops/axis_kernels.h"

#include "espalier/jit/emit/values/elementwise.h"

namespace espalier::codegen {

namespace arith = mlir::arith;
namespace scf = mlir::scf;
using mlir::Value;

namespace {

// log(exp(x) + exp(y)) without overflow; -inf is its neutral element.
Value log_add_exp(CodeBuilder& b, DType t, Value x, Value y) {
  const ir::Attrs none;
  const Value most = emit_elementwise(b, ir::Op::max, none, t, {x, y});
  const Value least = emit_elementwise(b, ir::Op::min, none, t, {x, y});
  const Value difference = arith::SubFOp::create(b, least, most);
  const Value sum = arith::AddFOp::create(b, most, emit_math(b, ir::Op::log1p, t, {emit_math(b, ir::Op::exp, t, {difference})}));
  // Equal infinities have no difference: the greater one is the answer.
  const Value same = arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, x, y);
  const Value infinite = arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, mlir::math::AbsFOp::create(b, most), constant_float(b, most.getType(), std::numeric_limits<double>::infinity()));
  return arith::SelectOp::create(b, arith::AndIOp::create(b, same, infinite), most, sum);
}

Value combine(CodeBuilder& b, ir::Cumulation kind, DType t, Value x, Value y) {
  const auto reduction = ir::reduction_of(kind);
  return reduction ? emit_combine(b, *reduction, t, x, y) : log_add_exp(b, t, x, y);
}
Value neutral(CodeBuilder& b, ir::Cumulation kind, DType t) { return reduction_identity(b, ir::reduction_of(kind).value_or(ir::Reduction::max), t); }

// The running reduction along one axis. A sum that rounds, or the logarithm of one, runs in blocks of blocks (the plan's): each
// counts from zero, and what stood before it is added to what it stores, which waits for nothing.
class Running {
 public:
  Running(CodeBuilder& b, const ir::CumulativeAttrs& attrs, llvm::ArrayRef<std::int64_t> sizes, const Storage& x, const Storage& result)
      : b_(b), attrs_(attrs), sizes_(sizes), x_(x), result_(result), extent_(x.type.shape()[attrs.axis]) {}

  void along(llvm::ArrayRef<AxisIndex> point, std::int64_t width, Guard guard) {
    point_ = point, width_ = width, guard_ = guard;
    blocks(sizes_, constant_index(b_, 0), constant_index(b_, extent_), {});
  }

 private:
  Value sum(Value x, Value y) { return combine(b_, attrs_.kind, x_.type.dtype(), x, y); }
  Value start() { return splat(b_, neutral(b_, attrs_.kind, x_.type.dtype()), width_); }

  // Elements [from, to), before which stood `before` (null: nothing); their own reduction.
  Value blocks(llvm::ArrayRef<std::int64_t> sizes, Value from, Value to, Value before) {
    auto loop = scf::ForOp::create(b_, from, to, constant_index(b_, sizes.empty() ? 1 : sizes.front()), mlir::ValueRange{start()});
    mlir::OpBuilder::InsertionGuard insertion(b_);
    b_.setInsertionPointToStart(loop.getBody());
    const Value i = loop.getInductionVar(), now = loop.getRegionIterArgs()[0];
    Value next;
    if (sizes.empty()) {
      next = element(i, now, before);
    } else {
      const std::int64_t size = sizes.front();
      Value end = index_offset(b_, i, size);
      if (extent_ % size != 0) end = arith::MinSIOp::create(b_, end, to);
      next = sum(now, blocks(sizes.drop_front(), i, end, before ? sum(before, now) : now));
    }
    scf::YieldOp::create(b_, mlir::ValueRange{next});
    return loop.getResult(0);
  }

  Value element(Value i, Value now, Value before) {
    llvm::SmallVector<AxisIndex> at(point_.begin(), point_.end());
    if (attrs_.reverse) i = arith::SubIOp::create(b_, constant_index(b_, extent_ - 1), i);
    at[attrs_.axis] = {i, 0, {}};
    const Value next = sum(now, splat(b_, emit_load(b_, x_, at, width_, guard_), width_));
    emit_store(b_, result_, at, before ? sum(before, next) : next, guard_);
    return next;
  }

  CodeBuilder& b_;
  const ir::CumulativeAttrs& attrs_;
  llvm::ArrayRef<std::int64_t> sizes_;
  const Storage &x_, &result_;
  const std::int64_t extent_;
  llvm::ArrayRef<AxisIndex> point_;
  std::int64_t width_ = 1;
  Guard guard_;
};

}  // namespace

void emit_cumulative(CodeBuilder& b, const ir::Graph& body, const CumulativeKernel& kernel, llvm::ArrayRef<Storage> arrays, const Walk& walk) {
  Running running(b, body.attrs_as<ir::CumulativeAttrs>(body.nodes[0]), kernel.blocks, arrays[0], arrays[1]);
  walk(arrays[0].type.shape(), kernel.axis, [&](llvm::ArrayRef<AxisIndex> point, std::int64_t width, Guard guard) { running.along(point, width, guard); });
}

void emit_update(CodeBuilder& b, const ir::Graph& body, llvm::ArrayRef<Storage> arrays, const Walk& walk) {
  const auto operands = body.operands_of(body.nodes[0]);  // one input may stand for several of them
  const Storage update = arrays[operands[1]], result = arrays.back();
  if (update.type.size() == 0) return;
  llvm::SmallVector<Value> offsets;
  for (int axis = 0; axis < update.type.ndim(); ++axis) {
    const Storage& scalar = arrays[operands[2 + axis]];
    const std::int64_t most = result.type.shape()[axis] - update.type.shape()[axis];
    offsets.push_back(clamp_index(b, emit_load(b, scalar, {}, 1, {}), scalar.type.dtype(), most).index);
  }
  walk(update.type.shape(), -1, [&](llvm::ArrayRef<AxisIndex> point, std::int64_t width, Guard guard) {
    const Value value = splat(b, emit_load(b, update, point, width, guard), width);
    llvm::SmallVector<AxisIndex> at(point.begin(), point.end());
    for (std::size_t axis = 0; axis < at.size(); ++axis) at[axis].base = index_add(b, at[axis].base, offsets[axis]);
    emit_store(b, result, at, value, guard);
  });
}

}  // namespace espalier::codegen
