// Axes move up by one.
#include <limits>
#include <numeric>

#include "espalier/ir/batch/rules.h"

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

// Dims whose array of windows has the new axis in front; x and the index arrays have it too where they are batched.
WindowDims batched_dims(WindowDims d, bool x, bool indices) {
  d.offset_dims = up(d.offset_dims);
  if (x) d.collapsed_slice_dims = up(d.collapsed_slice_dims), d.start_index_map = up(d.start_index_map), d.operand_batching_dims = up(d.operand_batching_dims);
  if (indices) d.start_indices_batching_dims = up(d.start_indices_batching_dims);
  if (x && !indices) d.offset_dims = with_front(0, d.offset_dims);  // windows have it of x
  if (x && indices) d.operand_batching_dims = with_front(0, d.operand_batching_dims), d.start_indices_batching_dims = with_front(0, d.start_indices_batching_dims);
  return d;
}
bool any_batched(const BatchNode& n, std::size_t first) {
  for (std::size_t i = first; i < n.operands.size(); ++i)
    if (n.batched(i)) return true;
  return false;
}
// `before`, and behind it the operands from `first` on, all with the new axis or none.
std::vector<Expr> with_indices(const BatchNode& n, std::initializer_list<Expr> before, std::size_t first) {
  const bool batched = any_batched(n, first);
  std::vector<Expr> operands(before);
  for (std::size_t i = first; i < n.operands.size(); ++i) operands.push_back(batched ? n.spread(i) : n.x(i));
  return operands;
}

BatchedValue gather_rule(const BatchNode& n) {
  auto a = std::get<GatherAttrs>(n.attrs);
  const bool indices = any_batched(n, 1);
  static_cast<WindowDims&>(a) = batched_dims(a, n.batched(0), indices);
  if (n.batched(0)) a.slice_sizes = with_front(indices ? 1 : n.size, a.slice_sizes);
  return {apply(Op::gather, with_indices(n, {n.x(0)}, 1), a), true};
}
template <class A> BatchedValue scatter_rule(const BatchNode& n) {
  auto a = std::get<A>(n.attrs);
  static_cast<WindowDims&>(a) = batched_dims(a, true, any_batched(n, 2));
  return {apply(n.op, with_indices(n, {n.spread(0), n.spread(1)}, 2), a), true};
}

// A slice or an update at starts that differ by example: one window of each.
WindowDims window_of_each(int ndim, bool x_batched) {
  WindowDims d;
  for (int i = 0; i < ndim; ++i) d.offset_dims.push_back(i + 1), d.start_index_map.push_back(i + x_batched);
  if (x_batched) d.operand_batching_dims = d.start_indices_batching_dims = {0};
  return d;
}
BatchedValue windows_rule(const BatchNode& n, std::size_t first_start) {
  const int ndim = static_cast<int>(n.operands.size() - first_start);
  if (const auto* a = std::get_if<DynamicSliceAttrs>(&n.attrs)) {
    const Ints sizes = n.batched(0) ? with_front(1, a->sizes.extents()) : a->sizes.extents();
    return {ir::apply(Op::gather, with_indices(n, {n.x(0)}, first_start), GatherAttrs{window_of_each(ndim, n.batched(0)), sizes, Outside::clip}), true};
  }
  return {ir::apply(Op::scatter, with_indices(n, {n.spread(0), n.spread(1)}, first_start), ScatterAttrs{window_of_each(ndim, true), Outside::clip, true}), true};
}

BatchedValue pad_rule(const BatchNode& n) {
  const auto& a = std::get<PadAttrs>(n.attrs);
  const PadAttrs shifted{with_front(0, a.low), with_front(0, a.high), with_front(0, a.interior)};
  const Expr x = n.spread(0);
  if (!n.batched(1)) return {apply(Op::pad, {x, n.x(1)}, shifted), true};
  // A filler per example: pad with zeros, by their bits, since not every dtype that moves has numbers, and choose the filler where
  // the padding is.
  const std::vector<std::byte> zeros(byte_size(x.dtype()));
  const Expr zero{&n.b, n.b.add(Op::constant, {}, ConstantAttrs{literal(Type(x.dtype()), zeros.data())})};
  const Expr padded = apply(Op::pad, {x, zero}, shifted);
  const Expr ones = full(n.b, x.type().with(i32), 1), none = full(n.b, Type(i32), 0);
  const Expr inside = compare(apply(Op::pad, {ones, none}, shifted), Comparison::eq, 1);
  return {select(inside, padded, broadcast(n.x(1), padded.shape(), {0})), true};
}

BatchedValue dynamic_rule(const BatchNode& n, std::size_t first_start) {
  if (any_batched(n, first_start)) return windows_rule(n, first_start);
  std::vector<Expr> operands;
  for (std::size_t i = 0; i < first_start; ++i) operands.push_back(n.spread(i));
  const DType start = n.operands.size() > first_start ? n.x(first_start).dtype() : i32;
  operands.push_back(full(n.b, Type(start), 0));
  for (std::size_t i = first_start; i < n.operands.size(); ++i) operands.push_back(n.x(i));
  if (const auto* a = std::get_if<DynamicSliceAttrs>(&n.attrs)) return {ir::apply(n.op, operands, DynamicSliceAttrs{with_front(n.size, a->sizes)}), true};
  return {ir::apply(n.op, operands, Attrs{}), true};
}

}  // namespace

