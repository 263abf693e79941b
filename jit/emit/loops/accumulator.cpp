#include "espalier/jit/emit/loops/accumulator.h"

#include "espalier/jit/emit/values/elementwise.h"
#include "espalier/jit/emit/values/location.h"

namespace espalier::codegen {

using namespace ir;
namespace arith = mlir::arith;
using MValue = mlir::Value;

namespace {

mlir::Type bits_type(MValue x) {
  auto integer = mlir::IntegerType::get(x.getContext(), element_of(x.getType()).getIntOrFloatBitWidth());
  auto vector = mlir::dyn_cast<mlir::VectorType>(x.getType());
  return vector ? mlir::Type(vector.clone(integer)) : integer;
}
MValue bits_of(CodeBuilder& b, MValue x) { return arith::BitcastOp::create(b, bits_type(x), x); }

}  // namespace

// The further of the two, NaN if either is: x86's own max and min give their second operand where one is NaN, so `most` keeps
// its NaN, and ones in all bits, which are a NaN, are set where x is one.
MValue Accumulator::further(CodeBuilder& b, MValue x, MValue most) const {
  const auto side = kind() == Reduction::max ? arith::CmpFPredicate::OGT : arith::CmpFPredicate::OLT;
  const MValue number = arith::SelectOp::create(b, arith::CmpFOp::create(b, side, x, most), x, most);
  const MValue x_nan = arith::CmpFOp::create(b, arith::CmpFPredicate::UNO, x, x);
  const MValue bits = arith::SelectOp::create(b, x_nan, constant_int(b, bits_type(x), -1), bits_of(b, number));
  return arith::BitcastOp::create(b, x.getType(), bits);
}

void Accumulator::start(CodeBuilder& b, std::int64_t width, llvm::SmallVectorImpl<MValue>& carried) const {
  const AtLocation here(b, *node_);
  if (!is_arg()) {
    carried.push_back(splat(b, reduction_identity(b, kind(), dtype()), width));
    if (has_signs_) carried.push_back(constant_int(b, bits_type(carried.back()), of_signs() == Reduction::and_ ? -1 : 0));
    return;
  }
  // No element has been seen yet: the index is -1, and the first one seen wins whatever it is.
  const mlir::Type type = register_type(b.getContext(), dtype());
  const MValue any = mlir::isa<mlir::FloatType>(type) ? constant_float(b, type, 0) : constant_int(b, type, 0);
  carried.push_back(splat(b, any, width));
  carried.push_back(splat(b, constant_int(b, b.getI64Type(), -1), width));
}

void Accumulator::take(CodeBuilder& b, llvm::MutableArrayRef<MValue> carried, MValue x, MValue at, MValue inside) const {
  const AtLocation here(b, *node_);
  const std::int64_t width = lanes(carried[0]);
  if (!is_arg()) {
    const bool masked = inside && lanes(carried[0]) == lanes(inside);
    auto replace = [&](MValue& now, MValue next) { now = masked ? MValue(arith::SelectOp::create(b, inside, next, now)) : next; };
    if (has_signs_) replace(carried[1], emit_combine(b, of_signs(), this->carried(1), carried[1], bits_of(b, x)));
    replace(carried[0], has_signs_ ? further(b, x, carried[0]) : emit_combine(b, kind(), dtype(), carried[0], x));
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
MValue Accumulator::beats(CodeBuilder& b, MValue x, MValue best) const {
  const auto direction = graph_->attrs_as<ArgReduceAttrs>(*node_).kind == ArgReduction::max ? Comparison::gt : Comparison::lt;
  const Attrs attrs = CompareAttrs{direction};
  MValue wins = emit_elementwise(b, Op::compare, attrs, dtype(), {x, best});
  if (!is_floating(dtype())) return wins;
  const MValue x_nan = arith::CmpFOp::create(b, arith::CmpFPredicate::UNO, x, x);
  const MValue best_number = arith::CmpFOp::create(b, arith::CmpFPredicate::ORD, best, best);
  return arith::OrIOp::create(b, wins, arith::AndIOp::create(b, x_nan, best_number));
}

void Accumulator::join(CodeBuilder& b, llvm::MutableArrayRef<MValue> carried, llvm::ArrayRef<MValue> other) const {
  const AtLocation here(b, *node_);
  if (!is_arg()) {
    carried[0] = has_signs_ ? further(b, other[0], carried[0]) : emit_combine(b, kind(), dtype(), carried[0], other[0]);
    if (has_signs_) carried[1] = emit_combine(b, of_signs(), this->carried(1), carried[1], other[1]);
    return;
  }
  const MValue best = carried[0], at = carried[1], x = other[0], x_at = other[1];
  const MValue beyond = beats(b, x, best), below = beats(b, best, x);
  const MValue tie = arith::XOrIOp::create(b, arith::OrIOp::create(b, beyond, below), constant_int(b, beyond.getType(), -1));
  const MValue earlier = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, x_at, at);
  const MValue seen = arith::CmpIOp::create(b, arith::CmpIPredicate::sge, x_at, constant_int(b, x_at.getType(), 0));
  const MValue unseen = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, at, constant_int(b, at.getType(), 0));
  MValue wins = arith::OrIOp::create(b, beyond, arith::AndIOp::create(b, tie, earlier));
  wins = arith::AndIOp::create(b, arith::OrIOp::create(b, wins, unseen), seen);
  carried[0] = arith::SelectOp::create(b, wins, x, best);
  carried[1] = arith::SelectOp::create(b, wins, x_at, at);
}

void Accumulator::join_lanes(CodeBuilder& b, llvm::MutableArrayRef<MValue> carried) const {
  const AtLocation here(b, *node_);
  const std::int64_t width = lanes(carried[0]);
  if (width == 1) return;
  if (!is_arg()) {
    if (!has_signs_) {
      carried[0] = emit_horizontal(b, kind(), dtype(), carried[0]);
      return;
    }
    while (lanes(carried[0]) > 1) {
      const auto [low, high] = emit_halves(b, carried[0]);
      const auto [low_signs, high_signs] = emit_halves(b, carried[1]);
      carried[0] = low, carried[1] = low_signs;
      join(b, carried, {high, high_signs});
    }
    return;
  }
  auto lane = [&](MValue all, std::int64_t i) -> MValue { return mlir::vector::ExtractOp::create(b, all, i); };
  const MValue all = carried[0], all_at = carried[1];
  carried[0] = lane(all, 0);
  carried[1] = lane(all_at, 0);
  for (std::int64_t i = 1; i < width; ++i) join(b, carried, {lane(all, i), lane(all_at, i)});  // lanes hold interleaved elements
}

MValue Accumulator::finish(CodeBuilder& b, llvm::ArrayRef<MValue> carried) const {
  const AtLocation here(b, *node_);
  if (is_arg()) return emit_convert(b, carried[1], i64, graph_->attrs_as<ArgReduceAttrs>(*node_).index);
  if (!has_signs_) return carried[0];
  const MValue zero = constant_float(b, carried[0].getType(), 0);
  const MValue signed_zero = mlir::math::CopySignOp::create(b, zero, arith::BitcastOp::create(b, zero.getType(), carried[1]));
  return arith::SelectOp::create(b, arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, carried[0], zero), signed_zero, carried[0]);
}

}  // namespace espalier::codegen
