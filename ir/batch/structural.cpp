// Axes move up by one.
#include <numeric>

#include "espalier/ir/batch/rules.h"
#include "espalier/ir/error.h"

namespace espalier::ir {
namespace {

Ints up(Ints axes) {
  for (auto& axis : axes) ++axis;
  return axes;
}
Ints with_front(std::int64_t front, Ints list) {
  list.insert(list.begin(), front);
  return list;
}
Shape with_front(std::int64_t front, const Shape& shape) { return Shape(with_front(front, shape.extents())); }

Type without_front(Type type) { return type.with(Shape(std::vector<std::int64_t>(type.shape().begin() + 1, type.shape().end()))); }

// A slice or an update at starts that differ by example: a loop over the examples. What is the same for all is captured.
Lane one_by_one(const BatchNode& n) {
  Builder body;
  ScanAttrs scan{nullptr, 0, 0, n.size, false};
  std::vector<Value> args(n.operands.size()), operands;
  for (std::size_t i = 0; i < n.operands.size(); ++i) {
    if (n.batched(i)) continue;
    args[i] = body.input(n.x(i).type());
    operands.push_back(n.x(i).value);
    ++scan.consts;
  }
  for (std::size_t i = 0; i < n.operands.size(); ++i) {
    if (!n.batched(i)) continue;
    args[i] = body.input(without_front(n.x(i).type()));
    operands.push_back(n.x(i).value);
  }
  const Value out = body.add(n.op, args, n.attrs);
  scan.body = std::make_shared<const Graph>(body.finish({&out, 1}));
  return {{&n.b, n.b.add(Op::scan, operands, std::move(scan))}, true};
}

Lane pad_rule(const BatchNode& n) {
  const auto& a = std::get<PadAttrs>(n.attrs);
  const PadAttrs shifted{with_front(0, a.low), with_front(0, a.high), with_front(0, a.interior)};
  const Expr x = n.spread(0);
  if (!n.batched(1)) return {apply(Op::pad, {x, n.x(1)}, shifted), true};
  // A filler per example: pad with zeros, and choose the filler where the padding is.
  const Expr zero = full(n.b, Type(x.dtype()), 0);
  const Expr padded = apply(Op::pad, {x, zero}, shifted);
  const Expr ones = full(n.b, x.type().with(i32), 1), none = full(n.b, Type(i32), 0);
  const Expr inside = compare(apply(Op::pad, {ones, none}, shifted), Comparison::eq, 1);
  return {select(inside, padded, broadcast(n.x(1), padded.shape(), {0})), true};
}

}  // namespace

std::vector<Lane> batch_structural(const BatchNode& n) {
  auto one = [&](Expr e) { return std::vector<Lane>{{e, true}}; };
  switch (n.op) {
    case Op::broadcast: {
      const auto& a = std::get<BroadcastAttrs>(n.attrs);
      return one(broadcast(n.x(0), with_front(n.size, a.shape), with_front(0, up(a.dims))));
    }
    case Op::reshape: return one(reshape(n.x(0), with_front(n.size, std::get<ReshapeAttrs>(n.attrs).shape)));
    case Op::transpose: return one(transpose(n.x(0), with_front(0, up(std::get<TransposeAttrs>(n.attrs).permutation))));
    case Op::slice: {
      const auto& a = std::get<SliceAttrs>(n.attrs);
      return one(slice(n.x(0), with_front(0, a.start), with_front(n.size, a.limit), with_front(1, a.stride)));
    }
    case Op::pad: return {pad_rule(n)};
    case Op::concatenate: {
      std::vector<Expr> parts;
      for (std::size_t i = 0; i < n.operands.size(); ++i) parts.push_back(n.spread(i));
      return one(apply(Op::concatenate, parts, ConcatenateAttrs{std::get<ConcatenateAttrs>(n.attrs).axis + 1}));
    }
    case Op::reverse: return one(reverse(n.x(0), up(std::get<ReverseAttrs>(n.attrs).axes)));
    case Op::dynamic_slice:
    case Op::dynamic_update_slice: {
      const std::size_t first_start = n.op == Op::dynamic_slice ? 1 : 2;
      for (std::size_t i = first_start; i < n.operands.size(); ++i) if (n.batched(i)) return {one_by_one(n)};
      std::vector<Expr> operands;
      for (std::size_t i = 0; i < first_start; ++i) operands.push_back(n.spread(i));
      const DType start = n.operands.size() > first_start ? n.x(first_start).dtype() : i32;
      operands.push_back(full(n.b, Type(start), 0));
      for (std::size_t i = first_start; i < n.operands.size(); ++i) operands.push_back(n.x(i));
      if (n.op == Op::dynamic_update_slice) return one(ir::apply(n.op, operands, Attrs{}));
      return one(apply(n.op, operands, DynamicSliceAttrs{with_front(n.size, std::get<DynamicSliceAttrs>(n.attrs).sizes)}));
    }
    case Op::reduce: {
      const auto& a = std::get<ReduceAttrs>(n.attrs);
      return one(apply(Op::reduce, {n.x(0)}, ReduceAttrs{a.kind, up(a.axes)}));
    }
    case Op::arg_reduce: {
      auto a = std::get<ArgReduceAttrs>(n.attrs);
      ++a.axis;
      return one(apply(Op::arg_reduce, {n.x(0)}, a));
    }
    case Op::cumulative: {
      auto a = std::get<CumulativeAttrs>(n.attrs);
      ++a.axis;
      return one(apply(Op::cumulative, {n.x(0)}, a));
    }
    case Op::neg: case Op::abs: case Op::sign: case Op::floor: case Op::ceil: case Op::round_even:
    case Op::round_away: case Op::exp: case Op::exp2: case Op::expm1: case Op::log: case Op::log1p: case Op::sqrt:
    case Op::rsqrt: case Op::cbrt: case Op::sin: case Op::cos: case Op::tan: case Op::asin: case Op::acos:
    case Op::atan: case Op::sinh: case Op::cosh: case Op::tanh: case Op::asinh: case Op::acosh: case Op::atanh:
    case Op::logistic: case Op::erf: case Op::erfc: case Op::erf_inv: case Op::lgamma: case Op::digamma:
    case Op::is_finite: case Op::not_: case Op::popcount: case Op::clz: case Op::convert: case Op::bitcast:
    case Op::add: case Op::sub: case Op::mul: case Op::div: case Op::rem: case Op::pow: case Op::max: case Op::min:
    case Op::atan2: case Op::nextafter: case Op::polygamma: case Op::and_: case Op::or_: case Op::xor_:
    case Op::shift_left: case Op::shift_right_arithmetic: case Op::shift_right_logical: case Op::compare:
    case Op::select: case Op::clamp: case Op::constant: case Op::iota: case Op::dot: case Op::threefry2x32:
    case Op::call: case Op::cond: case Op::scan: break;
  }
  throw ArgumentError(std::string(name(n.op)), "is not structural");
}

// One batched operand makes the new axis a free one, both make it a batch axis; where it lands elsewhere than in front
// it is moved there.
Lane batch_dot(const BatchNode& n) {
  DotAttrs a = std::get<DotAttrs>(n.attrs);
  const bool left = n.batched(0), right = n.batched(1);
  if (left) a.lhs_batch = up(a.lhs_batch), a.lhs_contract = up(a.lhs_contract);
  if (right) a.rhs_batch = up(a.rhs_batch), a.rhs_contract = up(a.rhs_contract);
  if (left && right) {
    a.lhs_batch = with_front(0, a.lhs_batch);
    a.rhs_batch = with_front(0, a.rhs_batch);
    return {dot(n.x(0), n.x(1), a), true};
  }
  const Expr z = dot(n.x(0), n.x(1), a);
  const auto n_batch = static_cast<std::int64_t>(a.lhs_batch.size());
  const std::int64_t lhs_free = n.x(0).ndim() - n_batch - static_cast<std::int64_t>(a.lhs_contract.size());
  const std::int64_t at = left ? n_batch : n_batch + lhs_free;
  if (at == 0) return {z, true};
  Ints order{at};
  for (std::int64_t i = 0; i < z.ndim(); ++i) if (i != at) order.push_back(i);
  return {transpose(z, order), true};
}

}  // namespace espalier::ir
