#include "espalier/dsl/ops/shape.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/trace.h"

namespace espalier {

using detail::called_at;
namespace detail {

int axis_of(std::int64_t axis, int ndim, const char* op, Where where) {
  const std::int64_t a = axis < 0 ? axis + ndim : axis;
  if (a >= 0 && a < ndim) return static_cast<int>(a);
  AxisError error(op, "axis " + std::to_string(axis) + " is out of range for an array of " + std::to_string(ndim) + " dimensions", "axes count from 0, or from the end if negative", where);
  error.axis = axis;
  error.ndim = ndim;
  throw error;
}
std::vector<std::int64_t> axes_of(const Axes& axes, int ndim, const char* op, Where where) {
  std::vector<std::int64_t> list;
  if (axes.all) {
    list.resize(static_cast<std::size_t>(ndim));
    std::iota(list.begin(), list.end(), 0);
    return list;
  }
  for (auto axis : axes.list) list.push_back(axis_of(axis, ndim, op, where));
  std::sort(list.begin(), list.end());
  if (std::adjacent_find(list.begin(), list.end()) != list.end()) throw ArgumentError(op, "an axis is named twice", "name each axis once", where);
  return list;
}

std::int64_t length_of(double number, const char* op, Where where) {
  if (number >= 0 && number < 0x1p62) return static_cast<std::int64_t>(number);
  throw ArgumentError(op, "it would have " + std::to_string(number) + " elements", "give finite bounds, and a step that leads from one to the other in a number of steps that memory holds", where);
}

namespace {

Array counts_to(std::int64_t n, DType dtype, Where where) { return apply_many(ir::Op::iota, {}, ir::IotaAttrs{ir::Type(dtype, Shape{n}), 0}, where, "arange")[0]; }

void require_step(bool steps) {
  if (!steps) throw ArgumentError("arange", "a range cannot step by 0", "step forwards or backwards");
}

// The n numbers start, start + step, … up to `last`.
Array integers(std::int64_t start, std::int64_t step, std::int64_t n, std::int64_t last, DType dtype, Where where) {
  for (const std::int64_t end : {start, last}) {
    if (n != 0 && !detail::integer_fits(end, dtype)) fail_beyond("arange", std::to_string(end), dtype, where);
  }
  // If the dtype does not hold every number of the computation, it is done in i64, modulo 2^64.
  const bool narrow = detail::integer_fits(n, dtype) && detail::integer_fits(step, dtype) && detail::integer_fits(start, dtype);
  return (counts_to(n, narrow ? dtype : i64, where) * step + start).as(dtype);
}

}  // namespace

Array arange_of(std::int64_t start, std::int64_t stop, std::int64_t step, std::optional<DType> wanted, Where where) {
  return called_at(where, "arange", [&] {
    require_step(step != 0);
    // Unsigned distances do not overflow.
    const auto from = static_cast<std::uint64_t>(start), to = static_cast<std::uint64_t>(stop), stride = static_cast<std::uint64_t>(step);
    const bool empty = step > 0 ? stop <= start : stop >= start;
    const std::uint64_t count = empty ? 0 : (step > 0 ? (to - from - 1) / stride + 1 : (from - to - 1) / (0 - stride) + 1);
    const auto n = static_cast<std::int64_t>(std::min<std::uint64_t>(count, INT64_MAX));
    const auto last = static_cast<std::int64_t>(empty ? from : from + (count - 1) * stride);
    const DType dtype = wanted.value_or(detail::integer_fits(start, i32) && detail::integer_fits(last, i32) ? i32 : i64);
    if (ir::is_integer(dtype)) return integers(start, step, n, last, dtype, where);
    return (counts_to(n, f64, where) * static_cast<double>(step) + static_cast<double>(start)).as(dtype);
  });
}
Array arange_of(double start, double stop, double step, DType dtype, Where where) {
  return called_at(where, "arange", [&] {
    require_step(step != 0);
    const double steps = std::ceil((stop - start) / step);
    const std::int64_t n = length_of(steps < 0 ? 0 : steps, "arange", where);
    if (!ir::is_integer(dtype)) return (counts_to(n, f64, where) * step + start).as(dtype);
    // As in NumPy, the numbers are whole multiples of a step that is whole itself.
    const auto whole = [](double x) { return ir::scalar::convert<std::int64_t>(x); };
    const double last = static_cast<double>(whole(start)) + static_cast<double>(whole(step)) * static_cast<double>(n - 1);
    return integers(whole(start), whole(step), n, whole(last), dtype, where);
  });
}

Array place_along(const Array& index, std::int64_t extent, Where where) {
  const DType own = index.dtype(), least = extent > INT32_MAX ? i64 : i32;
  const bool enough = !index.weak() && ir::byte_size(own) >= (ir::is_unsigned(own) ? 4 : ir::byte_size(least));
  const Array at = enough ? index : index.as(index.weak() && own != i32 ? own : least, where);
  return ir::is_unsigned(at.dtype()) ? at : espalier::where(at < 0, at + extent, at);
}

}  // namespace detail

using detail::apply;
using detail::axis_of;
using ir::Op;

namespace {

Array constant(double value, DType dtype, Where where) {
  where = detail::Caller::place_or(where);
  if (Trace* trace = Trace::current()) {
    return trace->array_of(trace->builder.add(Op::constant, {}, ir::ConstantAttrs{ir::scalar_literal(dtype, value)}, where), false, where);
  }
  return Array(value, where).as(dtype, where);
}
Array filled(const Shape& shape, double value, DType dtype, Where where) {
  return apply(Op::broadcast, {Operand(constant(value, dtype, where), where)}, ir::BroadcastAttrs{shape, {}}, where, "full");
}
Array spread(const Array& scalar, const Shape& shape, Where where) { return detail::broadcast_to_shape(scalar, shape, "full", where); }
// Weak scalars as arrays of the dtype they report: what structural functions work on.
Array strong(const Operand& x) { return x.array.weak() ? x.array.as(x.array.dtype(), x.where) : x.array; }

}  // namespace

Array zeros(Shape shape, DType dtype, Where where) { return filled(shape, 0, dtype, where); }
Array ones(Shape shape, DType dtype, Where where) { return filled(shape, 1, dtype, where); }
Array empty(Shape shape, DType dtype, Where where) { return filled(shape, 0, dtype, where); }
Array full(Shape shape, Operand value) { return spread(strong(value), shape, value.where); }
Array full(Shape shape, Operand value, DType dtype) { return spread(detail::settled_in(value.array, dtype, "full", value.where), shape, value.where); }
// clang-format off
Array zeros_like(Operand x) { return called_at(x.where, "zeros_like", [&] { return filled(x.array.shape(), 0, x.array.dtype(), x.where); }); }
Array ones_like(Operand x) { return called_at(x.where, "ones_like", [&] { return filled(x.array.shape(), 1, x.array.dtype(), x.where); }); }
Array full_like(Operand x, Operand value) { return called_at(x.where, "full_like", [&] { return full(x.array.shape(), value, x.array.dtype()); }); }
// clang-format on

Array iota(Shape shape, std::int64_t axis, DType dtype, Where where) {
  const int a = axis_of(axis, shape.ndim(), "iota", where);
  return detail::located(where, "iota", [&] {
    const ir::Type type(dtype, shape);
    if (type.size() != 0 && !detail::integer_fits(shape[a] - 1, dtype)) detail::fail_beyond("iota", std::to_string(shape[a] - 1), dtype, where);
    return detail::apply_many(Op::iota, {}, ir::IotaAttrs{type, a}, where, "iota")[0];
  });
}

namespace {

// The numbers of rows, plus k, and of columns, to be compared. A diagonal beyond the corners leaves the matrix all or nothing,
// so k is clamped there. Sums that i32 does not hold are counted in i64.
struct Grid {
  Array rows, columns;
};
Grid grid(const Shape& shape, std::int64_t k, Where where) {
  const int n = shape.ndim();
  const ir::Type checked(bool_, shape);
  const std::int64_t height = shape[n - 2], width = shape[n - 1];
  k = std::clamp(k, -height, width);
  const DType count = height + width > INT32_MAX ? i64 : i32;
  return {iota(shape, n - 2, count, where) + k, iota(shape, n - 1, count, where)};
}

}  // namespace

Array eye(std::int64_t n, EyeOptions o, Where where) {
  return called_at(where, "eye", [&] {
    const Shape shape{n, o.m.value_or(n)};
    const Grid at = grid(shape, o.k, where);
    return (at.rows == at.columns).as(o.dtype);
  });
}
Array identity(std::int64_t n, Where where) { return eye(n, {}, where); }
Array tri(std::int64_t n, EyeOptions o, Where where) {
  return called_at(where, "tri", [&] {
    const Shape shape{n, o.m.value_or(n)};
    const Grid at = grid(shape, o.k, where);
    return (at.rows >= at.columns).as(o.dtype);
  });
}
Array linspace(double start, double stop, std::int64_t num, LinspaceOptions o, Where where) {
  return called_at(where, "linspace", [&] {
    const std::int64_t gaps = o.endpoint ? num - 1 : num;
    const Array counts = iota(Shape{num}, 0, f64);
    const Array line = counts * (gaps > 0 ? (stop - start) / static_cast<double>(gaps) : 0.0) + start;
    // The end is hit exactly, whatever the steps add up to.
    const DType dtype = o.dtype.value_or(f32);
    const Array points = o.endpoint && num > 1 ? espalier::where(counts == static_cast<double>(num - 1), stop, line) : line;
    return (ir::is_integer(dtype) ? floor(points) : points).as(dtype);  // not towards zero: -0.5 is -1
  });
}
Array linspace(Operand start, Operand stop, std::int64_t num, LinspaceOptions o) {
  return called_at(start.where, "linspace", [&] {
    const Array from = start.array.as(f64), to = stop.array.as(f64);
    const bool wide = !start.array.weak() && detail::float_dtype(start.array.dtype()) == f64;
    const bool wide_end = !stop.array.weak() && detail::float_dtype(stop.array.dtype()) == f64;
    const Shape shape = broadcast_shapes(from.shape(), to.shape());
    const int axis = axis_of(o.axis, shape.ndim() + 1, "linspace", start.where);
    std::vector<std::int64_t> column(static_cast<std::size_t>(shape.ndim()) + 1, 1);
    column[0] = num;
    const Array counts = reshape(iota(Shape{num}, 0, f64), Shape(column));
    const std::int64_t gaps = o.endpoint ? num - 1 : num;
    const Array line = counts * ((to - from) / static_cast<double>(std::max<std::int64_t>(gaps, 1))) + from;
    const Array exact = o.endpoint && num > 1 ? espalier::where(counts == static_cast<double>(num - 1), to, line) : line;
    const DType dtype = o.dtype.value_or(wide || wide_end ? f64 : f32);
    return moveaxis(ir::is_integer(dtype) ? floor(exact) : exact, 0, axis).as(dtype);
  });
}
Array logspace(double start, double stop, std::int64_t num, LinspaceOptions o, Where where) {
  return called_at(where, "logspace", [&] {
    const DType dtype = std::exchange(o.dtype, f64).value_or(f32);
    return pow(Array(10.0, f64), linspace(start, stop, num, o)).as(dtype);
  });
}
Array geomspace(double start, double stop, std::int64_t num, LinspaceOptions o, Where where) {
  return logspace(std::log10(start), std::log10(stop), num, o, where);
}

Array one_hot(Operand x, std::int64_t num_classes, OneHotOptions o) {
  return called_at(x.where, "one_hot", [&] {
    const Array given = strong(x);
    const Array ids = ir::byte_size(given.dtype()) < 4 ? given.as(i32) : given;  // there may be more classes than fit in 8 bits
    const int axis = axis_of(o.axis, ids.ndim() + 1, "one_hot", x.where);
    const Array column = expand_dims(Operand(ids, x.where), axis);
    auto shape = column.shape().extents();
    shape[axis] = num_classes;
    return (column == iota(Shape(shape), axis, ids.dtype(), x.where)).as(o.dtype, x.where);
  });
}
std::vector<Array> meshgrid(const std::vector<Array>& arrays, MeshgridOptions o, Where where) {
  if (o.indexing != "xy" && o.indexing != "ij") throw ArgumentError("meshgrid", "indexing \"" + std::string(o.indexing) + "\" is not known", "it is xy or ij", where);
  const int n = static_cast<int>(arrays.size());
  const bool swap = o.indexing == "xy" && n >= 2;
  auto place = [&](int i) { return swap && i < 2 ? 1 - i : i; };
  std::vector<std::int64_t> shape(n);
  for (int i = 0; i < n; ++i) shape[place(i)] = arrays[i].size();
  std::vector<Array> out;
  for (int i = 0; i < n; ++i) {
    std::vector<std::int64_t> one(n, 1);
    one[place(i)] = arrays[i].size();
    out.push_back(broadcast_to(Operand(reshape(Operand(arrays[i], where), Shape(one)), where), Shape(shape)));
  }
  return out;
}

Array reshape(Operand x, Shape shape) {
  return called_at(x.where, "reshape", [&] {
    auto extents = shape.extents();
    const auto open = std::find(extents.begin(), extents.end(), -1);
    const auto fail = [&](const std::string& message, const char* hint) {
      ShapeError error("reshape", message, hint);
      error.shapes = {x.array.shape(), shape};
      throw error;
    };
    if (open != extents.end()) {
      if (std::count(open, extents.end(), -1) > 1) fail("shape " + shape.str() + " leaves more than one extent open", "one extent may be -1: what is left");
      *open = 1;
      const std::int64_t rest = ir::Type(bool_, Shape(extents)).size();
      if (rest == 0) fail("nothing says what -1 is in shape " + shape.str() + ", which has no elements", "write the extent out");
      *open = x.array.size() / rest;
    }
    if (x.array.ndim() == 0 && extents.empty()) return x.array;  // a number stays one
    const Array a = strong(x);
    if (a.shape() == Shape(extents)) return a;
    return apply(Op::reshape, {Operand(a, x.where)}, ir::ReshapeAttrs{Shape(extents)}, x.where, "reshape");
  });
}
Array ravel(Operand x) {
  return called_at(x.where, "ravel", [&] { return reshape(x, Shape{-1}); });
}
Array transpose(Operand x, Axes axes) {
  return called_at(x.where, "transpose", [&] {
    ir::Ints order;
    const int n = x.array.ndim();
    if (axes.all)
      for (int i = n; i-- > 0;) order.push_back(i);
    else
      for (auto axis : axes.list) order.push_back(axis_of(axis, n, "transpose", x.where));
    bool same = true;
    for (std::size_t i = 0; i < order.size(); ++i) same = same && order[i] == static_cast<std::int64_t>(i);
    if (same && order.size() == static_cast<std::size_t>(n)) return x.array;
    return apply(Op::transpose, {Operand(strong(x), x.where)}, ir::TransposeAttrs{order}, x.where, "transpose");
  });
}
Array swapaxes(Operand x, std::int64_t a, std::int64_t b) {
  return called_at(x.where, "swapaxes", [&] {
    const int n = x.array.ndim();
    std::vector<int> order(n);
    std::iota(order.begin(), order.end(), 0);
    std::swap(order[axis_of(a, n, "swapaxes", x.where)], order[axis_of(b, n, "swapaxes", x.where)]);
    return transpose(x, order);
  });
}
Array moveaxis(Operand x, Axes from, Axes to) {
  return called_at(x.where, "moveaxis", [&] {
    const int n = x.array.ndim();
    if (from.list.size() != to.list.size()) throw ArgumentError("moveaxis", std::to_string(from.list.size()) + " axes are to go to " + std::to_string(to.list.size()) + " places", "name as many places as axes", x.where);
    std::vector<int> order(n, -1);
    std::vector<bool> moved(n, false);
    for (std::size_t i = 0; i < from.list.size(); ++i) {
      const int a = axis_of(from.list[i], n, "moveaxis", x.where);
      moved[a] = true;
      order[axis_of(to.list[i], n, "moveaxis", x.where)] = a;
    }
    int next = 0;
    for (int& slot : order) {
      if (slot >= 0) continue;
      while (moved[next]) ++next;
      slot = next++;
    }
    return transpose(x, order);
  });
}
Array squeeze(Operand x, AxisOptions o) {
  return called_at(x.where, "squeeze", [&] {
    const Shape& shape = x.array.shape();
    std::vector<std::int64_t> kept, gone;
    if (o.axis.all) {
      for (int i = 0; i < shape.ndim(); ++i)
        if (shape[i] == 1) gone.push_back(i);
    } else {
      gone = detail::axes_of(o.axis, shape.ndim(), "squeeze", x.where);
    }
    for (int i = 0; i < shape.ndim(); ++i) {
      if (std::find(gone.begin(), gone.end(), i) == gone.end()) kept.push_back(shape[i]);
      else if (shape[i] != 1) {
        ShapeError error("squeeze", "axis " + std::to_string(i) + " of shape " + shape.str() + " has extent " + std::to_string(shape[i]) + ", not 1", "only axes of extent 1 can go", x.where);
        error.shapes = {shape};
        throw error;
      }
    }
    return reshape(x, Shape(kept));
  });
}
Array expand_dims(Operand x, Axes axis) {
  return called_at(x.where, "expand_dims", [&] {
    const int n = x.array.ndim() + static_cast<int>(axis.list.size());
    const auto added = detail::axes_of(axis, n, "expand_dims", x.where);
    std::vector<std::int64_t> shape;
    int next = 0;
    for (int i = 0; i < n; ++i) shape.push_back(std::find(added.begin(), added.end(), i) != added.end() ? 1 : x.array.shape()[next++]);
    return reshape(x, Shape(shape));
  });
}
Array broadcast_to(Operand x, Shape shape) {
  return called_at(x.where, "broadcast_to", [&] {
    const Array a = strong(x);
    const Shape met = broadcast_shapes(a.shape(), shape);
    if (met != shape) {
      ShapeError error("broadcast_to", "shape " + a.shape().str() + " does not broadcast to " + shape.str(), "extents must be equal or 1, counted from the last axis", x.where);
      error.shapes = {a.shape(), shape};
      throw error;
    }
    return detail::broadcast_to_shape(a, shape, "broadcast_to", x.where);
  });
}
std::vector<Array> broadcast_arrays(const std::vector<Array>& arrays, Where where) {
  const Shape shape = detail::broadcast_shape(arrays, "broadcast_arrays", where);
  std::vector<Array> out;
  for (const Array& a : arrays) out.push_back(detail::broadcast_to_shape(a, shape, "broadcast_arrays", where));
  return out;
}
Shape broadcast_shapes(const Shape& a, const Shape& b, Where where) {
  return detail::located(where, "broadcast_shapes", [&] {
    return detail::broadcast_shape(std::vector<Array>{abstract(a, f32, where), abstract(b, f32, where)}, "broadcast_shapes", where);
  });
}

Array concatenate(const std::vector<Array>& arrays, JoinOptions o, Where where) {
  if (arrays.empty()) throw ArgumentError("concatenate", "there is nothing to join", "give at least one array", where);
  const auto met = detail::promote_operands(arrays, "concatenate", where).arrays;
  const int axis = axis_of(o.axis, met[0].ndim(), "concatenate", where);
  if (met.size() == 1) return met[0];
  return detail::apply_many(Op::concatenate, met, ir::ConcatenateAttrs{axis}, where, "concatenate")[0];
}
Array stack(const std::vector<Array>& arrays, JoinOptions o, Where where) {
  return called_at(where, "stack", [&] {
    if (arrays.empty()) throw ArgumentError("stack", "there is nothing to join", "give at least one array");
    std::vector<Array> rows;
    for (const Array& a : arrays) rows.push_back(expand_dims(a, axis_of(o.axis, a.ndim() + 1, "stack", where)));
    return concatenate(rows, JoinOptions{.axis = axis_of(o.axis, rows[0].ndim(), "stack", where)});
  });
}
Array hstack(const std::vector<Array>& arrays, Where where) {
  return concatenate(arrays, JoinOptions{.axis = !arrays.empty() && arrays[0].ndim() > 1 ? 1 : 0}, where);
}
Array vstack(const std::vector<Array>& arrays, Where where) {
  std::vector<Array> rows;
  for (const Array& a : arrays) rows.push_back(atleast_2d(Operand(a, where)));
  return concatenate(rows, {}, where);
}
Array dstack(const std::vector<Array>& arrays, Where where) {
  std::vector<Array> rows;
  for (const Array& a : arrays) rows.push_back(atleast_3d(Operand(a, where)));
  return concatenate(rows, JoinOptions{.axis = 2}, where);
}

namespace {
Array cut(Operand x, int axis, std::int64_t from, std::int64_t to) {
  ir::Ints start(x.array.ndim(), 0), limit = x.array.shape().extents(), stride(x.array.ndim(), 1);
  start[axis] = from;
  limit[axis] = to;
  if (from == 0 && to == x.array.shape()[axis]) return x.array;
  return apply(Op::slice, {x}, ir::SliceAttrs{start, limit, stride}, x.where, "slice");
}
}  // namespace

std::vector<Array> split(Operand x, const std::vector<std::int64_t>& indices, JoinOptions o) {
  return called_at(x.where, "split", [&] {
    const int axis = axis_of(o.axis, x.array.ndim(), "split", x.where);
    std::vector<Array> parts;
    std::int64_t from = 0;
    const std::int64_t extent = x.array.shape()[axis];
    for (auto index : indices) {
      const std::int64_t to = std::clamp<std::int64_t>(index < 0 ? index + extent : index, from, extent);
      parts.push_back(cut(x, axis, from, to));
      from = to;
    }
    parts.push_back(cut(x, axis, from, extent));
    return parts;
  });
}
std::vector<Array> detail::split_equally(Operand x, std::int64_t n, JoinOptions o) {
  return called_at(x.where, "split", [&] {
    const int axis = axis_of(o.axis, x.array.ndim(), "split", x.where);
    const std::int64_t extent = x.array.shape()[axis];
    if (n < 1 || extent % n != 0) throw ArgumentError("split", "axis " + std::to_string(axis) + " of " + x.array.shape().str() + " does not divide into " + std::to_string(n) + " parts", "give the indices to cut at", x.where);
    std::vector<std::int64_t> indices;
    for (std::int64_t i = 1; i < n; ++i) indices.push_back(i * (extent / n));
    return split(x, indices, o);
  });
}
std::vector<Array> unstack(Operand x, JoinOptions o) {
  return called_at(x.where, "unstack", [&] {
    const int axis = axis_of(o.axis, x.array.ndim(), "unstack", x.where);
    std::vector<Array> rows;
    for (std::int64_t i = 0; i < x.array.shape()[axis]; ++i) rows.push_back(squeeze(Operand(cut(x, axis, i, i + 1), x.where), axis));
    return rows;
  });
}

Array flip(Operand x, AxisOptions o) {
  return called_at(x.where, "flip", [&] {
    return apply(Op::reverse, {Operand(strong(x), x.where)}, ir::ReverseAttrs{detail::axes_of(o.axis, x.array.ndim(), "flip", x.where)}, x.where, "flip");
  });
}
namespace {
// A product of extents; INT64_MAX where it overflows, which is larger than any array.
std::int64_t product(std::int64_t a, std::int64_t b) {
  std::int64_t n;
  return __builtin_mul_overflow(a, b, &n) ? INT64_MAX : n;
}
}  // namespace
Array tile(Operand x, Shape reps) {
  return called_at(x.where, "tile", [&] {
    std::vector<std::int64_t> counts = reps.extents(), extents = x.array.shape().extents(), spread_shape, shape;
    while (counts.size() < extents.size()) counts.insert(counts.begin(), 1);
    while (extents.size() < counts.size()) extents.insert(extents.begin(), 1);
    std::vector<std::int64_t> split_shape;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      split_shape.insert(split_shape.end(), {1, extents[i]});
      spread_shape.insert(spread_shape.end(), {counts[i], extents[i]});
      shape.push_back(product(counts[i], extents[i]));
    }
    return reshape(broadcast_to(reshape(x, Shape(split_shape)), Shape(spread_shape)), Shape(shape));
  });
}
namespace {
Array triangle(Operand x, std::int64_t k, bool lower) {
  const int n = x.array.ndim();
  if (n < 2) throw ShapeError(lower ? "tril" : "triu", x.array.shape().str() + " has no diagonal", "give at least two dimensions", x.where);
  const Grid at = grid(x.array.shape(), k, x.where);
  return where(lower ? at.rows >= at.columns : at.rows <= at.columns, x, zeros_like(x));
}
}  // namespace
// clang-format off
Array tril(Operand x, std::int64_t k) { return called_at(x.where, "tril", [&] { return triangle(x, k, true); }); }
Array triu(Operand x, std::int64_t k) { return called_at(x.where, "triu", [&] { return triangle(x, k, false); }); }
Array atleast_1d(Operand x) { return called_at(x.where, "atleast_1d", [&] { return x.array.ndim() >= 1 ? x.array : reshape(x, Shape{1}); }); }
Array atleast_2d(Operand x) { return called_at(x.where, "atleast_2d", [&] { return x.array.ndim() >= 2 ? x.array : (x.array.ndim() == 1 ? expand_dims(x, 0) : reshape(x, Shape{1, 1})); }); }
// clang-format on
Array atleast_3d(Operand x) {
  return called_at(x.where, "atleast_3d", [&] {
    if (x.array.ndim() >= 3) return x.array;
    return x.array.ndim() == 2 ? expand_dims(x, 2) : expand_dims(atleast_2d(x), 2);
  });
}

