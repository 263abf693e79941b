// Identities of the ops that only move elements.
#include <algorithm>
#include <numeric>

#include "espalier/ir/simplify/rules.h"
#include "espalier/ir/windows.h"

namespace espalier::ir {
namespace {

using none = std::monostate;  // the word of ops.def

using Maybe = std::optional<Value>;

Ints without_units(const Shape& shape) {
  Ints rest = shape.extents();
  std::erase(rest, 1);
  return rest;
}

// Where the axes of `from` lie in `to`, which differs only in axes of extent 1; -1 for those of extent 1.
Ints axis_map(const Shape& from, const Shape& to) {
  Ints map;
  int at = 0;
  for (auto extent : from) {
    if (extent == 1) {
      map.push_back(-1);
      continue;
    }
    while (to[at] == 1) ++at;
    map.push_back(at++);
  }
  return map;
}

// `dims` for an operand of shape `from`, whose axes go where `map` says; those of extent 1 (-1) into any free place that
// keeps the dims ascending. Nothing where there is none.
std::optional<Ints> place_units(const Ints& map, int ndim) {
  Ints dims = map;
  std::int64_t free = 0;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] < 0) dims[i] = free;
    if (dims[i] < free || dims[i] >= ndim) return std::nullopt;
    free = dims[i] + 1;
  }
  return dims;
}

bool is_identity(const Ints& axes) {
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (axes[i] != static_cast<std::int64_t>(i)) return false;
  }
  return true;
}

bool all_are(const Ints& ints, std::int64_t n) {
  return std::all_of(ints.begin(), ints.end(), [n](auto i) { return i == n; });
}

Maybe simplify_broadcast(Rewriter& rw, std::span<const Value> in, const BroadcastAttrs& a, Type) {
  const Value x = in[0];
  const Type from = rw.type(x);
  if (from.shape() == a.shape) return x;  // dims ascend, so they are the identity
  if (rw.is(x, Op::broadcast)) {
    Ints dims;
    for (auto d : rw.attrs<BroadcastAttrs>(x).dims) dims.push_back(a.dims[d]);
    return rw.emit(Op::broadcast, {rw.operand(x, 0)}, BroadcastAttrs{a.shape, dims});
  }
  if (from.ndim() == 0) return std::nullopt;  // the form in which rules know repeated scalars
  if (from.size() == a.shape.size() && without_units(from.shape()) == without_units(a.shape)) return rw.reshape(x, a.shape);
  if (rw.is(x, Op::reshape)) {
    const Value inner = rw.operand(x, 0);
    const Shape& source = rw.type(inner).shape();
    if (without_units(source) != without_units(from.shape())) return std::nullopt;
    Ints map = axis_map(source, from.shape());
    for (auto& axis : map) axis = axis < 0 ? -1 : a.dims[axis];
    if (const auto dims = place_units(map, a.shape.ndim())) {
      return rw.emit(Op::broadcast, {inner}, BroadcastAttrs{a.shape, *dims});
    }
  }
  return std::nullopt;
}

Maybe simplify_reshape(Rewriter& rw, std::span<const Value> in, const ReshapeAttrs&, Type type) {
  const Value x = in[0];
  const Shape& shape = type.shape();
  const Shape& from = rw.type(x).shape();
  if (from == shape) return x;
  if (rw.is(x, Op::reshape)) return rw.reshape(rw.operand(x, 0), shape);
  if (const auto scalar = rw.repeated_scalar(x)) return rw.repeat(*scalar, shape);
  if (rw.is(x, Op::broadcast) && without_units(from) == without_units(shape)) {
    const auto inner = rw.attrs<BroadcastAttrs>(x);
    const Ints to = axis_map(from, shape);
    Ints map;
    for (auto d : inner.dims) map.push_back(to[d]);
    if (const auto dims = place_units(map, shape.ndim())) {
      return rw.emit(Op::broadcast, {rw.operand(x, 0)}, BroadcastAttrs{shape, *dims});
    }
  }
  return std::nullopt;
}

