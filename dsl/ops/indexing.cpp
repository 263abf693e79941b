#include "espalier/dsl/ops/indexing.h"

#include <algorithm>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"

namespace espalier {
namespace {

using detail::apply;
using detail::called_at;
using ir::Op;
// Everything here runs within called_at, which knows the user's place.

// What an index does to one axis of the operand.
struct Cut {
  std::int64_t start = 0, count = 0, step = 1;
  Array at = {};  // a start that is a value
  /// The first element in memory order, and the distance between elements.
  std::int64_t low() const { return count == 0 ? 0 : (step > 0 ? start : start + (count - 1) * step); }
  std::int64_t stride() const { return std::abs(step); }
};
struct Plan {
  std::vector<Cut> cuts;             // per axis
  std::vector<std::int64_t> shape;   // of the result
  bool dynamic = false;
};

Cut of_slice(const Slice& s, std::int64_t extent) {
  if (s.step == 0) throw ArgumentError("index", "a slice cannot step by 0", "step forwards or backwards");
  auto bounded = [&](std::int64_t i, std::int64_t low, std::int64_t high) { return std::clamp<std::int64_t>(i < 0 ? i + extent : i, low, high); };
  Cut cut;
  cut.step = s.step;
  if (s.step > 0) {
    cut.start = s.start ? bounded(*s.start, 0, extent) : 0;
    const std::int64_t stop = s.stop ? bounded(*s.stop, 0, extent) : extent;
    cut.count = stop > cut.start ? (stop - cut.start - 1) / s.step + 1 : 0;
  } else {
    cut.start = s.start ? bounded(*s.start, -1, extent - 1) : extent - 1;
    const std::int64_t stop = s.stop ? bounded(*s.stop, -1, extent - 1) : -1;
    cut.count = cut.start > stop ? (stop - cut.start + 1) / s.step + 1 : 0;
  }
  if (cut.count <= 1) cut.step = 1;  // one element has no next
  return cut;
}

Plan plan(const Array& x, const std::vector<Index>& indices) {
  const int n = x.ndim();
  int used = 0;
  bool open = false;
  for (const Index& i : indices) {
    if (std::holds_alternative<Ellipsis>(i.value)) {
      if (open) throw ArgumentError("index", "an index has two ellipses", "one ellipsis stands for all axes that are not named");
      open = true;
    } else if (!std::holds_alternative<NewAxis>(i.value)) ++used;
  }
  if (used > n) {
    throw IndexError("index", std::to_string(used) + " indices were given for " + detail::ArrayAccess::type(x).str() + ", which has " + std::to_string(n) + " axes", "index at most once per axis; newaxis makes one");
  }
  Plan out;
  int axis = 0;
  auto whole = [&] {
    out.cuts.push_back({0, x.shape()[axis], 1});
    out.shape.push_back(x.shape()[axis++]);
  };
  for (const Index& i : indices) {
    if (std::holds_alternative<NewAxis>(i.value)) {
      out.shape.push_back(1);
    } else if (std::holds_alternative<Ellipsis>(i.value)) {
      for (int k = used; k < n; ++k) whole();
    } else if (const auto* s = std::get_if<Slice>(&i.value)) {
      out.cuts.push_back(of_slice(*s, x.shape()[axis++]));
      out.shape.push_back(out.cuts.back().count);
    } else if (const auto* number = std::get_if<std::int64_t>(&i.value)) {
      const std::int64_t extent = x.shape()[axis], at = *number < 0 ? *number + extent : *number;
      if (at < 0 || at >= extent) {
        IndexError error("index", "index " + std::to_string(*number) + " is out of range for axis " + std::to_string(axis) + " of " + detail::ArrayAccess::type(x).str(), "indices go from " + std::to_string(-extent) + " to " + std::to_string(extent - 1));
        error.index = *number;
        error.size = extent;
        throw error;
      }
      out.cuts.push_back({at, 1, 1});
      ++axis;
    } else {
      const Array& a = std::get<Array>(i.value);
      if (a.ndim() != 0 || !ir::is_integer(a.dtype())) {
        DTypeError error("index", "an index array must be an integer scalar, not " + detail::ArrayAccess::type(a).str(), "index with one element, or choose with where");
        error.dtypes = {a.dtype()};
        throw error;
      }
      out.cuts.push_back({0, 1, 1, detail::place_along(a, x.shape()[axis++], {})});
      out.dynamic = true;
    }
  }
  while (axis < n) whole();
  return out;
}

// The starts as integer scalars: those that are values in their own dtype, and `fixed` of the others in i32, or in i64 where
// i32 does not hold them.
template <class F> std::vector<Array> starts_of(const Plan& p, const F& fixed) {
  std::vector<Array> starts;
  for (const Cut& c : p.cuts) starts.push_back(c.at.is_nothing() ? Array(fixed(c)) : c.at);
  for (Array& start : starts) start = start.as(start.dtype());
  return starts;
}

Array read(const Array& x, const Plan& p) {
  ir::Ints start, limit, stride, reversed, counts;
  bool all = true;
  for (int i = 0; i < x.ndim(); ++i) {
    const Cut& c = p.cuts[i];
    const bool moving = !c.at.is_nothing();
    if (c.step < 0) reversed.push_back(i);
    start.push_back(moving ? 0 : c.low());
    limit.push_back(moving ? x.shape()[i] : (c.count == 0 ? c.low() : c.low() + (c.count - 1) * c.stride() + 1));
    stride.push_back(moving ? 1 : c.stride());
    counts.push_back(moving ? 1 : c.count);
    all = all && start.back() == 0 && limit.back() == x.shape()[i] && stride.back() == 1;
  }
  Array out = x.weak() ? x.as(x.dtype()) : x;
  if (!all) out = apply(Op::slice, {out}, ir::SliceAttrs{start, limit, stride}, {});
  if (p.dynamic) out = dynamic_slice(out, starts_of(p, [](const Cut&) { return std::int64_t{0}; }), Shape(counts));
  if (!reversed.empty()) out = apply(Op::reverse, {out}, ir::ReverseAttrs{reversed}, {});
  return reshape(out, Shape(p.shape));
}

// Whether all index arrays lie within their axes: a bool scalar.
Array lies_inside(const Array& x, const Plan& p) {
  Array inside = true;
  for (int i = 0; i < x.ndim(); ++i) {
    const Array& at = p.cuts[i].at;
    if (!at.is_nothing()) inside = inside & (at >= 0) & (at < x.shape()[i]);
  }
  return inside;
}

Array written(const Array& given, const Plan& p, const Array& value) {
  const Array x = given.weak() ? given.as(given.dtype()) : given;
  // The value, broadcast to the shape of the piece that it replaces.
  Array piece = broadcast_to(detail::settled_in(value, x.dtype(), "at", {}), Shape(p.shape));
  ir::Ints counts, reversed;
  bool strided = false, empty = false;
  for (int i = 0; i < x.ndim(); ++i) {
    counts.push_back(p.cuts[i].at.is_nothing() ? p.cuts[i].count : 1);
    if (p.cuts[i].step < 0) reversed.push_back(i);
    strided = strided || p.cuts[i].stride() != 1;
    empty = empty || counts.back() == 0;
  }
  if (empty) return x;
  if (p.dynamic) piece = where(lies_inside(x, p), piece, read(x, p));  // an index outside writes nothing
  piece = reshape(piece, Shape(counts));
  if (!reversed.empty()) piece = apply(Op::reverse, {piece}, ir::ReverseAttrs{reversed}, {});
  if (!strided) return dynamic_update_slice(x, piece, starts_of(p, [](const Cut& c) { return c.low(); }));
  if (p.dynamic) throw ArgumentError("at", "a stepped slice and an index array cannot be updated together", "update in two steps");
  // x keeps its elements between those of a stepped slice. So the piece is padded to x's shape, and a mask of it selects.
  ir::PadAttrs pad;
  for (int i = 0; i < x.ndim(); ++i) {
    const Cut& c = p.cuts[i];
    pad.low.push_back(c.low());
    pad.interior.push_back(c.stride() - 1);
    pad.high.push_back(x.shape()[i] - c.low() - ((c.count - 1) * c.stride() + 1));
  }
  auto padded = [&](const Array& a) { return apply(Op::pad, {a, zeros({}, a.dtype())}, pad, {}); };
  return where(padded(ones(Shape(counts), bool_)), padded(piece), x);
}

}  // namespace

Array Array::operator[](Index index) const {
  return called_at(index.where, "index", [&] { return read(*this, plan(*this, {index})); });
}
Array Array::operator[](std::initializer_list<Index> indices) const {
  const Where where = indices.size() == 0 ? where_ : indices.begin()->where;
  return called_at(where, "index", [&] { return read(*this, plan(*this, std::vector<Index>(indices))); });
}

detail::Items Array::begin(Where where) const {
  return called_at(where, "items", [&] {
    if (ndim() != 0) return detail::Items(*this, 0, where);
    ShapeError error("items", detail::ArrayAccess::type(*this).str() + " is a scalar: it has no items to go through", "use item<T>() for its value", where);
    error.shapes = {shape()};
    throw error;
  });
}
detail::Items Array::end(Where where) const { return {Array(), ndim() == 0 ? 0 : shape(0, where), where}; }
Array detail::Items::operator*() const { return x_[Index(at_, where_)]; }

Array Updater::get(Where where) const {
  return called_at(where, "at", [&] { return read(x_, plan(x_, indices_)); });
}
Array Updater::set(Operand v) const {
  return called_at(v.where, "at", [&] { return written(x_, plan(x_, indices_), v.array); });
}
Array Updater::add(Operand v) const {
  return called_at(v.where, "at", [&] { return set(get() + v); });
}
Array Updater::multiply(Operand v) const {
  return called_at(v.where, "at", [&] { return set(get() * v); });
}
Array Updater::divide(Operand v) const {
  return called_at(v.where, "at", [&] { return set(get() / v); });
}
Array Updater::min(Operand v) const {
  return called_at(v.where, "at", [&] { return set(minimum(get(), v)); });
}
Array Updater::max(Operand v) const {
  return called_at(v.where, "at", [&] { return set(maximum(get(), v)); });
}

}  // namespace espalier
