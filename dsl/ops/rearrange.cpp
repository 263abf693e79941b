// repeat, roll and pad: they repeat and move the elements of an axis. Each lists, for every place of the result's axis, the
// place of x that it shows. A run of neighbouring places becomes one slice, so the graph grows with the number of runs, not
// with the extent.
#include <algorithm>
#include <numeric>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/ops/statistics.h"
#include "espalier/dsl/trace.h"

namespace espalier {

using detail::apply;
using detail::axis_of;
using detail::called_at;
using ir::Op;

namespace {

using Places = std::vector<std::int64_t>;
// Everything here runs within called_at, which knows the user's place.

Array strong(const Operand& x) { return x.array.weak() ? x.array.as(x.array.dtype(), x.where) : x.array; }

// Places from, from + step, … as one piece; step is 1, -1 or 0.
Array run_of(const Array& x, int axis, std::int64_t from, std::int64_t step, std::int64_t count) {
  const std::int64_t low = step < 0 ? from - count + 1 : from;
  ir::Ints start(x.ndim(), 0), limit = x.shape().extents(), stride(x.ndim(), 1);
  start[axis] = low;
  limit[axis] = step == 0 ? low + 1 : low + count;
  const bool whole = low == 0 && limit[axis] == x.shape()[axis];
  const Array piece = whole ? x : apply(Op::slice, {x}, ir::SliceAttrs{start, limit, stride}, {});
  if (step < 0) return apply(Op::reverse, {piece}, ir::ReverseAttrs{{axis}}, {});
  if (step > 0 || count == 1) return piece;
  auto extents = x.shape().extents();
  extents[axis] = count;
  return broadcast_to(piece, Shape(extents));
}

// The array whose axis has the elements of x at these places.
Array shown(const Array& x, int axis, const Places& places) {
  std::vector<Array> pieces;
  for (std::size_t i = 0; i < places.size();) {
    std::size_t end = i + 1;
    std::int64_t step = 1;
    if (end < places.size() && std::abs(places[end] - places[i]) <= 1) step = places[end] - places[i];
    while (end < places.size() && places[end] == places[end - 1] + step) ++end;
    pieces.push_back(run_of(x, axis, places[i], step, static_cast<std::int64_t>(end - i)));
    i = end;
  }
  if (!pieces.empty()) return concatenate(pieces, JoinOptions{.axis = axis});
  auto extents = x.shape().extents();
  extents[axis] = 0;
  return zeros(Shape(extents), x.dtype());
}

// Each element n times, by a broadcast.
Array repeated(const Array& x, int axis, std::int64_t n) {
  std::vector<std::int64_t> wide = x.shape().extents(), shape = wide;
  wide.insert(wide.begin() + axis + 1, n);
  if (__builtin_mul_overflow(shape[axis], n, &shape[axis])) shape[axis] = INT64_MAX;  // larger than any array
  return reshape(broadcast_to(expand_dims(x, axis + 1), Shape(wide)), Shape(shape));
}

Array rolled(const Array& x, int axis, std::int64_t shift) {
  const std::int64_t n = x.shape()[axis];
  if (n == 0) return x;
  const std::int64_t by = ((shift % n) + n) % n;
  return by == 0 ? x : concatenate({run_of(x, axis, n - by, 1, by), run_of(x, axis, 0, 1, n - by)}, JoinOptions{.axis = axis});
}

}  // namespace

Array repeat(Operand x, std::int64_t n, RepeatOptions o) {
  return called_at(x.where, "repeat", [&] {
    if (n < 0) throw ArgumentError("repeat", "an element cannot come " + std::to_string(n) + " times", "give 0 or more");
    const Array a = o.axis ? strong(x) : ravel(x);
    return repeated(a, axis_of(o.axis.value_or(0), a.ndim(), "repeat", x.where), n);
  });
}
Array repeat(Operand x, const std::vector<std::int64_t>& counts, RepeatOptions o) {
  return called_at(x.where, "repeat", [&] {
    if (counts.size() == 1) return repeat(x, counts[0], o);
    const Array a = o.axis ? strong(x) : ravel(x);
    const int axis = axis_of(o.axis.value_or(0), a.ndim(), "repeat", x.where);
    if (static_cast<std::int64_t>(counts.size()) != a.shape()[axis]) {
      ShapeError error("repeat", std::to_string(counts.size()) + " counts were given for the " + std::to_string(a.shape()[axis]) + " elements of axis " + std::to_string(axis) + " of " + detail::ArrayAccess::type(a).str(), "give a count per element, or one for all");
      error.shapes = {a.shape()};
      throw error;
    }
    Places places;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] < 0) throw ArgumentError("repeat", "an element cannot come " + std::to_string(counts[i]) + " times", "give 0 or more");
      places.insert(places.end(), static_cast<std::size_t>(counts[i]), static_cast<std::int64_t>(i));
    }
    return shown(a, axis, places);
  });
}

Array roll(Operand x, std::int64_t shift, AxisOptions o) {
  return called_at(x.where, "roll", [&] {
    if (o.axis.all) return reshape(rolled(ravel(x), 0, shift), x.array.shape());
    Array out = strong(x);
    for (auto axis : detail::axes_of(o.axis, out.ndim(), "roll", x.where)) out = rolled(out, static_cast<int>(axis), shift);
    return out;
  });
}
Array roll(Operand x, const std::vector<std::int64_t>& shifts, AxisOptions o) {
  return called_at(x.where, "roll", [&] {
    if (o.axis.all) return roll(x, std::accumulate(shifts.begin(), shifts.end(), std::int64_t{0}));
    if (shifts.size() != o.axis.list.size()) throw ArgumentError("roll", std::to_string(shifts.size()) + " shifts were given for " + std::to_string(o.axis.list.size()) + " axes", "give a shift per axis, or one number for all");
    Array out = strong(x);
    for (std::size_t i = 0; i < shifts.size(); ++i) out = rolled(out, axis_of(o.axis.list[i], out.ndim(), "roll", x.where), shifts[i]);
    return out;
  });
}