// transpose(dot(l, r)) that puts the free axes of r before those of l is dot(r, l).
Maybe swap_dot(Rewriter& rw, Value x, const Ints& permutation) {
  const auto d = rw.attrs<DotAttrs>(x);
  const Value l = rw.operand(x, 0), r = rw.operand(x, 1);
  const auto batch = static_cast<int>(d.lhs_batch.size());
  const int l_free = rw.type(l).ndim() - batch - static_cast<int>(d.lhs_contract.size());
  Ints swapped(permutation.size());
  std::iota(swapped.begin(), swapped.end(), 0);
  std::rotate(swapped.begin() + batch, swapped.begin() + batch + l_free, swapped.end());
  if (swapped != permutation) return std::nullopt;
  return rw.emit(Op::dot, {r, l}, DotAttrs{d.rhs_batch, d.lhs_batch, d.rhs_contract, d.lhs_contract, d.result});
}

Maybe simplify_transpose(Rewriter& rw, std::span<const Value> in, const TransposeAttrs& a, Type type) {
  const Value x = in[0];
  const Ints& permutation = a.permutation;
  const Shape& shape = type.shape();
  if (is_identity(permutation)) return x;
  if (const auto scalar = rw.repeated_scalar(x)) return rw.repeat(*scalar, shape);
  if (rw.is(x, Op::transpose)) {
    const auto inner = rw.attrs<TransposeAttrs>(x).permutation;
    Ints both;
    for (auto axis : permutation) both.push_back(inner[axis]);
    return rw.emit(Op::transpose, {rw.operand(x, 0)}, TransposeAttrs{both});
  }
  Ints moving;  // the axes that have an order to keep
  for (auto axis : permutation) {
    if (rw.type(x).shape()[static_cast<int>(axis)] != 1) moving.push_back(axis);
  }
  if (std::is_sorted(moving.begin(), moving.end())) return rw.reshape(x, shape);
  if (rw.is(x, Op::broadcast)) {
    Ints place(permutation.size()), dims;
    for (std::size_t i = 0; i < permutation.size(); ++i) place[permutation[i]] = static_cast<std::int64_t>(i);
    for (auto d : rw.attrs<BroadcastAttrs>(x).dims) dims.push_back(place[d]);
    if (std::is_sorted(dims.begin(), dims.end())) {
      return rw.emit(Op::broadcast, {rw.operand(x, 0)}, BroadcastAttrs{shape, dims});
    }
  }
  if (rw.is(x, Op::dot)) return swap_dot(rw, x, permutation);
  return std::nullopt;
}

// A slice of what concatenate joined, if it lies within one part.
Maybe slice_of_part(Rewriter& rw, Value x, const SliceAttrs& a) {
  const int axis = rw.attrs<ConcatenateAttrs>(x).axis;
  std::int64_t begin = 0;
  for (Value part : rw.operands(x)) {
    const std::int64_t end = begin + rw.type(part).shape()[axis];
    if (a.start[axis] >= begin && a.limit[axis] <= end && a.start[axis] < end) {
      SliceAttrs inner = a;
      inner.start[axis] -= begin;
      inner.limit[axis] -= begin;
      return rw.emit(Op::slice, {part}, inner);
    }
    begin = end;
  }
  return std::nullopt;
}

Maybe slice_of_padded(Rewriter& rw, Value x, const SliceAttrs& a) {
  const auto p = rw.attrs<PadAttrs>(x);
  const Value inside = rw.operand(x, 0);
  SliceAttrs inner = a;
  for (std::size_t i = 0; i < a.start.size(); ++i) {
    inner.start[i] -= p.low[i];
    inner.limit[i] -= p.low[i];
    const auto extent = rw.type(inside).shape()[static_cast<int>(i)];
    if (p.interior[i] != 0 || inner.start[i] < 0 || inner.limit[i] > extent) return std::nullopt;
  }
  return rw.emit(Op::slice, {inside}, inner);
}

Maybe slice_of_broadcast(Rewriter& rw, Value x, const SliceAttrs& a, const Shape& shape) {
  const Value inner = rw.operand(x, 0);
  const auto b = rw.attrs<BroadcastAttrs>(x);
  SliceAttrs part;
  for (std::size_t i = 0; i < b.dims.size(); ++i) {
    const bool repeats = rw.type(inner).shape()[static_cast<int>(i)] == 1;
    part.start.push_back(repeats ? 0 : a.start[b.dims[i]]);
    part.limit.push_back(repeats ? 1 : a.limit[b.dims[i]]);
    part.stride.push_back(repeats ? 1 : a.stride[b.dims[i]]);
  }
  return rw.emit(Op::broadcast, {rw.emit(Op::slice, {inner}, part)}, BroadcastAttrs{shape, b.dims});
}