BatchedValue batch_movement(Movement op, const BatchNode& n) {
  switch (op) {
    case Movement::broadcast: {
      const auto& a = std::get<BroadcastAttrs>(n.attrs);
      return {broadcast(n.x(0), with_front(n.size, a.shape), with_front(0, up(a.dims))), true};
    }
    case Movement::reshape: return {reshape(n.x(0), with_front(n.size, std::get<ReshapeAttrs>(n.attrs).shape)), true};
    case Movement::transpose: return {transpose(n.x(0), with_front(0, up(std::get<TransposeAttrs>(n.attrs).permutation))), true};
    case Movement::slice: {
      const auto& a = std::get<SliceAttrs>(n.attrs);
      return {slice(n.x(0), with_front(0, a.start), with_front(n.size, a.limit), with_front(1, a.stride)), true};
    }
    case Movement::pad: return pad_rule(n);
    case Movement::concatenate: {
      std::vector<Expr> parts;
      for (std::size_t i = 0; i < n.operands.size(); ++i) parts.push_back(n.spread(i));
      return {apply(Op::concatenate, parts, ConcatenateAttrs{std::get<ConcatenateAttrs>(n.attrs).axis + 1}), true};
    }
    case Movement::reverse: return {reverse(n.x(0), up(std::get<ReverseAttrs>(n.attrs).axes)), true};
    case Movement::windows: {
      auto a = std::get<WindowsAttrs>(n.attrs);
      a.axes = up(a.axes);
      return {apply(op, {n.x(0)}, a), true};
    }
    case Movement::gather: return gather_rule(n);
    case Movement::scatter: return scatter_rule<ScatterAttrs>(n);
    case Movement::sort: {
      auto a = std::get<SortAttrs>(n.attrs);
      ++a.axis;
      return {apply(op, {n.spread(0), n.spread(1)}, a), true};
    }
    case Movement::dynamic_slice: return dynamic_rule(n, 1);
    case Movement::dynamic_update_slice: return dynamic_rule(n, 2);
  }
  __builtin_unreachable();
}

BatchedValue batch_reducing(Reducing op, const BatchNode& n) {
  switch (op) {
    case Reducing::reduce: {
      const auto& a = std::get<ReduceAttrs>(n.attrs);
      return {apply(op, {n.x(0)}, ReduceAttrs{a.kind, up(a.axes)}), true};
    }
    case Reducing::arg_reduce: {
      auto a = std::get<ArgReduceAttrs>(n.attrs);
      ++a.axis;
      return {apply(op, {n.x(0)}, a), true};
    }
    case Reducing::cumulative: {
      auto a = std::get<CumulativeAttrs>(n.attrs);
      ++a.axis;
      return {apply(op, {n.x(0)}, a), true};
    }
    case Reducing::overlap_add: {
      auto a = std::get<OverlapAddAttrs>(n.attrs);
      a.axes = up(a.axes);
      a.shape = with_front(n.size, a.shape);
      return {apply(op, {n.x(0)}, a), true};
    }
    case Reducing::scatter_reduce: return scatter_rule<ScatterReduceAttrs>(n);
  }
  __builtin_unreachable();
}

namespace {

// One batched operand makes the new axis a free one, both make it a batch axis; where it lands elsewhere than in front
// it is moved there.
template <class A> BatchedValue product_rule(const BatchNode& n) {
  A a = std::get<A>(n.attrs);
  const bool left = n.batched(0), right = n.batched(1);
  if constexpr (std::is_same_v<A, ConvAttrs>) {
    if (left) a.lhs_spatial = up(a.lhs_spatial);
    if (right) a.rhs_spatial = up(a.rhs_spatial);
  }
  if (left) a.lhs_batch = up(a.lhs_batch), a.lhs_contract = up(a.lhs_contract);
  if (right) a.rhs_batch = up(a.rhs_batch), a.rhs_contract = up(a.rhs_contract);
  if (left && right) {
    a.lhs_batch = with_front(0, a.lhs_batch);
    a.rhs_batch = with_front(0, a.rhs_batch);
    return {ir::apply(n.op, {n.x(0), n.x(1)}, a), true};
  }
  const Expr z = ir::apply(n.op, {n.x(0), n.x(1)}, a);
  const auto n_batch = static_cast<std::int64_t>(a.lhs_batch.size());
  const std::int64_t lhs_free = n.x(0).ndim() - n_batch - static_cast<std::int64_t>(a.lhs_contract.size());
  const std::int64_t at = left ? n_batch : n_batch + lhs_free;
  if (at == 0) return {z, true};
  Ints order{at};
  for (std::int64_t i = 0; i < z.ndim(); ++i)
    if (i != at) order.push_back(i);
  return {transpose(z, order), true};
}

}  // namespace

BatchedValue batch_contraction(Contraction op, const BatchNode& n) {
  switch (op) {
    case Contraction::dot: return product_rule<DotAttrs>(n);
    case Contraction::conv: return product_rule<ConvAttrs>(n);
  }
  __builtin_unreachable();
}

}  // namespace espalier::ir
