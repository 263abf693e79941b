// Identities of reductions, cumulations and contractions. None changes the order in which different floating-point
// numbers add; n equal ones are n * x, which is their exact sum rounded once, and what the evaluator gives.
#include <algorithm>
#include <cstdint>

#include "espalier/ir/simplify/rules.h"

namespace espalier::ir {
namespace {

using Maybe = std::optional<Value>;

// Whether the elements may be reduced in any order and grouping, to the same bits (which of two zeros max and min give
// is not specified).
bool reorders(Reduction kind, DType t) {
  switch (kind) {
    case Reduction::sum:
    case Reduction::prod: return is_integer(t);
    case Reduction::max:
    case Reduction::min:
    case Reduction::and_:
    case Reduction::or_:
    case Reduction::xor_: return true;
  }
  return false;
}
// The sum of `times` equal numbers. A factor that f32 does not hold is applied in f64.
Maybe times_equal(Rewriter& rw, Value x, std::int64_t times) {
  const Type type = rw.type(x);
  if (is_integer(type.dtype())) return rw.emit(Op::mul, {x, rw.repeat(rw.constant(scalar_literal(type.dtype(), times)), type.shape())});
  const auto factor = static_cast<double>(times);
  if (type.dtype() == f64 || (type.dtype() == f32 && static_cast<double>(static_cast<float>(factor)) == factor)) {
    return rw.emit(Op::mul, {x, rw.full(type, factor)});
  }
  if (type.dtype() != f32) return std::nullopt;
  const Value wide = rw.emit(Op::convert, {x}, ConvertAttrs{f64});
  return rw.emit(Op::convert, {rw.emit(Op::mul, {wide, rw.full(type.with(f64), factor)})}, ConvertAttrs{f32});
}

// The product of `times` equal numbers, by squaring: exact for integers; a float's error grows with `times`, as that of
// any product of so many factors does.
Maybe power_of_equal(Rewriter& rw, Value x, std::int64_t times) {
  const Type type = rw.type(x);
  if (!is_integer(type.dtype()) && type.dtype() != f32 && type.dtype() != f64) return std::nullopt;
  const bool narrow = type.dtype() == f32;
  Value square = narrow ? rw.emit(Op::convert, {x}, ConvertAttrs{f64}) : x, power = no_value;
  for (;; square = rw.emit(Op::mul, {square, square})) {
    if (times & 1) power = power == no_value ? square : rw.emit(Op::mul, {power, square});
    if ((times >>= 1) == 0) break;
  }
  return narrow ? rw.emit(Op::convert, {power}, ConvertAttrs{f32}) : power;
}

// What reducing `times` elements gives that are all `x`.
Maybe reduced_equal(Rewriter& rw, Reduction kind, Value x, std::int64_t times) {
  if (times == 1) return x;
  switch (kind) {
    case Reduction::max:
    case Reduction::min:
    case Reduction::and_:
    case Reduction::or_: return x;
    case Reduction::xor_: return times % 2 == 1 ? x : rw.full(rw.type(x), 0);
    case Reduction::sum: return times_equal(rw, x, times);
    case Reduction::prod: return power_of_equal(rw, x, times);
  }
  return std::nullopt;
}

// reduce(reduce(x, inner), outer) over both sets of axes at once.
Ints merged_axes(const Ints& inner, const Ints& outer, int ndim) {
  Ints kept, all = inner;
  for (int i = 0; i < ndim; ++i) {
    if (std::find(inner.begin(), inner.end(), i) == inner.end()) kept.push_back(i);
  }
  for (auto axis : outer) all.push_back(kept[axis]);
  std::sort(all.begin(), all.end());
  return all;
}

// Reduction of a broadcast: what repeats is reduced once. Of repeated axes that are reduced only the number of their
// elements counts; those that stay are repeated afterwards.
Maybe reduce_of_broadcast(Rewriter& rw, Value x, const ReduceAttrs& a) {
  const auto b = rw.attrs<BroadcastAttrs>(x);
  const Value inner = rw.operand(x, 0);
  const Shape from = rw.type(inner).shape();
  Ints extents, dims;
  std::int64_t times = 1;
  ReduceAttrs rest{a.kind, {}};
  Ints place(b.shape.ndim(), -1);
  for (std::size_t i = 0; i < b.dims.size(); ++i) place[b.dims[i]] = static_cast<std::int64_t>(i);
  for (int i = 0; i < b.shape.ndim(); ++i) {
    if (b.shape[i] == 0) return std::nullopt;
    if (std::find(a.axes.begin(), a.axes.end(), i) != a.axes.end()) {
      if (place[i] >= 0) rest.axes.push_back(place[i]);
      if (place[i] < 0 || from[static_cast<int>(place[i])] == 1) times *= b.shape[i];
    } else {
      if (place[i] >= 0) dims.push_back(static_cast<std::int64_t>(extents.size()));
      extents.push_back(b.shape[i]);
    }
  }
  const auto value = reduced_equal(rw, a.kind, rw.emit(Op::reduce, {inner}, rest), times);
  if (!value) return std::nullopt;
  return rw.emit(Op::broadcast, {*value}, BroadcastAttrs{Shape(extents), dims});
}

// The first extremum along an axis that only repeats is its first element; along another it is where the operand has it.
Maybe arg_reduce_of_broadcast(Rewriter& rw, Value x, const ArgReduceAttrs& a, Type type) {
  const auto b = rw.attrs<BroadcastAttrs>(x);
  const Value inner = rw.operand(x, 0);
  const auto at = std::find(b.dims.begin(), b.dims.end(), a.axis);
  const auto axis = static_cast<int>(at - b.dims.begin());
  if (at == b.dims.end() || rw.type(inner).shape()[axis] == 1) return rw.full(type, 0);
  Ints dims;
  for (auto d : b.dims) {
    if (d != a.axis) dims.push_back(d < a.axis ? d : d - 1);
  }
  return rw.emit(Op::broadcast, {rw.emit(Op::arg_reduce, {inner}, ArgReduceAttrs{a.kind, axis, a.index})}, BroadcastAttrs{type.shape(), dims});
}

Maybe simplify_reduce(Rewriter& rw, Value x, const ReduceAttrs& a, Type type) {
  const Shape& shape = rw.type(x).shape();
  if (a.axes.empty()) return x;
  Ints wide;  // the axes that hold more than one element
  for (auto axis : a.axes) {
    if (shape[static_cast<int>(axis)] != 1) wide.push_back(axis);
  }
  if (a.kind == Reduction::sum && shape.size() == 0) return rw.full(type, 0);
  if (wide.empty()) return rw.reshape(x, type.shape());
  if (rw.is(x, Op::broadcast)) {
    if (const auto value = reduce_of_broadcast(rw, x, a)) return value;
  }
  if (wide.size() != a.axes.size()) {
    Ints extents, axes;
    for (int i = 0; i < shape.ndim(); ++i) {
      const bool reduced = std::find(a.axes.begin(), a.axes.end(), i) != a.axes.end();
      if (reduced && shape[i] == 1) continue;
      if (reduced) axes.push_back(static_cast<std::int64_t>(extents.size()));
      extents.push_back(shape[i]);
    }
    return rw.emit(Op::reduce, {rw.reshape(x, Shape(extents))}, ReduceAttrs{a.kind, axes});
  }
  if (rw.is(x, Op::reduce) && reorders(a.kind, type.dtype())) {
    const auto inner = rw.attrs<ReduceAttrs>(x);
    const Value source = rw.operand(x, 0);
    if (inner.kind == a.kind) {
      return rw.emit(Op::reduce, {source}, ReduceAttrs{a.kind, merged_axes(inner.axes, a.axes, rw.type(source).ndim())});
    }
  }
  return std::nullopt;
}

// The operand of a dot without its transpose, and the axes it then has; nothing if its free axes would change order.
struct Side {
  Value value;
  Ints batch, contract;
};
std::optional<Side> untransposed(const Rewriter& rw, Value x, const Ints& batch, const Ints& contract) {
  if (!rw.is(x, Op::transpose)) return std::nullopt;
  const auto permutation = rw.attrs<TransposeAttrs>(x).permutation;
  Side side{rw.operand(x, 0), {}, {}};
  for (auto axis : batch) side.batch.push_back(permutation[axis]);
  for (auto axis : contract) side.contract.push_back(permutation[axis]);
  Ints free;
  for (std::size_t i = 0; i < permutation.size(); ++i) {
    const auto axis = static_cast<std::int64_t>(i);
    const bool used = std::find(batch.begin(), batch.end(), axis) != batch.end() ||
                      std::find(contract.begin(), contract.end(), axis) != contract.end();
    if (!used) free.push_back(permutation[i]);
  }
  if (!std::is_sorted(free.begin(), free.end())) return std::nullopt;
  return side;
}

Ints without_axis(const Ints& axes, std::int64_t gone) {
  Ints rest;
  for (auto axis : axes) {
    if (axis != gone) rest.push_back(axis - (axis > gone));
  }
  return rest;
}

// A dot one of whose operands is only repeated along a batch axis: there the axis goes, and in the other it is a free one.
Maybe repeated_operand(Rewriter& rw, Value x, Value y, const DotAttrs& a, bool left) {
  const Value repeated = left ? x : y, other = left ? y : x;
  if (!rw.is(repeated, Op::broadcast)) return std::nullopt;
  const auto b = rw.attrs<BroadcastAttrs>(repeated);
  const Ints &own = left ? a.lhs_batch : a.rhs_batch, &its = left ? a.rhs_batch : a.lhs_batch, &its_contract = left ? a.rhs_contract : a.lhs_contract;
  const auto k = std::find_if(own.begin(), own.end(), [&](auto axis) { return std::find(b.dims.begin(), b.dims.end(), axis) == b.dims.end(); }) - own.begin();
  if (k == static_cast<std::ptrdiff_t>(own.size())) return std::nullopt;
  const std::int64_t gone = own[k], free = its[k];
  Ints extents = b.shape.extents();
  extents.erase(extents.begin() + gone);
  const Value single = rw.emit(Op::broadcast, {rw.operand(repeated, 0)}, BroadcastAttrs{Shape(extents), without_axis(b.dims, gone)});
  DotAttrs d = a;
  auto& own_batch = left ? d.lhs_batch : d.rhs_batch;
  auto& own_contract = left ? d.lhs_contract : d.rhs_contract;
  own_batch = without_axis(own, gone);
  own_contract = without_axis(own_contract, gone);
  auto& its_batch = left ? d.rhs_batch : d.lhs_batch;
  its_batch.erase(its_batch.begin() + k);
  // Where the axis stands among the free ones of the new result, from which it goes back to its place.
  const auto n_batch = static_cast<std::int64_t>(its_batch.size());
  std::int64_t at = n_batch;
  if (left) at += static_cast<std::int64_t>(extents.size() - own_batch.size() - own_contract.size());
  for (std::int64_t axis = 0; axis < free; ++axis) {
    at += std::find(its.begin(), its.end(), axis) == its.end() && std::find(its_contract.begin(), its_contract.end(), axis) == its_contract.end();
  }
  const Value product = left ? rw.emit(Op::dot, {single, other}, d) : rw.emit(Op::dot, {other, single}, d);
  Ints order;
  for (std::int64_t axis = 0; axis < rw.type(product).ndim(); ++axis) {
    if (axis != at) order.push_back(axis);
  }
  order.insert(order.begin() + k, at);
  return rw.emit(Op::transpose, {product}, TransposeAttrs{order});
}

Maybe simplify_dot(Rewriter& rw, Value x, Value y, const DotAttrs& a) {
  for (const bool left : {false, true}) {
    if (const auto value = repeated_operand(rw, x, y, a, left)) return value;
  }
  const auto l = untransposed(rw, x, a.lhs_batch, a.lhs_contract);
  const auto r = untransposed(rw, y, a.rhs_batch, a.rhs_contract);
  if (!l && !r) return std::nullopt;
  DotAttrs d = a;
  if (l) {
    d.lhs_batch = l->batch;
    d.lhs_contract = l->contract;
  }
  if (r) {
    d.rhs_batch = r->batch;
    d.rhs_contract = r->contract;
  }
  return rw.emit(Op::dot, {l ? l->value : x, r ? r->value : y}, d);
}

}  // namespace

std::optional<Value> simplify_reducing(Rewriter& rw, Reducing op, const Application& a) {
  switch (op) {
    case Reducing::reduce: return simplify_reduce(rw, a.in[0], a.as<ReduceAttrs>(), a.type);
    case Reducing::arg_reduce: {
      const auto& arg = a.as<ArgReduceAttrs>();
      if (rw.type(a.in[0]).shape()[arg.axis] == 1) return rw.full(a.type, 0);
      return rw.is(a.in[0], Op::broadcast) ? arg_reduce_of_broadcast(rw, a.in[0], arg, a.type) : std::nullopt;
    }
    case Reducing::cumulative: return a.type.shape()[a.as<CumulativeAttrs>().axis] == 1 ? Maybe(a.in[0]) : std::nullopt;
    case Reducing::overlap_add: return std::nullopt;
    case Reducing::scatter_reduce: return rw.type(a.in[1]).size() == 0 ? Maybe(a.in[0]) : std::nullopt;
  }
  __builtin_unreachable();
}

std::optional<Value> simplify_contraction(Rewriter& rw, Contraction op, const Application& a) {
  switch (op) {
    case Contraction::dot: return simplify_dot(rw, a.in[0], a.in[1], a.as<DotAttrs>());
    case Contraction::conv: return std::nullopt;
  }
  __builtin_unreachable();
}

}  // namespace espalier::ir