Maybe simplify_slice(Rewriter& rw, std::span<const Value> in, const SliceAttrs& a, Type type) {
  const Value x = in[0];
  const Shape& shape = type.shape();
  if (shape == rw.type(x).shape()) return x;
  if (rw.is(x, Op::broadcast)) return slice_of_broadcast(rw, x, a, shape);
  if (rw.is(x, Op::slice)) {
    SliceAttrs both = rw.attrs<SliceAttrs>(x);
    for (std::size_t i = 0; i < a.start.size(); ++i) {
      // The limit is that of the outer slice, in the inner's steps, but not beyond what the inner allows.
      const std::int64_t start = both.start[i], stride = both.stride[i];
      both.start[i] = std::min(start + a.start[i] * stride, both.limit[i]);
      both.limit[i] = std::clamp(start + (a.limit[i] - 1) * stride + 1, both.start[i], both.limit[i]);
      both.stride[i] = stride * a.stride[i];
    }
    return rw.emit(Op::slice, {rw.operand(x, 0)}, both);
  }
  if (rw.is(x, Op::concatenate)) return slice_of_part(rw, x, a);
  if (rw.is(x, Op::pad)) return slice_of_padded(rw, x, a);
  return std::nullopt;
}

Maybe simplify_pad(Rewriter& rw, std::span<const Value> in, const PadAttrs& a, Type type) {
  const Value x = in[0], filler = in[1];
  const Shape& shape = type.shape();
  const Shape& from = rw.type(x).shape();
  if (from == shape && all_are(a.low, 0) && all_are(a.high, 0)) return x;
  if (from.size() == 0) return rw.repeat(filler, shape);
  const auto scalar = rw.repeated_scalar(x);
  if (scalar && *scalar == filler) return rw.repeat(filler, shape);
  const auto at_most = [](const Ints& ints) { return std::all_of(ints.begin(), ints.end(), [](auto i) { return i <= 0; }); };
  if (all_are(a.interior, 0) && at_most(a.low) && at_most(a.high)) {
    SliceAttrs crop;
    for (int i = 0; i < from.ndim(); ++i) {
      crop.start.push_back(-a.low[i]);
      crop.limit.push_back(from[i] + a.high[i]);
      crop.stride.push_back(1);
    }
    return rw.emit(Op::slice, {x}, crop);
  }
  if (rw.is(x, Op::pad) && rw.operand(x, 1) == filler && all_are(a.interior, 0)) {
    PadAttrs both = rw.attrs<PadAttrs>(x);
    if (!all_are(both.interior, 0)) return std::nullopt;
    for (std::size_t i = 0; i < a.low.size(); ++i) {
      if (std::min(std::min(a.low[i], a.high[i]), std::min(both.low[i], both.high[i])) < 0) return std::nullopt;
      both.low[i] += a.low[i];
      both.high[i] += a.high[i];
    }
    return rw.emit(Op::pad, {rw.operand(x, 0), filler}, both);
  }
  return std::nullopt;
}

Maybe simplify_concatenate(Rewriter& rw, std::span<const Value> in, const ConcatenateAttrs& a, Type type) {
  const int axis = a.axis;
  const Shape& shape = type.shape();
  if (in.size() == 1) return in[0];
  std::vector<Value> parts;
  for (Value v : in) {
    if (rw.type(v).shape()[axis] != 0) parts.push_back(v);
  }
  if (parts.empty()) return in[0];
  const auto scalar = rw.repeated_scalar(parts[0]);
  if (scalar && std::all_of(parts.begin(), parts.end(), [&](Value v) { return rw.repeated_scalar(v) == scalar; })) {
    return rw.repeat(*scalar, shape);
  }
  if (parts.size() == in.size()) return std::nullopt;
  return rw.emit(Op::concatenate, parts, ConcatenateAttrs{axis});
}