Array dynamic_slice(Operand x, const std::vector<Array>& starts, Shape sizes) {
  return called_at(x.where, "dynamic_slice", [&] {
    std::vector<Array> operands{strong(x)};
    for (const Array& s : starts) operands.push_back(s.weak() ? s.as(s.dtype(), x.where) : s);
    return detail::apply_many(Op::dynamic_slice, operands, ir::DynamicSliceAttrs{sizes}, x.where, "dynamic_slice")[0];
  });
}
Array dynamic_update_slice(Operand x, Operand update, const std::vector<Array>& starts) {
  return called_at(x.where, "dynamic_update_slice", [&] {
    const Array a = strong(x);
    std::vector<Array> operands{a, detail::settled_in(update.array, a.dtype(), "dynamic_update_slice", x.where)};
    for (const Array& s : starts) operands.push_back(s.weak() ? s.as(s.dtype(), x.where) : s);
    return detail::apply_many(Op::dynamic_update_slice, operands, {}, x.where, "dynamic_update_slice")[0];
  });
}
Array dynamic_index(Operand x, Operand index, DynamicIndexOptions o) {
  return called_at(x.where, "dynamic_index", [&] {
    const int axis = axis_of(o.axis, x.array.ndim(), "dynamic_index", x.where);
    const Array i = detail::place_along(index.array, x.array.shape()[axis], x.where);
    std::vector<Array> starts(x.array.ndim(), Array(0).as(i.dtype()));
    starts[axis] = i;
    auto sizes = x.array.shape().extents();
    sizes[axis] = 1;
    const Array row = dynamic_slice(x, starts, Shape(sizes));
    return o.keepdims ? row : squeeze(Operand(row, x.where), axis);
  });
}

}  // namespace espalier
