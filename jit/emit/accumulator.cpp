#include "espalier/jit/emit/accumulator.h"

#include "espalier/jit/emit/elementwise.h"

namespace espalier::codegen {

using namespace ir;
namespace arith = mlir::arith;
using MValue = mlir::Value;

void Accumulator::start(Builder& b, std::int64_t width, llvm::SmallVectorImpl<MValue>& carried) const {
  if (!is_arg()) {
    carried.push_back(splat(b, reduction_identity(b, kind(), dtype()), width));
    return;
  }
  // No element has been seen yet: the index is -1, and the first one seen wins whatever it is.
  const mlir::Type type = register_type(b.getContext(), dtype());
  const MValue any = mlir::isa<mlir::FloatType>(type) ? constant_float(b, type, 0) : constant_int(b, type, 0);
  carried.push_back(splat(b, any, width));
  carried.push_back(splat(b, constant_int(b, b.getI64Type(), -1), width));
}

void Accumulator::take(Builder& b, llvm::MutableArrayRef<MValue> carried, MValue x, MValue at, MValue inside) const {
  const std::int64_t width = lanes(carried[0]);
  if (!is_arg()) {
    const MValue next = emit_combine(b, kind(), dtype(), carried[0], x);
    const bool masked = inside && lanes(next) == lanes(inside);
    carried[0] = masked ? MValue(arith::SelectOp::create(b, inside, next, carried[0])) : next;
    return;
  }
  MValue wins = beats(b, x, carried[0]);
  const MValue none = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, carried[1], constant_int(b, at.getType(), 0));
  wins = arith::OrIOp::create(b, wins, none);
  if (inside) wins = arith::AndIOp::create(b, wins, splat(b, inside, width));
  carried[0] = arith::SelectOp::create(b, wins, x, carried[0]);
  carried[1] = arith::SelectOp::create(b, wins, at, carried[1]);
}

// Whether x takes the place of the extremum so far: strictly beyond it, or the first NaN.
MValue Accumulator::beats(Builder& b, MValue x, MValue best) const {
  const auto direction = graph_->attrs_as<ArgReduceAttrs>(*node_).kind == ArgReduction::max ? Comparison::gt : Comparison::lt;
  const Attrs attrs = CompareAttrs{direction};
  MValue wins = emit_elementwise(b, Op::compare, attrs, dtype(), {x, best});
  if (!is_floating(dtype())) return wins;
  const MValue x_nan = arith::CmpFOp::create(b, arith::CmpFPredicate::UNO, x, x);
  const MValue best_number = arith::CmpFOp::create(b, arith::CmpFPredicate::ORD, best, best);
  return arith::OrIOp::create(b, wins, arith::AndIOp::create(b, x_nan, best_number));
}

void Accumulator::join(Builder& b, llvm::MutableArrayRef<MValue> carried, llvm::ArrayRef<MValue> other) const {
  if (!is_arg()) {
    carried[0] = emit_combine(b, kind(), dtype(), carried[0], other[0]);
    return;
  }
  const MValue best = carried[0], at = carried[1], x = other[0], x_at = other[1];
  const MValue beyond = beats(b, x, best), below = beats(b, best, x);
  const MValue tie = arith::XOrIOp::create(b, arith::OrIOp::create(b, beyond, below), constant_int(b, b.getI1Type(), -1));
  const MValue earlier = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, x_at, at);
  const MValue seen = arith::CmpIOp::create(b, arith::CmpIPredicate::sge, x_at, constant_int(b, b.getI64Type(), 0));
  const MValue unseen = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, at, constant_int(b, b.getI64Type(), 0));
  MValue wins = arith::OrIOp::create(b, beyond, arith::AndIOp::create(b, tie, earlier));
  wins = arith::AndIOp::create(b, arith::OrIOp::create(b, wins, unseen), seen);
  carried[0] = arith::SelectOp::create(b, wins, x, best);
  carried[1] = arith::SelectOp::create(b, wins, x_at, at);
}

void Accumulator::join_lanes(Builder& b, llvm::MutableArrayRef<MValue> carried) const {
  const std::int64_t width = lanes(carried[0]);
  if (width == 1) return;
  if (!is_arg()) {
    carried[0] = emit_horizontal(b, kind(), dtype(), carried[0]);
    return;
  }
  auto lane = [&](MValue all, std::int64_t i) -> MValue { return mlir::vector::ExtractOp::create(b, all, i); };
  const MValue all = carried[0], all_at = carried[1];
  carried[0] = lane(all, 0);
  carried[1] = lane(all_at, 0);
  for (std::int64_t i = 1; i < width; ++i) join(b, carried, {lane(all, i), lane(all_at, i)});  // lanes hold interleaved elements
}

MValue Accumulator::finish(Builder& b, llvm::ArrayRef<MValue> carried) const {
  return is_arg() ? emit_convert(b, carried[1], i64, graph_->attrs_as<ArgReduceAttrs>(*node_).index) : carried[0];
}

}  // namespace espalier::codegen
