// Axes move up by one.
#include <limits>
#include <numeric>

#include "espalier/ir/batch/rules.h"

namespace espalier::ir {
namespace {

using none = std::monostate;  // the word of ops.def

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

BatchedValue batch_gather(GatherAttrs a, const BatchNode& n) {
  const bool indices = any_batched(n, 1);
  static_cast<WindowDims&>(a) = batched_dims(a, n.batched(0), indices);
  if (n.batched(0)) a.slice_sizes = with_front(indices ? 1 : n.size, a.slice_sizes);
  return {apply(Op::gather, with_indices(n, {n.x(0)}, 1), a), true};
}
template <class A> BatchedValue written(A a, const BatchNode& n) {
  static_cast<WindowDims&>(a) = batched_dims(a, true, any_batched(n, 2));
  return {apply(n.op, with_indices(n, {n.spread(0), n.spread(1)}, 2), a), true};
}
BatchedValue batch_scatter(const ScatterAttrs& a, const BatchNode& n) { return written(a, n); }
BatchedValue batch_scatter_reduce(const ScatterReduceAttrs& a, const BatchNode& n) { return written(a, n); }

// A slice or an update at starts that differ by example: one window of each.
WindowDims window_of_each(int ndim, bool x_batched) {
  WindowDims d;
  for (int i = 0; i < ndim; ++i) d.offset_dims.push_back(i + 1), d.start_index_map.push_back(i + x_batched);
  if (x_batched) d.operand_batching_dims = d.start_indices_batching_dims = {0};
  return d;
}
BatchedValue batch_pad(const PadAttrs& a, const BatchNode& n) {
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

// A dynamic slice or update whose starts all examples share: it takes the new axis whole.
std::vector<Expr> at_shared_starts(const BatchNode& n, std::size_t first_start) {
  std::vector<Expr> operands;
  for (std::size_t i = 0; i < first_start; ++i) operands.push_back(n.spread(i));
  const DType start = n.operands.size() > first_start ? n.x(first_start).dtype() : i32;
  operands.push_back(full(n.b, Type(start), 0));
  for (std::size_t i = first_start; i < n.operands.size(); ++i) operands.push_back(n.x(i));
  return operands;
}
BatchedValue batch_dynamic_slice(const DynamicSliceAttrs& a, const BatchNode& n) {
  if (!any_batched(n, 1)) return {apply(Op::dynamic_slice, at_shared_starts(n, 1), DynamicSliceAttrs{with_front(n.size, a.sizes)}), true};
  const Ints sizes = n.batched(0) ? with_front(1, a.sizes.extents()) : a.sizes.extents();
  return {apply(Op::gather, with_indices(n, {n.x(0)}, 1), GatherAttrs{window_of_each(a.sizes.ndim(), n.batched(0)), sizes, Outside::clip}), true};
}
BatchedValue batch_dynamic_update_slice(none, const BatchNode& n) {
  if (!any_batched(n, 2)) return {apply(Op::dynamic_update_slice, at_shared_starts(n, 2), Attrs{}), true};
  const int ndim = static_cast<int>(n.operands.size()) - 2;
  return {apply(Op::scatter, with_indices(n, {n.spread(0), n.spread(1)}, 2), ScatterAttrs{window_of_each(ndim, true), Outside::clip, true}), true};
}

BatchedValue batch_broadcast(const BroadcastAttrs& a, const BatchNode& n) { return {broadcast(n.x(0), with_front(n.size, a.shape), with_front(0, up(a.dims))), true}; }
BatchedValue batch_reshape(const ReshapeAttrs& a, const BatchNode& n) { return {reshape(n.x(0), with_front(n.size, a.shape)), true}; }
BatchedValue batch_transpose(const TransposeAttrs& a, const BatchNode& n) { return {transpose(n.x(0), with_front(0, up(a.permutation))), true}; }
BatchedValue batch_slice(const SliceAttrs& a, const BatchNode& n) { return {slice(n.x(0), with_front(0, a.start), with_front(n.size, a.limit), with_front(1, a.stride)), true}; }
BatchedValue batch_reverse(const ReverseAttrs& a, const BatchNode& n) { return {reverse(n.x(0), up(a.axes)), true}; }
BatchedValue batch_concatenate(const ConcatenateAttrs& a, const BatchNode& n) {
  std::vector<Expr> parts;
  for (std::size_t i = 0; i < n.operands.size(); ++i) parts.push_back(n.spread(i));
  return {apply(Op::concatenate, parts, ConcatenateAttrs{a.axis + 1}), true};
}
BatchedValue batch_windows(WindowsAttrs a, const BatchNode& n) {
  a.axes = up(a.axes);
  return {apply(Op::windows, {n.x(0)}, a), true};
}
BatchedValue batch_sort(SortAttrs a, const BatchNode& n) {
  ++a.axis;
  return {apply(Op::sort, {n.spread(0), n.spread(1)}, a), true};
}

BatchedValue batch_reduce(const ReduceAttrs& a, const BatchNode& n) { return {apply(Op::reduce, {n.x(0)}, ReduceAttrs{a.kind, up(a.axes)}), true}; }
BatchedValue batch_arg_reduce(ArgReduceAttrs a, const BatchNode& n) {
  ++a.axis;
  return {apply(Op::arg_reduce, {n.x(0)}, a), true};
}
BatchedValue batch_cumulative(CumulativeAttrs a, const BatchNode& n) {
  ++a.axis;
  return {apply(Op::cumulative, {n.x(0)}, a), true};
}
BatchedValue batch_overlap_add(OverlapAddAttrs a, const BatchNode& n) {
  a.axes = up(a.axes);
  a.shape = with_front(n.size, a.shape);
  return {apply(Op::overlap_add, {n.x(0)}, a), true};
}

// One batched operand makes the new axis a free one, both make it a batch axis; where it lands elsewhere than in front
// it is moved there.
template <class A> BatchedValue product(A a, const BatchNode& n) {
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

BatchedValue batch_dot(const DotAttrs& a, const BatchNode& n) { return product(a, n); }
BatchedValue batch_conv(const ConvAttrs& a, const BatchNode& n) { return product(a, n); }

}  // namespace

BatchedValue batch_movement(Movement op, const BatchNode& n) {
  switch (op) {
#define MOVEMENT(name, operands, moved, attributes, pattern, cost) \
  case Movement::name: return batch_##name(std::get<attributes>(n.attrs), n);
#include "espalier/ir/ops.def"
  }
  __builtin_unreachable();
}

BatchedValue batch_reducing(Reducing op, const BatchNode& n) {
  switch (op) {
#define REDUCING(name, operands, attributes, gives, derivative, pattern) \
  case Reducing::name: return batch_##name(std::get<attributes>(n.attrs), n);
#include "espalier/ir/ops.def"
  }
  __builtin_unreachable();
}

BatchedValue batch_contraction(Contraction op, const BatchNode& n) {
  switch (op) {
#define CONTRACTION(name, attributes) \
  case Contraction::name: return batch_##name(std::get<attributes>(n.attrs), n);
#include "espalier/ir/ops.def"
  }
  __builtin_unreachable();
}

}  // namespace espalier::ir
