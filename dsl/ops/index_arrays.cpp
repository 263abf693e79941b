// Index arrays: the ops gather and scatter, as NumPy's indices name their windows.
#include <algorithm>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/index_plan.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"
#include "espalier/ir/windows.h"

namespace espalier {
namespace {

using detail::ArrayAccess;
using detail::called_at;
using detail::IndexPlan;
using ir::GatherAttrs;
using ir::Ints;
using ir::Op;
using ir::WindowDims;
// Everything here runs within called_at, which knows the user's place.

std::vector<Array> with_indices(std::vector<Array> first, const std::vector<Array>& indices) {
  first.insert(first.end(), indices.begin(), indices.end());
  return first;
}
Array strong(const Array& x) { return x.weak() ? x.as(x.dtype()) : x; }

// The windows of x that index arrays name: what is left of each axis, at the place of the batch.
WindowDims dims_of(const Array& x, const IndexPlan& p) {
  WindowDims d;
  for (int axis : p.axes) d.collapsed_slice_dims.push_back(axis), d.start_index_map.push_back(axis);
  const int batch = p.arrays[0].ndim(), left = x.ndim() - static_cast<int>(p.axes.size());
  for (int i = 0; i < left; ++i) d.offset_dims.push_back(i < p.batch_at ? i : i + batch);
  return d;
}
Shape windows_shape(const WindowDims& d, const Ints& sizes, const Shape& batch) {
  Ints shape(static_cast<std::size_t>(batch.ndim()) + d.offset_dims.size());
  const Ints inner = ir::window_axes(d, static_cast<int>(sizes.size())), outer = ir::batch_axes(d, static_cast<int>(shape.size()));
  for (std::size_t i = 0; i < inner.size(); ++i) shape[d.offset_dims[i]] = sizes[inner[i]];
  for (std::size_t i = 0; i < outer.size(); ++i) shape[outer[i]] = batch[static_cast<int>(i)];
  return Shape(shape);
}
void require_elements(const Array& x, std::int64_t axis) {
  if (x.shape()[static_cast<int>(axis)] != 0) return;
  IndexError error("index", "axis " + std::to_string(axis) + " of " + ArrayAccess::type(x).str() + " is empty: no index lies in it", "index an array that has elements there");
  throw error;
}

// Windows of x; where one does not lie within, the filler if it reads one.
Array elements_at(const Array& x, const std::vector<Array>& indices, GatherAttrs a, const AtOptions& o) {
  const bool fills = detail::reads_fill(o.mode);
  for (auto axis : a.start_index_map) require_elements(x, axis);
  a.outside = fills ? ir::Outside::drop : ir::Outside::clip;
  const Array out = detail::apply_many(Op::gather, with_indices({x}, indices), a, {})[0];
  if (!fills) return out;
  Array inside = true;
  for (std::size_t k = 0; k < indices.size(); ++k) inside = inside & (indices[k] >= 0) & (indices[k] < x.shape()[static_cast<int>(a.start_index_map[k])]);
  inside = detail::apply(Op::broadcast, {inside}, ir::BroadcastAttrs{out.shape(), ir::batch_axes(a, out.ndim())}, {});
  return where(inside, out, detail::filler(o, out.dtype()));
}

Array scattered(const Array& x, const Array& windows, const std::vector<Array>& indices, const ir::ScatterAttrs& a, detail::Change change) {
  const auto reduced = [&](const Array& into, ir::Reduction kind) { return detail::apply_many(Op::scatter_reduce, with_indices({into, windows}, indices), ir::ScatterReduceAttrs{a, kind}, {})[0]; };
  switch (change) {
    case detail::Change::set: return detail::apply_many(Op::scatter, with_indices({x, windows}, indices), a, {})[0];
    case detail::Change::add: return reduced(x, ir::Reduction::sum);
    case detail::Change::multiply: return reduced(x, ir::Reduction::prod);
    case detail::Change::divide: return (x / reduced(ones_like(x), ir::Reduction::prod)).as(x.dtype());
    case detail::Change::min: return reduced(x, ir::Reduction::min);
    case detail::Change::max: return reduced(x, ir::Reduction::max);
  }
  __builtin_unreachable();
}

// x and i along an axis: of one shape but for it.
struct Along {
  Array x, i;
  WindowDims dims;
};
// A mode that is there by default says nothing of an index outside, unless a filler does.
Check meant_by(AtMode mode, const Array& fill) { return mode == AtMode::fill_or_drop && fill.is_nothing() ? Check::none : detail::meant_by(mode); }
Along along(const Operand& x, const Operand& i, std::int64_t given, AtMode mode, const char* name) {
  const Array a = strong(x.array), index = strong(i.array);
  if (!ir::is_integer(index.dtype())) {
    DTypeError error(name, "indices hold integers, not " + ArrayAccess::type(index).str(), "convert them with .as(i32)");
    error.dtypes = {index.dtype()};
    throw error;
  }
  const int n = a.ndim(), axis = detail::axis_of(given, n, name, {});
  bool fits = index.ndim() == n;
  Ints of_x = a.shape().extents(), of_i = index.shape().extents();
  for (int k = 0; fits && k < n; ++k) {
    if (k == axis) continue;
    fits = of_x[k] == of_i[k] || of_x[k] == 1 || of_i[k] == 1;
    of_x[k] = of_i[k] = of_x[k] == 1 ? of_i[k] : of_x[k];
  }
  if (!fits) {
    ShapeError error(name, ArrayAccess::type(a).str() + " and indices " + ArrayAccess::type(index).str() + " do not broadcast beside axis " + std::to_string(axis), "give indices of as many axes, whose extents are the same or 1");
    error.shapes = {a.shape(), index.shape()};
    throw error;
  }
  Along out{broadcast_to(a, Shape(of_x)), broadcast_to(detail::placed(index, of_x[axis], mode), Shape(of_i)), {}};
  out.dims.collapsed_slice_dims = out.dims.start_index_map = {axis};
  for (int k = 0; k < n; ++k)
    if (k != axis) out.dims.operand_batching_dims.push_back(k);
  out.dims.start_indices_batching_dims = out.dims.operand_batching_dims;
  return out;
}

}  // namespace

namespace detail {

Array read_windows(const Array& x, const IndexPlan& p, const AtOptions& o) {
  const Shape shape(p.shape);
  if (shape.size() == 0) return zeros(shape, x.dtype());
  GatherAttrs a{dims_of(x, p), x.shape().extents(), {}};
  for (int axis : p.axes) a.slice_sizes[static_cast<std::size_t>(axis)] = 1;
  return reshape(elements_at(x, p.arrays, a, o), shape);
}

Array changed_windows(const Array& x, const IndexPlan& p, const Array& value, Change change, const AtOptions& o) {
  const Array whole = broadcast_to(settled_in(value, x.dtype(), "at", {}), Shape(p.shape));
  if (whole.size() == 0) return x;
  ir::ScatterAttrs a{dims_of(x, p), writes_drop(o.mode) ? ir::Outside::drop : ir::Outside::clip, o.unique_indices};
  for (int axis : p.axes) require_elements(x, axis);
  Ints sizes;
  for (const Cut& cut : p.cuts) sizes.push_back(cut.count);
  for (int axis : p.axes) sizes[static_cast<std::size_t>(axis)] = 1;
  // A slice begins at a constant.
  std::vector<Array> indices = p.arrays;
  const Shape batch = p.arrays[0].shape();
  for (int axis = 0; axis < x.ndim(); ++axis) {
    const Cut& cut = p.cuts[static_cast<std::size_t>(axis)];
    if (cut.low() == 0) continue;
    a.start_index_map.push_back(axis);
    indices.push_back(broadcast_to(Array(cut.low(), x.shape()[axis] > INT32_MAX ? i64 : i32), batch));
  }
  return scattered(x, reshape(whole, windows_shape(a, sizes, batch)), indices, a, change);
}

}  // namespace detail

Array take(Operand x, Operand i, TakeOptions o) {
  return called_at(x.where, "take", [&] {
    const detail::Intended meant(meant_by(o.mode, o.fill));
    if (i.array.dtype() == bool_) {
      DTypeError error("take", "indices hold integers, not " + ArrayAccess::type(i.array).str(), "choose with x[mask] or where");
      error.dtypes = {bool_};
      throw error;
    }
    const Array a = o.axis ? strong(x.array) : ravel(strong(x.array));
    const int axis = detail::axis_of(o.axis.value_or(0), a.ndim(), "take", {});
    std::vector<Index> indices(static_cast<std::size_t>(axis), Index(slice(), Where{}));
    const bool from_zero = o.mode == AtMode::clip && ir::is_signed(i.array.dtype()) && ir::is_integer(i.array.dtype());
    indices.emplace_back(from_zero ? maximum(i.array, 0) : i.array, Where{});
    const AtOptions at{.mode = o.mode, .fill = o.fill};
    return detail::read(a, detail::plan_indices(a, indices, o.mode), at);
  });
}

Array take_along_axis(Operand x, Operand i, std::int64_t axis, AlongAxisOptions o) {
  return called_at(x.where, "take_along_axis", [&] {
    const detail::Intended meant(meant_by(o.mode, o.fill));
    const Along a = along(x, i, axis, o.mode, "take_along_axis");
    if (a.i.size() == 0) return zeros(a.i.shape(), a.x.dtype());
    return elements_at(a.x, {a.i}, {a.dims, Ints(static_cast<std::size_t>(a.x.ndim()), 1), {}}, {.mode = o.mode, .fill = o.fill});
  });
}

Array put_along_axis(Operand x, Operand i, Operand v, std::int64_t axis, AlongAxisOptions o) {
  return called_at(x.where, "put_along_axis", [&] {
    const detail::Intended meant(meant_by(o.mode, o.fill));
    const Along a = along(x, i, axis, o.mode, "put_along_axis");
    const Array value = broadcast_to(detail::settled_in(v.array, a.x.dtype(), "put_along_axis", {}), a.i.shape());
    if (value.size() == 0) return a.x;
    require_elements(a.x, a.dims.start_index_map[0]);
    return scattered(a.x, value, {a.i}, {a.dims, detail::writes_drop(o.mode) ? ir::Outside::drop : ir::Outside::clip, false}, detail::Change::set);
  });
}

}  // namespace espalier
