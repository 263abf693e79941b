// Transposes of ops that move elements, of sums, and of dot.
#include <algorithm>
#include <limits>

#include "espalier/ir/ad/rules.h"
#include "espalier/ir/convolution.h"
#include "espalier/ir/error.h"
#include "espalier/ir/windows.h"

namespace espalier::ir {
namespace {

using none = std::monostate;  // the word of ops.def

bool contains(const Ints& axes, std::int64_t axis) { return std::find(axes.begin(), axes.end(), axis) != axes.end(); }

Expr zero_scalar(Builder& b, DType dtype) { return full(b, Type(dtype), 0); }

// The sum over what a broadcast repeated.
Expr summed(Expr ct, Type from, const BroadcastAttrs& a) {
  Ints axes;
  for (int axis = 0; axis < ct.ndim(); ++axis) {
    const auto at = std::find(a.dims.begin(), a.dims.end(), axis);
    const bool repeated = at == a.dims.end() || (from.shape()[static_cast<int>(at - a.dims.begin())] == 1 && ct.shape()[axis] != 1);
    if (repeated) axes.push_back(axis);
  }
  return reshape(reduce(ct, Reduction::sum, axes), from.shape());
}

std::vector<Tangent> transpose_slice(const SliceAttrs& a, const TransposeNode& n) {
  const Expr ct = n.ct().expr;
  const Type from = n.types[0];
  Ints high, interior;
  for (int i = 0; i < from.ndim(); ++i) {
    const std::int64_t count = ct.shape()[i], reach = count == 0 ? 0 : (count - 1) * a.stride[i] + 1;
    interior.push_back(a.stride[i] - 1);
    high.push_back(from.shape()[i] - a.start[i] - reach);
  }
  return {pad(ct, zero_scalar(n.b, ct.dtype()), a.start, high, interior)};
}

// The elements of ct that a pad took from its operand.
Expr unpadded(Expr ct, Type from, const PadAttrs& a) {
  Ints low, high, start(from.ndim(), 0), stride;
  for (int i = 0; i < from.ndim(); ++i) {
    low.push_back(-a.low[i]);
    high.push_back(-a.high[i]);
    stride.push_back(a.interior[i] + 1);
  }
  const Expr cropped = pad(ct, zero_scalar(*ct.builder, ct.dtype()), low, high);
  return slice(cropped, start, cropped.shape().extents(), stride);
}

std::vector<Tangent> transpose_pad(const PadAttrs& a, const TransposeNode& n) {
  const Expr ct = n.ct().expr, inner = unpadded(ct, n.types[0], a);
  Ints all(ct.ndim());
  for (int i = 0; i < ct.ndim(); ++i) all[i] = i;
  std::vector<Tangent> out{inner, {}};
  if (n.linear[1]) out[1] = reduce(ct, Reduction::sum, all) - reduce(inner, Reduction::sum, all);
  return out;
}

std::vector<Tangent> transpose_concatenate(const ConcatenateAttrs& a, const TransposeNode& n) {
  const Expr ct = n.ct().expr;
  std::vector<Tangent> out;
  std::int64_t at = 0;
  for (std::size_t i = 0; i < n.types.size(); ++i) {
    Ints start(ct.ndim(), 0), limit = ct.shape().extents();
    start[a.axis] = at;
    limit[a.axis] = at += n.types[i].shape()[a.axis];
    out.push_back(n.linear[i] ? Tangent(slice(ct, start, limit)) : Tangent());
  }
  return out;
}

// `before`, and after it the starts of a dynamic slice or update, which come from operand `first` on.
std::vector<Expr> with_starts(const TransposeNode& n, std::ptrdiff_t first, std::initializer_list<Expr> before) {
  std::vector<Expr> operands(before);
  operands.insert(operands.end(), n.operands.begin() + first, n.operands.end());
  return operands;
}

// Whether each element of the windows is the last that is written to its place.
Expr is_last(const TransposeNode& n, const ScatterAttrs& a) {
  const Type windows = n.types[1];
  const DType number = windows.size() > std::numeric_limits<std::int32_t>::max() ? i64 : i32;
  const Expr own = reshape(iota(n.b, Type(number, {windows.size()}), 0), windows.shape());
  const Expr last = ir::apply(Op::scatter, with_starts(n, 2, {full(n.b, n.types[0].with(number), 0), own}), a);
  return compare(ir::apply(Op::gather, with_starts(n, 2, {last}), reading(a, n.types[0].ndim(), windows.shape())), Comparison::eq, own);
}

// What is overwritten has no cotangent, be it of the operand or of an earlier window.
std::vector<Tangent> transpose_scatter(const ScatterAttrs& a, const TransposeNode& n) {
  const Expr ct = n.ct().expr;
  std::vector<Tangent> out(n.types.size());
  if (n.linear[0]) out[0] = ir::apply(Op::scatter, with_starts(n, 2, {ct, full(n.b, n.types[1], 0)}), a);
  if (!n.linear[1]) return out;
  const Expr read = ir::apply(Op::gather, with_starts(n, 2, {ct}), reading(a, n.types[0].ndim(), n.types[1].shape()));
  out[1] = a.unique ? read : select(is_last(n, a), read, zeros_like(read));
  return out;
}

std::vector<Tangent> transpose_broadcast(const BroadcastAttrs& a, const TransposeNode& n) { return {summed(n.ct().expr, n.types[0], a)}; }
std::vector<Tangent> transpose_reshape(const ReshapeAttrs&, const TransposeNode& n) { return {reshape(n.ct().expr, n.types[0].shape())}; }
std::vector<Tangent> transpose_transpose(const TransposeAttrs& a, const TransposeNode& n) {
  Ints inverse(a.permutation.size());
  for (std::size_t i = 0; i < inverse.size(); ++i) inverse[a.permutation[i]] = static_cast<std::int64_t>(i);
  return {transpose(n.ct().expr, inverse)};
}
std::vector<Tangent> transpose_reverse(const ReverseAttrs& a, const TransposeNode& n) { return {reverse(n.ct().expr, a.axes)}; }
std::vector<Tangent> transpose_windows(const WindowsAttrs& a, const TransposeNode& n) { return {ir::apply(Op::overlap_add, {n.ct().expr}, OverlapAddAttrs{a, n.types[0].shape()})}; }

std::vector<Tangent> transpose_dynamic_slice(const DynamicSliceAttrs&, const TransposeNode& n) {
  std::vector<Tangent> out(n.types.size());
  out[0] = ir::apply(Op::dynamic_update_slice, with_starts(n, 1, {full(n.b, n.types[0], 0), n.ct().expr}));
  return out;
}
std::vector<Tangent> transpose_dynamic_update_slice(none, const TransposeNode& n) {
  const Expr ct = n.ct().expr;
  std::vector<Tangent> out(n.types.size());
  if (n.linear[0]) out[0] = ir::apply(Op::dynamic_update_slice, with_starts(n, 2, {ct, full(n.b, n.types[1], 0)}));
  if (n.linear[1]) out[1] = ir::apply(Op::dynamic_slice, with_starts(n, 2, {ct}), DynamicSliceAttrs{n.types[1].shape()});
  return out;
}
std::vector<Tangent> transpose_gather(const GatherAttrs& a, const TransposeNode& n) {
  std::vector<Tangent> out(n.types.size());
  out[0] = ir::apply(Op::scatter_reduce, with_starts(n, 1, {full(n.b, n.types[0], 0), n.ct().expr}), ScatterReduceAttrs{writing(a), Reduction::sum});
  return out;
}
// By the inverse of the order, which is the order of the places that were sorted.
std::vector<Tangent> transpose_sort(const SortAttrs& a, const TransposeNode& n) {
  const Type from = n.types[0];
  const DType position = from.shape()[a.axis] > std::numeric_limits<std::int32_t>::max() ? i64 : i32;
  const Expr order = ir::apply(Op::sort, {iota(n.b, from.with(position), a.axis), n.operands[1]}, a);
  return {ir::apply(Op::sort, {n.ct().expr, order}, SortAttrs{a.axis}), Tangent()};
}

std::vector<Tangent> transpose_reduce(const ReduceAttrs& a, const TransposeNode& n) {
  if (a.kind != Reduction::sum) throw DifferentiationError("reduce", "only sums are linear");
  const Expr ct = n.ct().expr;
  Ints dims;
  for (int i = 0; i < n.types[0].ndim(); ++i)
    if (!contains(a.axes, i)) dims.push_back(i);
  return {a.axes.empty() ? ct : broadcast(ct, n.types[0].shape(), dims)};
}
std::vector<Tangent> transpose_arg_reduce(const ArgReduceAttrs&, const TransposeNode&) { return {}; }
std::vector<Tangent> transpose_cumulative(CumulativeAttrs a, const TransposeNode& n) {
  if (a.kind != Cumulation::sum) throw DifferentiationError("cumulative", "only running sums are linear");
  a.reverse = !a.reverse;
  return {ir::apply(Op::cumulative, {n.ct().expr}, a)};
}
std::vector<Tangent> transpose_overlap_add(const OverlapAddAttrs& a, const TransposeNode& n) { return {ir::apply(Op::windows, {n.ct().expr}, static_cast<const WindowsAttrs&>(a))}; }
std::vector<Tangent> transpose_scatter_reduce(const ScatterReduceAttrs& a, const TransposeNode& n) {
  const Expr ct = n.ct().expr;
  std::vector<Tangent> out(n.types.size());
  if (a.kind == Reduction::prod && !n.linear[1]) {  // the operand, multiplied
    out[0] = ir::apply(Op::scatter_reduce, with_starts(n, 1, {ct}), a);
    return out;
  }
  if (a.kind != Reduction::sum) throw DifferentiationError("scatter_reduce", "only sums are linear");
  if (n.linear[0]) out[0] = ct;
  if (n.linear[1]) out[1] = ir::apply(Op::gather, with_starts(n, 2, {ct}), reading(a, n.types[0].ndim(), n.types[1].shape()));
  return out;
}

}  // namespace

std::vector<Tangent> transpose_movement(Movement op, const TransposeNode& n) {
  switch (op) {
#define MOVEMENT(name, operands, moved, attributes, pattern, cost) \
  case Movement::name: return transpose_##name(std::get<attributes>(n.attrs), n);
#include "espalier/ir/ops.def"
  }
  __builtin_unreachable();
}

std::vector<Tangent> transpose_reducing(Reducing op, const TransposeNode& n) {
  switch (op) {
#define REDUCING(name, operands, attributes, gives, derivative, pattern) \
  case Reducing::name: return transpose_##name(std::get<attributes>(n.attrs), n);
#include "espalier/ir/ops.def"
  }
  __builtin_unreachable();
}

namespace {

// The cotangent of one side of z = dot(x, y): a dot of z's cotangent with the other side over the other's free axes. Of the
// two orders of the operands the one is taken whose result needs no transpose, if there is one.
Tangent transpose_dot(const TransposeNode& n, std::size_t side) {
  const auto& a = std::get<DotAttrs>(n.attrs);
  const bool left = side == 0;
  const Expr ct = convert(n.ct().expr, n.types[side].dtype()), other = n.operands[1 - side];
  const Ints &batch = left ? a.lhs_batch : a.rhs_batch, &contract = left ? a.lhs_contract : a.rhs_contract;
  const Ints &other_batch = left ? a.rhs_batch : a.lhs_batch, &other_contract = left ? a.rhs_contract : a.lhs_contract;
  auto free_axes = [](int ndim, const Ints& b, const Ints& c) {
    Ints axes;
    for (int i = 0; i < ndim; ++i)
      if (!contains(b, i) && !contains(c, i)) axes.push_back(i);
    return axes;
  };
  const Ints free = free_axes(n.types[side].ndim(), batch, contract), other_free = free_axes(other.ndim(), other_batch, other_contract);
  const auto nb = static_cast<std::int64_t>(batch.size());
  Ints ct_batch, ct_other;  // where the batch axes and the other side's free axes are in ct
  for (std::int64_t i = 0; i < nb; ++i) ct_batch.push_back(i);
  const std::int64_t first_other = left ? nb + static_cast<std::int64_t>(free.size()) : nb;
  for (std::size_t i = 0; i < other_free.size(); ++i) ct_other.push_back(first_other + static_cast<std::int64_t>(i));

  // What each axis of the result is in the operand: batch axes first, then the free axes of both sides of the new dot.
  Ints remaining;  // contracting axes of the operand, in the order in which the other side has them
  for (int i = 0; i < other.ndim(); ++i) {
    const auto at = std::find(other_contract.begin(), other_contract.end(), i);
    if (at != other_contract.end()) remaining.push_back(contract[static_cast<std::size_t>(at - other_contract.begin())]);
  }
  auto order_of = [&](bool ct_first) {
    Ints order = batch;
    const Ints &second = ct_first ? free : remaining, &third = ct_first ? remaining : free;
    order.insert(order.end(), second.begin(), second.end());
    order.insert(order.end(), third.begin(), third.end());
    return order;
  };
  auto is_identity = [](const Ints& order) {
    for (std::size_t i = 0; i < order.size(); ++i)
      if (order[i] != static_cast<std::int64_t>(i)) return false;
    return true;
  };
  const bool ct_first = is_identity(order_of(true)) || !is_identity(order_of(false));
  const DType dtype = n.types[side].dtype();
  const Expr product = ct_first ? dot(ct, other, {ct_batch, other_batch, ct_other, other_free, dtype})
                                : dot(other, ct, {other_batch, ct_batch, other_free, ct_other, dtype});
  const Ints order = order_of(ct_first);
  if (is_identity(order)) return product;
  Ints permutation(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) permutation[order[i]] = static_cast<std::int64_t>(i);
  return transpose(product, permutation);
}

// x whose axis i is axis `order[i]` of what is wanted.
Expr in_order(Expr x, const Ints& order) {
  if (std::is_sorted(order.begin(), order.end())) return x;
  Ints permutation(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) permutation[static_cast<std::size_t>(order[i])] = static_cast<std::int64_t>(i);
  return transpose(x, permutation);
}
std::int64_t spread_extent(std::int64_t extent, std::int64_t dilation) { return extent == 0 ? 0 : window_reach(extent, dilation); }

// Where the axes of z = conv(x, y) are: those of x, and the free ones of y.
struct ConvAxes {
  Ints batch, of_x, of_y;  // of_x: for each axis of x its own, or -1 where it contracts
};
ConvAxes axes_of_result(const ConvAttrs& a, int x_ndim, int y_ndim) {
  ConvAxes axes;
  axes.of_x.assign(static_cast<std::size_t>(x_ndim), -1);
  std::int64_t next = 0;
  for (auto axis : a.lhs_batch) axes.batch.push_back(axes.of_x[static_cast<std::size_t>(axis)] = next++);
  for (auto axis : other_axes(x_ndim, {&a.lhs_batch, &a.lhs_contract})) axes.of_x[static_cast<std::size_t>(axis)] = next++;
  for (std::size_t i = 0; i < other_axes(y_ndim, {&a.rhs_batch, &a.rhs_contract, &a.rhs_spatial}).size(); ++i) axes.of_y.push_back(next++);
  return axes;
}

// The cotangent of x in z = conv(x, y): z's, spread by the strides, met by the kernel turned around, places as far apart as x was
// spread.
Tangent transpose_conv_lhs(const TransposeNode& n) {
  const auto& a = std::get<ConvAttrs>(n.attrs);
  const Type x = n.types[0];
  const Expr ct = convert(n.ct().expr, x.dtype()), y = n.operands[1];
  if (x.size() == 0 || ct.type().size() == 0) return {};
  const ConvAxes at = axes_of_result(a, x.ndim(), y.ndim());
  ConvAttrs back;
  back.lhs_batch = at.batch, back.rhs_batch = a.rhs_batch;
  back.lhs_contract = at.of_y, back.rhs_contract = other_axes(y.ndim(), {&a.rhs_batch, &a.rhs_contract, &a.rhs_spatial});
  back.rhs_spatial = a.rhs_spatial, back.strides = a.lhs_dilation, back.lhs_dilation = a.strides, back.rhs_dilation = a.rhs_dilation;
  back.result = x.dtype();
  for (std::size_t j = 0; j < a.lhs_spatial.size(); ++j) {
    back.lhs_spatial.push_back(at.of_x[static_cast<std::size_t>(a.lhs_spatial[j])]);
    const std::int64_t reach = window_reach(y.shape()[static_cast<int>(a.rhs_spatial[j])], a.rhs_dilation[j]);
    const std::int64_t wanted = spread_extent(x.shape()[static_cast<int>(a.lhs_spatial[j])], a.lhs_dilation[j]);
    back.low.push_back(reach - 1 - a.low[j]);
    back.high.push_back(wanted + reach - 1 - spread_extent(ct.shape()[static_cast<int>(back.lhs_spatial[j])], a.strides[j]) - back.low[j]);
  }
  Ints order = a.lhs_batch;
  for (auto axis : other_axes(x.ndim(), {&a.lhs_batch, &a.lhs_contract})) order.push_back(axis);
  for (auto axis : other_axes(y.ndim(), {&a.rhs_batch, &back.rhs_contract, &a.rhs_spatial})) {
    order.push_back(a.lhs_contract[static_cast<std::size_t>(std::find(a.rhs_contract.begin(), a.rhs_contract.end(), axis) - a.rhs_contract.begin())]);
  }
  return in_order(ir::apply(Op::conv, {ct, reverse(y, a.rhs_spatial)}, back), order);
}

// The cotangent of y in z = conv(x, y): x, met by z's as a kernel that is spread by the strides, at places as far apart as y's
// elements were.
Tangent transpose_conv_rhs(const TransposeNode& n) {
  const auto& a = std::get<ConvAttrs>(n.attrs);
  const Type y = n.types[1];
  const Expr ct = convert(n.ct().expr, y.dtype()), x = n.operands[0];
  if (x.type().size() == 0 || ct.type().size() == 0) return {};
  const ConvAxes at = axes_of_result(a, x.ndim(), y.ndim());
  ConvAttrs back;
  back.lhs_batch = a.lhs_batch, back.rhs_batch = at.batch;
  back.lhs_contract = other_axes(x.ndim(), {&a.lhs_batch, &a.lhs_contract, &a.lhs_spatial});
  for (auto axis : back.lhs_contract) back.rhs_contract.push_back(at.of_x[static_cast<std::size_t>(axis)]);
  back.lhs_spatial = a.lhs_spatial, back.strides = a.rhs_dilation, back.lhs_dilation = a.lhs_dilation, back.rhs_dilation = a.strides;
  back.low = a.low, back.result = y.dtype();
  for (std::size_t j = 0; j < a.lhs_spatial.size(); ++j) {
    back.rhs_spatial.push_back(at.of_x[static_cast<std::size_t>(a.lhs_spatial[j])]);
    const std::int64_t reach = window_reach(y.shape()[static_cast<int>(a.rhs_spatial[j])], a.rhs_dilation[j]);
    const std::int64_t places = spread_extent(ct.shape()[static_cast<int>(back.rhs_spatial[j])], a.strides[j]);
    back.high.push_back(places + reach - 1 - spread_extent(x.shape()[static_cast<int>(a.lhs_spatial[j])], a.lhs_dilation[j]) - a.low[j]);
  }
  Ints order = a.rhs_batch;
  for (auto axis : other_axes(x.ndim(), {&a.lhs_batch, &back.lhs_contract})) {
    const auto spatial = std::find(a.lhs_spatial.begin(), a.lhs_spatial.end(), axis);
    const auto contract = std::find(a.lhs_contract.begin(), a.lhs_contract.end(), axis);
    order.push_back(spatial != a.lhs_spatial.end() ? a.rhs_spatial[static_cast<std::size_t>(spatial - a.lhs_spatial.begin())] : a.rhs_contract[static_cast<std::size_t>(contract - a.lhs_contract.begin())]);
  }
  for (auto axis : other_axes(y.ndim(), {&a.rhs_batch, &a.rhs_contract, &a.rhs_spatial})) order.push_back(axis);
  return in_order(ir::apply(Op::conv, {x, ct}, back), order);
}

}  // namespace

std::vector<Tangent> transpose_contraction(Contraction op, const TransposeNode& n) {
  if (n.linear[0] && n.linear[1]) return {};
  switch (op) {
    case Contraction::conv: return n.linear[0] ? std::vector{transpose_conv_lhs(n), Tangent()} : std::vector{Tangent(), transpose_conv_rhs(n)};
    case Contraction::dot:
      return n.linear[0] ? std::vector{transpose_dot(n, 0), Tangent()} : std::vector{Tangent(), transpose_dot(n, 1)};
  }
  __builtin_unreachable();
}

}  // namespace espalier::ir
