#include "espalier/jit/emit/axis_kernels.h"

#include "espalier/jit/emit/elementwise.h"

namespace espalier::codegen {

namespace arith = mlir::arith;
namespace scf = mlir::scf;
using mlir::Value;

namespace {

// log(exp(x) + exp(y)) without overflow; -inf is its neutral element.
Value log_add_exp(Builder& b, DType t, Value x, Value y) {
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

Value combine(Builder& b, ir::Cumulation kind, DType t, Value x, Value y) {
  switch (kind) {
    case ir::Cumulation::sum: return emit_combine(b, ir::Reduction::sum, t, x, y);
    case ir::Cumulation::prod: return emit_combine(b, ir::Reduction::prod, t, x, y);
    case ir::Cumulation::max: return emit_combine(b, ir::Reduction::max, t, x, y);
    case ir::Cumulation::min: return emit_combine(b, ir::Reduction::min, t, x, y);
    case ir::Cumulation::logsumexp: return log_add_exp(b, t, x, y);
  }
  return {};
}
Value neutral(Builder& b, ir::Cumulation kind, DType t) {
  switch (kind) {
    case ir::Cumulation::sum: return reduction_identity(b, ir::Reduction::sum, t);
    case ir::Cumulation::prod: return reduction_identity(b, ir::Reduction::prod, t);
    case ir::Cumulation::max: return reduction_identity(b, ir::Reduction::max, t);
    case ir::Cumulation::min: return reduction_identity(b, ir::Reduction::min, t);
    case ir::Cumulation::logsumexp: return reduction_identity(b, ir::Reduction::max, t);
  }
  return {};
}

}  // namespace

void emit_cumulative(Builder& b, const ir::CumulativeAttrs& attrs, const Array& x, const Array& result, const Walk& walk) {
  const DType dtype = x.type.dtype();
  const std::int64_t extent = x.type.shape()[attrs.axis];
  walk(x.type.shape(), attrs.axis, [&](llvm::ArrayRef<Index> point, std::int64_t width, Guard guard) {
    const Value start = splat(b, neutral(b, attrs.kind, dtype), width);
    auto loop = scf::ForOp::create(b, constant_index(b, 0), constant_index(b, extent), constant_index(b, 1), mlir::ValueRange{start});
    mlir::OpBuilder::InsertionGuard insertion(b);
    b.setInsertionPointToStart(loop.getBody());
    llvm::SmallVector<Index> at(point.begin(), point.end());
    Value i = loop.getInductionVar();
    if (attrs.reverse) i = arith::SubIOp::create(b, constant_index(b, extent - 1), i);
    at[attrs.axis] = {i, 0, {}};
    const Value loaded = splat(b, emit_load(b, x, at, width, guard), width);
    const Value next = combine(b, attrs.kind, dtype, loop.getRegionIterArgs()[0], loaded);
    emit_store(b, result, at, next, guard);
    scf::YieldOp::create(b, mlir::ValueRange{next});
  });
}

void emit_update(Builder& b, const ir::Graph& body, llvm::ArrayRef<Array> arrays, const Walk& walk) {
  const auto operands = body.operands_of(body.nodes[0]);  // one input may stand for several of them
  const Array update = arrays[operands[1]], result = arrays.back();
  if (update.type.size() == 0) return;
  llvm::SmallVector<Value> offsets;
  for (int axis = 0; axis < update.type.ndim(); ++axis) {
    const Array& scalar = arrays[operands[2 + axis]];
    const DType dtype = scalar.type.dtype();
    Value start = emit_convert(b, emit_load(b, scalar, {}, 1, {}), dtype, i64);
    const Value zero = constant_int(b, b.getI64Type(), 0);
    const Value most = constant_int(b, b.getI64Type(), result.type.shape()[axis] - update.type.shape()[axis]);
    if (dtype == u64) start = arith::SelectOp::create(b, arith::CmpIOp::create(b, arith::CmpIPredicate::slt, start, zero), most, start);
    start = arith::MinSIOp::create(b, arith::MaxSIOp::create(b, start, zero), most);
    offsets.push_back(arith::IndexCastOp::create(b, b.getIndexType(), start));
  }
  walk(update.type.shape(), -1, [&](llvm::ArrayRef<Index> point, std::int64_t width, Guard guard) {
    const Value value = splat(b, emit_load(b, update, point, width, guard), width);
    llvm::SmallVector<Index> at(point.begin(), point.end());
    for (std::size_t axis = 0; axis < at.size(); ++axis) at[axis].base = index_add(b, at[axis].base, offsets[axis]);
    emit_store(b, result, at, value, guard);
  });
}

}  // namespace espalier::codegen
