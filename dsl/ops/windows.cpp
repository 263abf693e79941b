#include "espalier/dsl/ops/windows.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/ops/window_plan.h"
#include "espalier/dsl/trace.h"
#include "espalier/ir/convolution.h"
#include "espalier/ir/error.h"
#include "espalier/ir/expr.h"

namespace espalier {

using detail::called_at;

namespace {

using ir::Expr;
using ir::Ints;
using ir::Reduction;

// Everything here runs within called_at, which knows the user's place.

Array strong(const Operand& x) { return x.array.weak() ? x.array.as(x.array.dtype(), x.where) : x.array; }

Reduction reduction(Monoid op) { return static_cast<Reduction>(op); }
static_assert(static_cast<Reduction>(Monoid::sum) == Reduction::sum && static_cast<Reduction>(Monoid::prod) == Reduction::prod && static_cast<Reduction>(Monoid::max) == Reduction::max && static_cast<Reduction>(Monoid::min) == Reduction::min && static_cast<Reduction>(Monoid::and_) == Reduction::and_ && static_cast<Reduction>(Monoid::or_) == Reduction::or_ && static_cast<Reduction>(Monoid::xor_) == Reduction::xor_);

// What a reduction leaves as it is, as a scalar.
Array identity(Monoid op, DType t) {
  const auto scalar = [&](auto number) { return detail::ArrayAccess::of(ir::scalar_literal(t, number), {}); };
  const bool largest = op == Monoid::min || op == Monoid::and_;
  switch (op) {
    case Monoid::sum:
    case Monoid::or_:
    case Monoid::xor_: return scalar(std::int64_t{0});
    case Monoid::prod: return scalar(std::int64_t{1});
    case Monoid::and_: return scalar(std::int64_t{ir::is_bool(t) ? 1 : -1});
    case Monoid::max:
    case Monoid::min: break;
  }
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (ir::is_complex(t)) return scalar(largest ? std::complex<double>(infinity, infinity) : std::complex<double>(-infinity, -infinity));
  if (ir::is_inexact(t)) return scalar(largest ? infinity : -infinity);
  if (ir::is_bool(t)) return scalar(std::int64_t{largest});
  const int bits = 8 * static_cast<int>(ir::byte_size(t));
  const auto all = static_cast<std::int64_t>(~std::uint64_t{0} >> (64 - bits));
  if (ir::is_unsigned(t)) return scalar(largest ? all : std::int64_t{0});
  const std::int64_t most = static_cast<std::int64_t>(~std::uint64_t{0} >> 1) >> (64 - bits);
  return scalar(largest ? most : -most - 1);
}

// Padding of an array, and the windows of what is padded. Axes along which nothing moves are none of the windows'.
struct Moving {
  ir::PadAttrs pad;
  ir::WindowsAttrs windows;
};
Moving moving(const Shape& x, const Ints& sizes, const Ints& strides, const Ints& base, const Ints& dilations, const Padding& padding) {
  const std::size_t n = sizes.size();
  const detail::PaddedBy by = detail::padded_by(padding, x.extents(), detail::reach_of(sizes, dilations), strides);
  Moving m{{by.low, by.high, Ints(n, 0)}, {}};
  for (std::size_t i = 0; i < n; ++i) {
    m.pad.interior[i] = base[i] - 1;
    if (sizes[i] == 1 && strides[i] == 1) continue;
    m.windows.axes.push_back(static_cast<std::int64_t>(i));
    m.windows.sizes.push_back(sizes[i]), m.windows.strides.push_back(strides[i]), m.windows.dilations.push_back(dilations[i]);
  }
  return m;
}
Moving moving(const Array& x, const Shape& window, const WindowOptions& o) {
  const int n = x.ndim();
  return moving(x.shape(), detail::per_axis(window, n, "window"), detail::per_axis(o.strides, n, "strides"), detail::per_axis(o.base_dilation, n, "base_dilation"), detail::per_axis(o.window_dilation, n, "window_dilation"), o.padding);
}
// Windows over the spatial axes, side by side unless strides are given.
Moving moving(const Array& x, const Shape& window, const PoolOptions& o) {
  if (x.ndim() < 3) throw ShapeError("", "an array " + detail::ArrayAccess::type(x).str() + " has no spatial axes", "x is [N, spatial..., C]");
  const int n = x.ndim() - 2;
  const auto whole = [](Ints inner, std::int64_t outer) {
    inner.insert(inner.begin(), outer);
    inner.push_back(outer);
    return inner;
  };
  Padding padding = o.padding;
  if (padding.word.empty()) padding.pairs.insert(padding.pairs.begin(), {0, 0}), padding.pairs.push_back({0, 0});
  const Ints sizes = detail::per_axis(window, n, "window"), ones(static_cast<std::size_t>(x.ndim()), 1);
  return moving(x.shape(), whole(sizes, 1), whole(o.strides.ndim() > 0 ? detail::per_axis(o.strides, n, "strides") : sizes, 1), ones, ones, padding);
}

Array padded(const Array& x, const Array& filler, const ir::PadAttrs& pad) {
  return ir::is_identity(pad) ? x : detail::apply(ir::Op::pad, {x, filler}, pad, {});
}

// ---- extrema: their derivative is that of the first element that is it ------------------------------------------------------

Ints window_axes(const ir::WindowsAttrs& windows, int ndim) {
  Ints axes(windows.axes.size());
  std::iota(axes.begin(), axes.end(), ndim);
  return axes;
}
Expr beside(Expr of_each, const Shape& windows) {
  Ints dims(static_cast<std::size_t>(of_each.ndim()));
  std::iota(dims.begin(), dims.end(), 0);
  return broadcast(of_each, windows, dims);
}
// Whether each element of the windows is the first of its window that is the extremum; a NaN is it.
Expr is_first(Expr windows, Reduction kind, const Ints& axes) {
  const Expr extremum = beside(reduce(windows, kind, axes), windows.shape());
  const Expr is_it = apply(ir::Op::or_, {compare(windows, ir::Comparison::eq, extremum), compare(windows, ir::Comparison::ne, windows)});
  const ir::Type number = windows.type().with(i32);
  Expr place = full(*windows.builder, number, 0);
  std::int64_t count = 1;
  for (std::size_t i = axes.size(); i-- > 0; count *= windows.shape()[static_cast<int>(axes[i])]) place = place + iota(*windows.builder, number, static_cast<int>(axes[i])) * static_cast<double>(count);
  const Expr first = reduce(select(is_it, place, full(*windows.builder, number, static_cast<double>(count))), Reduction::min, axes);
  return compare(place, ir::Comparison::eq, beside(first, windows.shape()));
}

// Windows of few elements are read one element of all of them at a time: for each a slice.
constexpr std::int64_t most_taps = 32;
std::vector<Ints> taps_of(const ir::WindowsAttrs& w, const Shape& places) {
  std::int64_t count = 1;
  for (auto size : w.sizes) count *= std::min(size, most_taps + 1);
  if (count > most_taps || places.size() == 0) return {};
  std::vector<Ints> taps;
  for (std::int64_t k = 0; k < count; ++k) {
    Ints at(w.sizes.size());
    for (std::size_t j = at.size(), rest = static_cast<std::size_t>(k); j-- > 0; rest /= static_cast<std::size_t>(w.sizes[j])) at[j] = static_cast<std::int64_t>(rest) % w.sizes[j];
    taps.push_back(at);
  }
  return taps;
}
Shape places_of(const ir::WindowsAttrs& w, const Shape& x) {
  const Shape windows = ir::windows_shape(w, x);
  return Shape(Ints(windows.begin(), windows.begin() + x.ndim()));
}
Expr element(Expr x, const ir::WindowsAttrs& w, const Ints& tap) {
  const Shape places = places_of(w, x.shape());
  Ints start(static_cast<std::size_t>(x.ndim()), 0), limit = places.extents(), stride(start.size(), 1);
  for (std::size_t j = 0; j < tap.size(); ++j) {
    const auto axis = static_cast<std::size_t>(w.axes[j]);
    start[axis] = tap[j] * w.dilations[j], stride[axis] = w.strides[j];
    limit[axis] = start[axis] + (places.extents()[axis] - 1) * w.strides[j] + 1;
  }
  return slice(x, start, limit, stride);
}
// The transpose of `element`: where it was taken from an array of this shape, zero elsewhere.
Expr spread(Expr x, const ir::WindowsAttrs& w, const Ints& tap, const Shape& whole) {
  Ints low(static_cast<std::size_t>(x.ndim()), 0), high = low, interior = low;
  for (std::size_t j = 0; j < tap.size(); ++j) {
    const auto axis = static_cast<std::size_t>(w.axes[j]);
    low[axis] = tap[j] * w.dilations[j], interior[axis] = w.strides[j] - 1;
    high[axis] = whole.extents()[axis] - low[axis] - ir::window_reach(x.shape().extents()[axis], w.strides[j]);
  }
  return pad(x, full(*x.builder, ir::Type(x.dtype()), 0), low, high, interior);
}
// Which element of each window is its first extremum; a NaN is it.
Expr first_of(Expr x, Reduction kind, const ir::WindowsAttrs& w, const std::vector<Ints>& taps) {
  Expr best = element(x, w, taps[0]), first = full(*x.builder, best.type().with(i32), 0);
  for (std::size_t k = 1; k < taps.size(); ++k) {
    const Expr next = element(x, w, taps[k]);
    const Expr becomes = apply(ir::Op::and_, {compare(next, ir::Comparison::ne, next), compare(best, ir::Comparison::eq, best)});
    const Expr better = apply(ir::Op::or_, {compare(next, kind == Reduction::max ? ir::Comparison::gt : ir::Comparison::lt, best), becomes});
    first = select(better, full_like(first, static_cast<double>(k)), first);
    best = select(better, next, best);
  }
  return first;
}
// x where element k is the first extremum, else 0.
Expr where_first(Expr first, std::size_t k, Expr x) { return select(compare(first, ir::Comparison::eq, static_cast<double>(k)), x, zeros_like(x)); }

ir::GraphRef shared(const ir::Builder& b, std::initializer_list<Expr> outputs) {
  std::vector<ir::Value> values;
  for (Expr e : outputs) values.push_back(e.value);
  return std::make_shared<const ir::Graph>(b.finish(values));
}
// A builder of ops at the user's place.
ir::Builder at_the_call() {
  ir::Builder b;
  b.loc = detail::Caller::place_or({});
  return b;
}
Array extremum(const Array& x, Reduction kind, const ir::WindowsAttrs& windows) {
  const ir::Type type = detail::ArrayAccess::physical(x);
  const Ints axes = window_axes(windows, type.ndim());
  const auto taken = [&](Expr e) { return apply(ir::Op::windows, {e}, windows); };
  ir::Builder body = at_the_call();
  const Expr of_body = taken({&body, body.input(type)});
  const ir::GraphRef function = shared(body, {reduce(of_body, kind, axes)});
  if (!ir::is_inexact(type.dtype()) || windows.axes.empty()) return detail::run(*function, std::vector<Array>{x}, {})[0];
  ir::Builder rule = at_the_call();
  const Expr value{&rule, rule.input(type)}, tangent{&rule, rule.input(type)};
  const Expr windows_of_value = taken(value), found = reduce(windows_of_value, kind, axes);
  const std::vector<Ints> taps = taps_of(windows, found.shape());
  Expr moved;
  if (taps.empty()) {
    const Expr of_tangent = taken(tangent);
    moved = reduce(select(is_first(windows_of_value, kind, axes), of_tangent, zeros_like(of_tangent)), Reduction::sum, axes);
  } else {
    const Expr first = first_of(value, kind, windows, taps);
    moved = where_first(first, 0, element(tangent, windows, taps[0]));
    for (std::size_t k = 1; k < taps.size(); ++k) moved = moved + where_first(first, k, element(tangent, windows, taps[k]));
  }
  const ir::GraphRef both = shared(rule, {found, moved});
  return detail::apply(ir::Op::custom_jvp, {x}, ir::CustomJvpAttrs{function, both, 1}, {});
}

// The elements of each window of what is padded, reduced.
Array reduced(const Array& x, Monoid op, const ir::WindowsAttrs& windows) {
  if (op == Monoid::max || op == Monoid::min) return extremum(x, reduction(op), windows);
  if (windows.axes.empty()) return x;
  const Array taken = detail::apply(ir::Op::windows, {x}, windows, {});
  return detail::apply(ir::Op::reduce, {taken}, ir::ReduceAttrs{reduction(op), window_axes(windows, x.ndim())}, {});
}
Array combined(Monoid op, const Array& x, const Array& y) {
  switch (op) {
    case Monoid::sum: return x + y;
    case Monoid::prod: return x * y;
    case Monoid::max: return maximum(x, y);
    case Monoid::min: return minimum(x, y);
    case Monoid::and_: return x & y;
    case Monoid::or_: return x | y;
    case Monoid::xor_: return x ^ y;
  }
  __builtin_unreachable();
}
Array initial(const Operand& init, DType dtype) {
  if (init.array.ndim() != 0) throw ShapeError("", "the initial value is " + detail::ArrayAccess::type(init.array).str() + ", not a scalar", "give one number");
  return detail::settled_in(init.array, dtype, "reduce_window", init.where);
}

// ---- any function ------------------------------------------------------------------------------------------------------------

Array part(const Array& x, std::size_t axis, std::int64_t start, std::int64_t count, std::int64_t stride = 1) {
  const auto n = static_cast<std::size_t>(x.ndim());
  ir::SliceAttrs s{Ints(n, 0), x.shape().extents(), Ints(n, 1)};
  s.start[axis] = start, s.limit[axis] = count == 0 ? start : start + (count - 1) * stride + 1, s.stride[axis] = stride;
  return detail::apply(ir::Op::slice, {x}, s, {});
}
// Windows along one axis: those of twice as many elements are made of two neighbours.
Array folded(const Array& x, const std::function<Array(Array, Array)>& op, std::size_t axis, std::int64_t size, std::int64_t stride, std::int64_t dilation) {
  const std::int64_t extent = x.shape()[static_cast<int>(axis)], places = ir::window_places(extent, size, dilation, stride);
  if (places == 0) return part(x, axis, 0, 0);
  const auto starts = [&](std::int64_t elements) { return extent - (elements - 1) * dilation; };
  Array doubled = x, all;
  std::int64_t have = 0;
  for (std::int64_t elements = 1; elements <= size; elements *= 2) {
    if (size & elements) {
      const std::int64_t n = starts(elements + have);
      all = have == 0 ? doubled : op(part(doubled, axis, 0, n), part(all, axis, elements * dilation, n));
      have += elements;
    }
    if (2 * elements > size) break;
    const std::int64_t n = starts(2 * elements);
    doubled = op(part(doubled, axis, 0, n), part(doubled, axis, elements * dilation, n));
  }
  return part(all, axis, 0, places, stride);
}

}  // namespace

Array reduce_window(Operand x, Operand init, Monoid op, Shape window, WindowOptions o) {
  return called_at(x.where, "reduce_window", [&] {
    const Array a = strong(x), first = initial(init, a.dtype());
    const Moving m = moving(a, window, o);
    const Array result = reduced(padded(a, first, m.pad), op, m.windows);
    return combined(op, broadcast_to(first, result.shape()), result);
  });
}
Array reduce_window(Operand x, Monoid op, Shape window, WindowOptions o) {
  return called_at(x.where, "reduce_window", [&] {
    const Array a = strong(x);
    const Moving m = moving(a, window, o);
    return reduced(padded(a, identity(op, a.dtype()), m.pad), op, m.windows);
  });
}
Array reduce_window(Operand x, Operand init, const std::function<Array(Array, Array)>& op, Shape window, WindowOptions o) {
  return called_at(x.where, "reduce_window", [&] {
    const Array a = strong(x), first = initial(init, a.dtype());
    const Moving m = moving(a, window, o);
    Array result = padded(a, first, m.pad);
    for (std::size_t j = m.windows.axes.size(); j-- > 0;) result = folded(result, op, static_cast<std::size_t>(m.windows.axes[j]), m.windows.sizes[j], m.windows.strides[j], m.windows.dilations[j]);
    return op(broadcast_to(first, result.shape()), result);
  });
}

namespace {

Array pooled(const Operand& x, const Shape& window, const PoolOptions& o, Monoid op) {
  const Array a = strong(x);
  const Moving m = moving(a, window, o);
  return reduced(padded(a, identity(op, a.dtype()), m.pad), op, m.windows);
}

}  // namespace

Array max_pool(Operand x, Shape window, PoolOptions o) {
  return called_at(x.where, "max_pool", [&] { return pooled(x, window, o, Monoid::max); });
}
Array min_pool(Operand x, Shape window, PoolOptions o) {
  return called_at(x.where, "min_pool", [&] { return pooled(x, window, o, Monoid::min); });
}
Array avg_pool(Operand x, Shape window, PoolOptions o) {
  return called_at(x.where, "avg_pool", [&] {
    const Ints sizes = detail::per_axis(window, std::max(x.array.ndim() - 2, 1), "window");
    double count = 1;
    for (auto size : sizes) count *= static_cast<double>(size);
    return pooled(x, window, o, Monoid::sum) / count;
  });
}

Array select_and_scatter_add(Operand source, Operand operand, Shape window, SelectOptions o) {
  return called_at(source.where, "select_and_scatter_add", [&] {
    if (o.select != Monoid::max && o.select != Monoid::min) throw ArgumentError("", "only an extremum is one of the elements", "select Monoid::max or Monoid::min");
    const Array a = strong(operand), s = strong(source);
    const Moving m = moving(a, window, WindowOptions{.strides = o.strides, .padding = o.padding});
    const Array from = padded(a, identity(o.select, a.dtype()), m.pad);
    ir::Builder b = at_the_call();
    const Expr x{&b, b.input(detail::ArrayAccess::physical(from))}, y{&b, b.input(detail::ArrayAccess::physical(s))};
    const Shape wanted = places_of(m.windows, x.shape());
    if (y.shape() != wanted) {
      ShapeError error("", "a source " + y.type().str() + " has not one element for each of the windows " + wanted.str(), "give the shape that reduce_window has");
      error.shapes = {y.shape(), wanted};
      throw error;
    }
    const std::vector<Ints> taps = taps_of(m.windows, wanted);
    Expr whole;
    if (taps.empty()) {
      const Expr windows = apply(ir::Op::windows, {x}, m.windows), each = beside(y, windows.shape());
      const Expr chosen = select(is_first(windows, reduction(o.select), window_axes(m.windows, x.ndim())), each, zeros_like(each));
      whole = apply(ir::Op::overlap_add, {chosen}, ir::OverlapAddAttrs{m.windows, x.shape()});
    } else {
      const Expr first = first_of(x, reduction(o.select), m.windows, taps);
      whole = spread(where_first(first, 0, y), m.windows, taps[0], x.shape());
      for (std::size_t k = 1; k < taps.size(); ++k) whole = whole + spread(where_first(first, k, y), m.windows, taps[k], x.shape());
    }
    Ints low = m.pad.low, high = m.pad.high;
    for (std::size_t i = 0; i < low.size(); ++i) low[i] = -low[i], high[i] = -high[i];
    const Expr cropped = ir::is_identity(m.pad) ? whole : pad(whole, full(b, ir::Type(y.dtype()), 0), low, high);
    const ir::Value outputs[] = {cropped.value};
    return detail::run(b.finish(outputs), std::vector<Array>{from, s}, {})[0];
  });
}

}  // namespace espalier