namespace {

// The place of x that stands at place i, which may lie before 0 or beyond n - 1, by NumPy's rules for the mode.
std::int64_t place_in(std::string_view mode, std::int64_t i, std::int64_t n) {
  const auto within = [i](std::int64_t period) { return ((i % period) + period) % period; };
  if (mode == "edge" || n == 1) return std::clamp<std::int64_t>(i, 0, n - 1);
  if (mode == "wrap") return within(n);
  const std::int64_t period = mode == "reflect" ? 2 * n - 2 : 2 * n, at = within(period);
  return at < n ? at : (mode == "reflect" ? period - at : period - 1 - at);
}

using Width = std::pair<std::int64_t, std::int64_t>;

// What stands for a whole axis; in an integer dtype rounded to it, half-way cases to even, as NumPy's.
Array statistic(const Array& x, int axis, std::string_view mode) {
  const ReduceOptions along{.axis = axis, .keepdims = true};
  if (mode == "maximum") return max(x, along);
  if (mode == "minimum") return min(x, along);
  const Array wide = ir::is_inexact(x.dtype()) ? x : x.as(f64);
  const Array value = mode == "mean" ? mean(wide, along) : median(wide, {.axis = axis, .keepdims = true});
  return (ir::is_integer(x.dtype()) ? rint(value) : value).as(x.dtype());
}

// Numbers from the outer end's value to the element at the edge, which is not among them.
Array ramp(const Array& x, int axis, const Array& value, std::int64_t width, bool behind) {
  const Array edge = squeeze(run_of(x, axis, behind ? x.shape()[axis] - 1 : 0, 1, 1), axis);
  const Array outwards = linspace(value, edge, width, {.endpoint = false, .dtype = x.dtype(), .axis = axis});
  return behind ? flip(outwards, axis) : outwards;
}

Array between(int axis, const Array& before, const Array& x, const Array& behind) { return concatenate({before, x, behind}, JoinOptions{.axis = axis}); }

Array pad_axis(const Array& x, int axis, Width width, std::string_view mode, const Array& value) {
  const auto [low, high] = width;
  if (low < 0 || high < 0) throw ArgumentError("pad", "mode \"" + std::string(mode) + "\" cannot take the width " + std::to_string(std::min(low, high)), "crop by slicing, or in mode constant");
  if (low == 0 && high == 0) return x;
  const std::int64_t n = x.shape()[axis];
  if (n == 0) {
    ShapeError error("pad", "axis " + std::to_string(axis) + " of " + x.shape().str() + " is empty: mode \"" + std::string(mode) + "\" has nothing to repeat", "use mode constant or empty");
    error.shapes = {x.shape()};
    throw error;
  }
  if (mode == "linear_ramp") return between(axis, ramp(x, axis, value, low, false), x, ramp(x, axis, value, high, true));
  if (mode == "maximum" || mode == "minimum" || mode == "mean" || mode == "median") {
    const Array one = statistic(x, axis, mode);
    return between(axis, run_of(one, axis, 0, 0, low), x, run_of(one, axis, 0, 0, high));
  }
  Places places(static_cast<std::size_t>(low + n + high));
  for (std::int64_t i = 0; i < low + n + high; ++i) places[static_cast<std::size_t>(i)] = place_in(mode, i - low, n);
  return shown(x, axis, places);
}

}  // namespace

Array pad(Operand x, const std::vector<Width>& widths, PadOptions o) {
  return called_at(x.where, "pad", [&] {
    constexpr std::string_view modes[] = {"constant", "empty", "edge", "reflect", "symmetric", "wrap", "linear_ramp", "maximum", "minimum", "mean", "median"};
    if (std::find(std::begin(modes), std::end(modes), o.mode) == std::end(modes)) {
      throw ArgumentError("pad", "mode \"" + std::string(o.mode) + "\" is not known", "it is constant, empty, edge, reflect, symmetric, wrap, linear_ramp, maximum, minimum, mean or median");
    }
    Array out = strong(x);
    const int n = out.ndim();
    if (widths.size() != 1 && static_cast<int>(widths.size()) != n) throw ArgumentError("pad", "there are " + std::to_string(widths.size()) + " widths for " + std::to_string(n) + " axes", "give one pair per axis, or one for all");
    const auto width_of = [&](int axis) { return widths.size() == 1 ? widths[0] : widths[static_cast<std::size_t>(axis)]; };
    const Array value = detail::settled_in(o.mode == "constant" || o.mode == "linear_ramp" ? o.value : Array(0), out.dtype(), "pad", x.where);
    if (o.mode != "constant" && o.mode != "empty") {
      for (int axis = 0; axis < n; ++axis) out = pad_axis(out, axis, width_of(axis), o.mode, value);
      return out;
    }
    ir::PadAttrs attrs;
    for (int axis = 0; axis < n; ++axis) {
      const auto [low, high] = width_of(axis);
      attrs.low.push_back(low);
      attrs.high.push_back(high);
      attrs.interior.push_back(0);
    }
    return apply(Op::pad, {Operand(out, x.where), Operand(value, x.where)}, attrs, x.where, "pad");
  });
}
Array pad(Operand x, Width widths, PadOptions o) { return pad(x, std::vector<Width>{widths}, o); }

}  // namespace espalier
