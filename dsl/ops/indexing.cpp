#include "espalier/dsl/ops/indexing.h"

#include <algorithm>

#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"

namespace espalier {
namespace {

using detail::apply;
using ir::Op;

// What an index does to one axis of the operand.
struct Cut {
  std::int64_t start = 0, count = 0, step = 1;
  Array at;                    // a start that is a value
  bool drops = false;          // an integer: the axis goes
};
struct Plan {
  std::vector<Cut> cuts;             // per axis
  std::vector<std::int64_t> shape;   // of the result
  bool dynamic = false;
};

Cut of_slice(const Slice& s, std::int64_t extent, Where where) {
  if (s.step == 0) throw ArgumentError("index", "a slice cannot step by 0", "", where);
  auto bounded = [&](std::int64_t i, std::int64_t low, std::int64_t high) { return std::clamp<std::int64_t>(i < 0 ? i + extent : i, low, high); };
  Cut cut;
  cut.step = s.step;
  if (s.step > 0) {
    cut.start = s.start ? bounded(*s.start, 0, extent) : 0;
    const std::int64_t stop = s.stop ? bounded(*s.stop, 0, extent) : extent;
    cut.count = std::max<std::int64_t>(0, (stop - cut.start + s.step - 1) / s.step);
  } else {
    cut.start = s.start ? bounded(*s.start, -1, extent - 1) : extent - 1;
    const std::int64_t stop = s.stop ? bounded(*s.stop, -1, extent - 1) : -1;
    cut.count = std::max<std::int64_t>(0, (cut.start - stop - s.step - 1) / -s.step);
  }
  return cut;
}

Plan plan(const Array& x, const std::vector<Index>& indices, Where where) {
  const int n = x.ndim();
  int used = 0;
  bool open = false;
  for (const Index& i : indices) {
    if (std::holds_alternative<Ellipsis>(i.value)) {
      if (open) throw ArgumentError("index", "an index has two ellipses", "", i.where);
      open = true;
    } else if (!std::holds_alternative<NewAxis>(i.value)) ++used;
  }
  if (used > n) {
    throw IndexError("index", std::to_string(used) + " indices were given for " + detail::ArrayAccess::type(x).str() + ", which has " + std::to_string(n) + " axes", "", where);
  }
  Plan out;
  int axis = 0;
  auto whole = [&] {
    out.cuts.push_back({0, x.shape()[axis], 1, {}, false});
    out.shape.push_back(x.shape()[axis++]);
  };
  for (const Index& i : indices) {
    if (std::holds_alternative<NewAxis>(i.value)) {
      out.shape.push_back(1);
    } else if (std::holds_alternative<Ellipsis>(i.value)) {
      for (int k = used; k < n; ++k) whole();
    } else if (const auto* s = std::get_if<Slice>(&i.value)) {
      out.cuts.push_back(of_slice(*s, x.shape()[axis++], i.where));
      out.shape.push_back(out.cuts.back().count);
    } else if (const auto* number = std::get_if<std::int64_t>(&i.value)) {
      const std::int64_t extent = x.shape()[axis], at = *number < 0 ? *number + extent : *number;
      if (at < 0 || at >= extent) {
        IndexError error("index", "index " + std::to_string(*number) + " is out of range for axis " + std::to_string(axis) + " of " + detail::ArrayAccess::type(x).str(), "indices go from " + std::to_string(-extent) + " to " + std::to_string(extent - 1), i.where);
        error.index = *number;
        error.size = extent;
        throw error;
      }
      out.cuts.push_back({at, 1, 1, {}, true});
      ++axis;
    } else {
      const Array& a = std::get<Array>(i.value);
      if (a.ndim() != 0 || !ir::is_integer(a.dtype())) {
        DTypeError error("index", "an index array must be an integer scalar, not " + detail::ArrayAccess::type(a).str(), "index with one element, or choose with where", i.where);
        error.dtypes = {a.dtype()};
        throw error;
      }
      const Array strong = a.weak() ? a.as(i32, i.where) : a;
      const Array at = ir::is_unsigned(strong.dtype()) ? strong : espalier::where(Operand(strong < 0, i.where), strong + x.shape()[axis], strong);
      out.cuts.push_back({0, 1, 1, at, true});
      out.dynamic = true;
      ++axis;
    }
  }
  while (axis < n) whole();
  return out;
}

std::vector<Array> starts_of(const Plan& p, Where where) {
  DType dtype = i32;
  for (const Cut& c : p.cuts) if (!c.at.is_nothing()) dtype = c.at.dtype();
  std::vector<Array> starts;
  for (const Cut& c : p.cuts) starts.push_back(c.at.is_nothing() ? Array(c.step > 0 ? c.start : c.start + (c.count - 1) * c.step).as(dtype, where) : c.at.as(dtype, where));
  return starts;
}

Array read(Array x, const Plan& p, Where where) {
  ir::Ints start, limit, stride, reversed, counts;
  bool all = true;
  for (int i = 0; i < x.ndim(); ++i) {
    const Cut& c = p.cuts[i];
    const std::int64_t low = c.count == 0 ? 0 : c.step > 0 ? c.start : c.start + (c.count - 1) * c.step;
    const std::int64_t step = std::abs(c.step);
    if (c.step < 0) reversed.push_back(i);
    const bool moving = !c.at.is_nothing();
    start.push_back(moving ? 0 : low);
    limit.push_back(moving ? x.shape()[i] : c.count == 0 ? low : low + (c.count - 1) * step + 1);
    stride.push_back(moving ? 1 : step);
    counts.push_back(moving ? 1 : c.count);
    all = all && start.back() == 0 && limit.back() == x.shape()[i] && stride.back() == 1;
  }
  const Operand from(x.weak() ? x.as(x.dtype(), where) : x, where);
  Array out = all ? from.array : apply(Op::slice, {from}, ir::SliceAttrs{start, limit, stride}, where, "index");
  if (p.dynamic) {
    std::vector<Array> starts;
    for (const Cut& c : p.cuts) starts.push_back(c.at.is_nothing() ? Array(0).as(i32, where) : c.at);
    DType dtype = i32;
    for (const Cut& c : p.cuts) if (!c.at.is_nothing()) dtype = c.at.dtype();
    for (Array& s : starts) s = s.as(dtype, where);
    out = dynamic_slice(Operand(out, where), starts, Shape(counts));
  }
  if (!reversed.empty()) out = apply(Op::reverse, {Operand(out, where)}, ir::ReverseAttrs{reversed}, where, "index");
  return reshape(Operand(out, where), Shape(p.shape));
}

}  // namespace

Array Array::operator[](Index index) const { return read(*this, plan(*this, {index}, index.where), index.where); }
Array Array::operator[](std::initializer_list<Index> indices) const {
  const Where where = indices.size() == 0 ? where_ : indices.begin()->where;
  return read(*this, plan(*this, std::vector<Index>(indices), where), where);
}

Array Updater::get() const { return read(x_, plan(x_, indices_, where_), where_); }

Array Updater::set(Operand v) const {
  const Plan p = plan(x_, indices_, where_);
  const Array x = x_.weak() ? x_.as(x_.dtype(), where_) : x_;
  // The value in the shape of the piece it replaces, axes of integers included.
  Array piece = broadcast_to(Operand(v.array.as(x.dtype(), v.where), v.where), Shape(p.shape));
  ir::Ints counts, reversed;
  bool strided = false, empty = false;
  for (int i = 0; i < x.ndim(); ++i) {
    counts.push_back(p.cuts[i].at.is_nothing() ? p.cuts[i].count : 1);
    if (p.cuts[i].step < 0) reversed.push_back(i);
    strided = strided || std::abs(p.cuts[i].step) != 1;
    empty = empty || counts.back() == 0;
  }
  if (empty) return x;
  piece = reshape(Operand(piece, v.where), Shape(counts));
  if (!reversed.empty()) piece = detail::apply(Op::reverse, {Operand(piece, v.where)}, ir::ReverseAttrs{reversed}, v.where, "at");
  if (!strided) return dynamic_update_slice(Operand(x, v.where), Operand(piece, v.where), starts_of(p, v.where));
  if (p.dynamic) throw ArgumentError("at", "a stepped slice and an index array cannot be updated together", "update in two steps", v.where);
  // Between the elements of a stepped slice x stays: pad the piece to x's shape, and its mask alike.
  ir::PadAttrs pad;
  for (int i = 0; i < x.ndim(); ++i) {
    const Cut& c = p.cuts[i];
    const std::int64_t step = std::abs(c.step), low = c.step > 0 ? c.start : c.start + (c.count - 1) * c.step;
    pad.low.push_back(low);
    pad.interior.push_back(step - 1);
    pad.high.push_back(x.shape()[i] - low - ((c.count - 1) * step + 1));
  }
  auto padded = [&](const Array& a) { return detail::apply(Op::pad, {Operand(a, v.where), Operand(zeros({}, a.dtype(), v.where), v.where)}, pad, v.where, "at"); };
  return where(Operand(padded(ones(Shape(counts), bool_, v.where)), v.where), padded(piece), x);
}
Array Updater::add(Operand v) const { return set(Operand(get(), v.where) + v); }
Array Updater::multiply(Operand v) const { return set(Operand(get(), v.where) * v); }
Array Updater::divide(Operand v) const { return set(Operand(get(), v.where) / v); }
Array Updater::min(Operand v) const { return set(minimum(Operand(get(), v.where), v)); }
Array Updater::max(Operand v) const { return set(maximum(Operand(get(), v.where), v)); }

}  // namespace espalier