Maybe simplify_reverse(Rewriter& rw, std::span<const Value> in, const ReverseAttrs& a, Type) {
  const Value x = in[0];
  const Ints& axes = a.axes;
  const Shape& shape = rw.type(x).shape();
  if (rw.repeated_scalar(x)) return x;
  Ints rest;
  for (auto axis : axes) {
    if (shape[static_cast<int>(axis)] > 1) rest.push_back(axis);
  }
  if (rest.empty()) return x;
  std::sort(rest.begin(), rest.end());
  if (rw.is(x, Op::reverse)) {
    Ints inner = rw.attrs<ReverseAttrs>(x).axes, once;
    std::sort(inner.begin(), inner.end());
    std::set_symmetric_difference(rest.begin(), rest.end(), inner.begin(), inner.end(), std::back_inserter(once));
    return rw.emit(Op::reverse, {rw.operand(x, 0)}, ReverseAttrs{once});
  }
  if (rest == axes) return std::nullopt;
  return rw.emit(Op::reverse, {x}, ReverseAttrs{rest});
}

// The number that a constant integer scalar holds, within the range of an int64.
std::optional<std::int64_t> constant_integer(const Rewriter& rw, Value v) {
  const Literal* c = rw.splat(v);
  std::optional<std::int64_t> number;
  if (c == nullptr || !is_integer(c->type.dtype())) return number;
  visit_dtype(c->type.dtype(), [&]<class T>() {
    if constexpr (std::is_same_v<T, std::uint64_t>) number = static_cast<std::int64_t>(std::min<T>(*static_cast<const T*>(c->data()), INT64_MAX));
    else number = static_cast<std::int64_t>(*static_cast<const T*>(c->data()));
  });
  return number;
}

Maybe simplify_dynamic_slice(Rewriter& rw, std::span<const Value> in, const DynamicSliceAttrs& a, Type) {
  const Shape& sizes = a.sizes;
  const Shape& shape = rw.type(in[0]).shape();
  if (shape == sizes) return in[0];  // starts clamp to 0
  if (const auto scalar = rw.repeated_scalar(in[0])) return rw.repeat(*scalar, sizes);
  SliceAttrs fixed;
  for (int i = 0; i < sizes.ndim(); ++i) {
    auto start = constant_integer(rw, in[i + 1]);
    if (sizes[i] == shape[i]) start = 0;
    if (!start) return std::nullopt;
    fixed.start.push_back(std::clamp<std::int64_t>(*start, 0, shape[i] - sizes[i]));
    fixed.limit.push_back(fixed.start.back() + sizes[i]);
    fixed.stride.push_back(1);
  }
  return rw.emit(Op::slice, {in[0]}, fixed);
}

// A zero of any dtype: all its bytes are.
Value zeros(Rewriter& rw, Type type) {
  const std::byte nothing[16] = {};
  return rw.repeat(rw.constant(literal(Type(type.dtype()), nothing)), type.shape());
}

// The axes of x that its windows have, of a slice of x.
Value without_window_units(Rewriter& rw, Value slice, const WindowDims& d) {
  Ints extents;
  for (auto axis : window_axes(d, rw.type(slice).ndim())) extents.push_back(rw.type(slice).shape()[static_cast<int>(axis)]);
  return rw.reshape(slice, Shape(extents));
}

// Where the window lies that all index arrays name, if they are constants: `inside` whether it was moved there.
struct Fixed {
  Ints start;
  bool inside = true;
};
std::optional<Fixed> fixed_window(const Rewriter& rw, std::span<const Value> indices, const WindowDims& d, const Ints& sizes, const Shape& x) {
  Fixed at{Ints(sizes.size(), 0), true};
  if (!d.operand_batching_dims.empty()) return std::nullopt;
  for (std::size_t k = 0; k < indices.size(); ++k) {
    const auto axis = d.start_index_map[k];
    const auto start = constant_integer(rw, indices[k]);
    if (!start) return std::nullopt;
    at.start[axis] = std::clamp<std::int64_t>(*start, 0, x[static_cast<int>(axis)] - sizes[axis]);
    at.inside = at.inside && at.start[axis] == *start;
  }
  return at;
}
// One window at a start for each axis of x, which clamps: index arrays of one element as scalars, 0 for an axis without.
std::vector<Value> scalar_starts(Rewriter& rw, std::span<const Value> indices, const WindowDims& d, int ndim) {
  std::vector<Value> starts(static_cast<std::size_t>(ndim), rw.constant(scalar_literal(i32, std::int64_t{0})));
  for (std::size_t k = 0; k < indices.size(); ++k) starts[d.start_index_map[k]] = rw.reshape(indices[k], {});
  return starts;
}

Maybe simplify_gather(Rewriter& rw, std::span<const Value> in, const GatherAttrs& a, Type type) {
  const Shape x = rw.type(in[0]).shape(), batch = rw.type(in[1]).shape();
  const auto indices = in.subspan(1);
  const Literal* splat = rw.splat(in[0]);
  const bool zero = splat != nullptr && std::all_of(splat->bytes->begin(), splat->bytes->end(), [](std::byte b) { return b == std::byte{}; });
  if (const auto scalar = rw.repeated_scalar(in[0]); scalar && (a.outside == Outside::clip || zero)) return rw.repeat(*scalar, type.shape());
  if (const auto fixed = fixed_window(rw, indices, a, a.slice_sizes, x)) {
    if (a.outside == Outside::drop && !fixed->inside) return zeros(rw, type);
    SliceAttrs cut{fixed->start, fixed->start, Ints(fixed->start.size(), 1)};
    for (std::size_t i = 0; i < cut.limit.size(); ++i) cut.limit[i] += a.slice_sizes[i];
    return rw.emit(Op::broadcast, {without_window_units(rw, rw.emit(Op::slice, {in[0]}, cut), a)}, BroadcastAttrs{type.shape(), a.offset_dims});
  }
  if (batch.size() != 1 || a.outside == Outside::drop) return std::nullopt;
  std::vector<Value> operands = scalar_starts(rw, indices, a, x.ndim());
  operands.insert(operands.begin(), in[0]);
  return rw.reshape(rw.emit(Op::dynamic_slice, operands, DynamicSliceAttrs{Shape(a.slice_sizes)}), type.shape());
}

Maybe simplify_scatter(Rewriter& rw, std::span<const Value> in, const ScatterAttrs& a, Type) {
  const Shape x = rw.type(in[0]).shape(), windows = rw.type(in[1]).shape(), batch = rw.type(in[2]).shape();
  if (windows.size() == 0) return in[0];
  const Ints sizes = window_sizes(a, x.ndim(), windows);
  const auto indices = in.subspan(2);
  const auto fixed = fixed_window(rw, indices, a, sizes, x);
  if (fixed && a.outside == Outside::drop && !fixed->inside) return in[0];
  if (batch.size() != 1 || (a.outside == Outside::drop && !(fixed && fixed->inside))) return std::nullopt;
  std::vector<Value> operands = scalar_starts(rw, indices, a, x.ndim());
  const Value update = rw.reshape(in[1], Shape(sizes));
  operands.insert(operands.begin(), {in[0], update});
  return rw.emit(Op::dynamic_update_slice, operands);
}

Maybe simplify_windows(Rewriter& rw, std::span<const Value> in, const WindowsAttrs&, Type type) {
  const auto scalar = rw.repeated_scalar(in[0]);
  return scalar ? Maybe(rw.repeat(*scalar, type.shape())) : std::nullopt;
}
Maybe simplify_sort(Rewriter&, std::span<const Value> in, const SortAttrs& a, Type type) { return type.shape()[a.axis] <= 1 ? Maybe(in[0]) : std::nullopt; }
Maybe simplify_dynamic_update_slice(Rewriter& rw, std::span<const Value> in, none, Type type) { return rw.type(in[1]) == type ? Maybe(in[1]) : std::nullopt; }

}  // namespace

std::optional<Value> simplify_source(Rewriter& rw, Source op, const Application& a) {
  switch (op) {
    case Source::constant: return std::nullopt;
    case Source::iota: return a.type.shape()[a.as<IotaAttrs>().axis] == 1 ? Maybe(zeros(rw, a.type)) : std::nullopt;
  }
  __builtin_unreachable();
}

std::optional<Value> simplify_movement(Rewriter& rw, Movement op, const Application& a) {
  switch (op) {
#define MOVEMENT(name, operands, moved, attributes, pattern, cost) \
  case Movement::name: return simplify_##name(rw, a.in, a.as<attributes>(), a.type);
#include "espalier/ir/ops.def"
  }
  __builtin_unreachable();
}

}  // namespace espalier::ir
