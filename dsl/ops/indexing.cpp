#include <algorithm>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/index_plan.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"

namespace espalier {
namespace {

using detail::apply;
using detail::ArrayAccess;
using detail::called_at;
using detail::Cut;
using detail::IndexPlan;
using ir::Op;
// Everything here runs within called_at, which knows the user's place.

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

bool is_mask(const Index& i) {
  const auto* a = std::get_if<Array>(&i.value);
  return a != nullptr && a->dtype() == bool_;
}
int axes_of(const Index& i) {
  if (std::holds_alternative<Ellipsis>(i.value) || std::holds_alternative<NewAxis>(i.value)) return 0;
  return is_mask(i) ? std::get<Array>(i.value).ndim() : 1;
}

// A mask as index arrays: where it is true, along each of its axes.
std::vector<Array> places_of(const Array& mask, const Array& x, int axis) {
  bool fits = mask.ndim() >= 1 && axis + mask.ndim() <= x.ndim();
  for (int i = 0; fits && i < mask.ndim(); ++i) fits = mask.shape()[i] == x.shape()[axis + i];
  if (!fits) {
    ShapeError error("index", "a mask " + ArrayAccess::type(mask).str() + " does not fit axis " + std::to_string(axis) + " of " + ArrayAccess::type(x).str(), "a mask has the extents of the axes that it stands for");
    error.shapes = {mask.shape(), x.shape()};
    throw error;
  }
  if (mask.is_traced() || mask.is_abstract()) {
    TracedValue error("index", "how much a mask " + ArrayAccess::type(mask).str() + " of a trace chooses is not known while it is traced", "choose with where(mask, a, b), or write a number with x.at(mask).set(number)");
    error.made = mask.where();
    throw error;
  }
  const auto flags = mask.to_vector<std::uint8_t>();
  std::vector<std::vector<std::int64_t>> places(static_cast<std::size_t>(mask.ndim()));
  for (std::size_t n = 0; n < flags.size(); ++n) {
    if (flags[n] == 0) continue;
    auto rest = static_cast<std::int64_t>(n);
    for (int i = mask.ndim(); i-- > 0; rest /= mask.shape()[i]) places[static_cast<std::size_t>(i)].push_back(rest % mask.shape()[i]);
  }
  std::vector<Array> arrays;
  for (const auto& list : places) arrays.emplace_back(list);
  return arrays;
}

[[noreturn]] void fail_out_of_range(std::int64_t number, int axis, const Array& x) {
  const std::int64_t extent = x.shape()[axis];
  IndexError error("index", "index " + std::to_string(number) + " is out of range for axis " + std::to_string(axis) + " of " + ArrayAccess::type(x).str(), "indices go from " + std::to_string(-extent) + " to " + std::to_string(extent - 1));
  error.index = number;
  error.size = extent;
  throw error;
}

class Planner {
 public:
  Planner(const Array& x, const std::vector<Index>& indices, AtMode mode) : x_(x), indices_(indices), mode_(mode) {
    for (const Index& i : indices) {
      const auto* a = std::get_if<Array>(&i.value);
      has_arrays_ = has_arrays_ || (a != nullptr && a->ndim() > 0);
    }
  }

  IndexPlan run() {
    const int used = count_axes();
    for (const Index& i : indices_) {
      if (std::holds_alternative<Ellipsis>(i.value)) ellipsis_of(x_.ndim() - used);
      else if (std::holds_alternative<NewAxis>(i.value)) keep(1, true);
      else if (const auto* s = std::get_if<Slice>(&i.value)) cut(of_slice(*s, extent()));
      else if (const auto* number = std::get_if<std::int64_t>(&i.value)) one(*number);
      else array(std::get<Array>(i.value));
    }
    while (axis_ < x_.ndim()) whole();
    if (has_arrays_) place_batch();
    for (const Kept& kept : kept_) plan_.shape.push_back(kept.extent);
    return std::move(plan_);
  }

 private:
  struct Kept {  // an axis of the place
    std::int64_t extent;
    bool is_new;
  };

  int count_axes() const {
    int used = 0;
    bool open = false;
    for (const Index& i : indices_) {
      if (std::holds_alternative<Ellipsis>(i.value)) {
        if (open) throw ArgumentError("index", "an index has two ellipses", "one ellipsis stands for all axes that are not named");
        open = true;
      }
      used += axes_of(i);
    }
    if (used > x_.ndim()) {
      throw IndexError("index", std::to_string(used) + " indices were given for " + ArrayAccess::type(x_).str() + ", which has " + std::to_string(x_.ndim()) + " axes", "index at most once per axis; newaxis makes one");
    }
    return used;
  }
  std::int64_t extent() const { return x_.shape()[axis_]; }

  // What stands between index arrays puts what they name in front.
  void separate() { ended_ = ended_ || first_ >= 0; }
  void keep(std::int64_t extent, bool is_new) {
    separate();
    kept_.push_back({extent, is_new});
  }
  void cut(const Cut& cut) {
    plan_.cuts.push_back(cut);
    ++axis_;
    keep(cut.count, false);
  }
  void whole() { cut({0, extent(), 1}); }
  void ellipsis_of(int n) {
    separate();
    for (; n > 0; --n) whole();
  }
  void one(std::int64_t number) {
    const std::int64_t at = number < 0 ? number + extent() : number;
    if (at < 0 || at >= extent()) fail_out_of_range(number, axis_, x_);
    if (has_arrays_) return count_along(Array(at).as(extent() > INT32_MAX ? i64 : i32));
    plan_.cuts.push_back({at, 1, 1});
    ++axis_;
  }
  void array(const Array& a) {
    if (a.dtype() == bool_) {
      for (const Array& places : places_of(a, x_, axis_)) count_along(places);
      return;
    }
    if (!ir::is_integer(a.dtype())) {
      DTypeError error("index", "an index array holds integers or bools, not " + ArrayAccess::type(a).str(), "convert it with .as(i32), or choose with where");
      error.dtypes = {a.dtype()};
      throw error;
    }
    if (has_arrays_) return count_along(detail::placed(a, extent(), mode_));
    plan_.cuts.push_back({0, 1, 1, detail::placed(a, extent(), mode_)});
    plan_.dynamic = true;
    ++axis_;
  }
  void count_along(Array places) {
    if (first_ < 0) first_ = static_cast<int>(kept_.size());
    apart_ = apart_ || ended_;
    plan_.cuts.push_back({0, extent(), 1});
    plan_.axes.push_back(axis_++);
    plan_.arrays.push_back(std::move(places));
  }
  void place_batch() {
    const Shape batch = detail::broadcast_shape(plan_.arrays, "index", {});
    for (Array& a : plan_.arrays) a = detail::broadcast_to_shape(a.weak() ? a.as(a.dtype()) : a, batch, "index", {});
    const auto at = kept_.begin() + (apart_ ? 0 : first_);
    plan_.batch_at = static_cast<int>(std::count_if(kept_.begin(), at, [](const Kept& kept) { return !kept.is_new; }));
    std::vector<Kept> axes;
    for (auto extent : batch) axes.push_back({extent, false});
    kept_.insert(at, axes.begin(), axes.end());
  }

  const Array& x_;
  const std::vector<Index>& indices_;
  const AtMode mode_;
  bool has_arrays_ = false;  // an index is an array with axes
  IndexPlan plan_;
  int axis_ = 0;             // of x, the next
  std::vector<Kept> kept_;
  int first_ = -1;           // where the first index array stands
  bool ended_ = false, apart_ = false;
};

// The starts as integer scalars: those that are values in their own dtype, and `fixed` of the others in i32, or in i64 where
// i32 does not hold them.
template <class F> std::vector<Array> starts_of(const IndexPlan& p, const F& fixed) {
  std::vector<Array> starts;
  for (const Cut& c : p.cuts) starts.push_back(c.at.is_nothing() ? Array(fixed(c)) : c.at);
  for (Array& start : starts) start = start.as(start.dtype());
  return starts;
}

// What is cut, its axes kept or, at the end, in the shape of the place.
Array cut_out(const Array& x, const IndexPlan& p) {
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
  return out;
}

// Whether all starts that are values lie within their axes: a bool scalar.
Array lies_inside(const Array& x, const IndexPlan& p) {
  Array inside = true;
  for (int i = 0; i < x.ndim(); ++i) {
    const Array& at = p.cuts[i].at;
    if (!at.is_nothing()) inside = inside & (at >= 0) & (at < x.shape()[i]);
  }
  return inside;
}

// x with a piece, of the shape of the place, written where it was cut out.
Array written(const Array& x, const IndexPlan& p, Array piece, bool drop) {
  ir::Ints counts, reversed;
  bool strided = false, empty = false;
  for (int i = 0; i < x.ndim(); ++i) {
    counts.push_back(p.cuts[i].at.is_nothing() ? p.cuts[i].count : 1);
    if (p.cuts[i].step < 0) reversed.push_back(i);
    strided = strided || p.cuts[i].stride() != 1;
    empty = empty || counts.back() == 0;
  }
  if (empty) return x;
  piece = reshape(piece, Shape(counts));
  if (p.dynamic && drop) piece = where(lies_inside(x, p), piece, cut_out(x, p));  // an index outside writes nothing
  if (!reversed.empty()) piece = apply(Op::reverse, {piece}, ir::ReverseAttrs{reversed}, {});
  if (!strided) return dynamic_update_slice(x, piece, starts_of(p, [](const Cut& c) { return c.low(); }));
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

// Index arrays and values beside stepped slices: these are cut out first, what is left is changed, and written back.
struct Steps {
  IndexPlan slices, rest;
};
bool has_steps(const IndexPlan& p) {
  const bool steps = std::any_of(p.cuts.begin(), p.cuts.end(), [](const Cut& c) { return c.step != 1; });
  return steps && (p.dynamic || !p.axes.empty());
}
Steps in_steps(const Array& x, const IndexPlan& p) {
  Steps steps{{}, p};
  for (int i = 0; i < x.ndim(); ++i) {
    Cut& rest = steps.rest.cuts[i];
    const bool moving = !rest.at.is_nothing();
    steps.slices.cuts.push_back(moving ? Cut{0, x.shape()[i], 1} : rest);
    if (!moving) rest = {0, rest.count, 1};
    steps.slices.shape.push_back(steps.slices.cuts.back().count);
  }
  return steps;
}

Array combined(const Array& there, const Array& value, detail::Change change) {
  switch (change) {
    case detail::Change::set: return value;
    case detail::Change::add: return there + value;
    case detail::Change::multiply: return there * value;
    case detail::Change::divide: return there / value;
    case detail::Change::min: return minimum(there, value);
    case detail::Change::max: return maximum(there, value);
  }
  __builtin_unreachable();
}

Array strong(const Array& x) { return x.weak() ? x.as(x.dtype()) : x; }

// A mask of a trace as the only index: a number is written where it is true.
bool chooses(const std::vector<Index>& indices, const Array& value) {
  return indices.size() == 1 && is_mask(indices[0]) && std::get<Array>(indices[0].value).is_traced() && value.ndim() == 0;
}
Array chosen(const Array& given, const Array& mask, const Array& value, detail::Change change) {
  const Array x = strong(given);
  std::vector<std::int64_t> shape = mask.shape().extents();
  bool fits = mask.ndim() <= x.ndim();
  for (int i = 0; fits && i < mask.ndim(); ++i) fits = mask.shape()[i] == x.shape()[i];
  if (!fits) (void)places_of(mask, x, 0);  // says what is wrong
  shape.resize(static_cast<std::size_t>(x.ndim()), 1);
  return where(reshape(mask, Shape(shape)), detail::settled_in(combined(x, value, change), x.dtype(), "at", {}), x);
}

Array updated(const Array& x, const std::vector<Index>& indices, const Operand& v, detail::Change change, const AtOptions& o) {
  return called_at(v.where, "at", [&] {
    const detail::Intended meant(detail::meant_by(o.mode));
    if (chooses(indices, v.array)) return chosen(x, std::get<Array>(indices[0].value), v.array, change);
    return detail::changed(x, detail::plan_indices(x, indices, o.mode), v.array, change, o);
  });
}

}  // namespace

namespace detail {

Array placed(const Array& index, std::int64_t extent, AtMode mode) {
  const Array at = place_along(index, extent, {});
  if (mode != AtMode::wrap || extent == 0) return at;
  return strong(index).as(extent > INT32_MAX || ir::byte_size(index.dtype()) > 4 || index.dtype() == u32 ? i64 : i32) % extent;
}
bool reads_fill(AtMode mode) { return mode == AtMode::fill_or_drop; }
bool writes_drop(AtMode mode) { return mode == AtMode::fill_or_drop || mode == AtMode::automatic; }
Check meant_by(AtMode mode) {
  switch (mode) {
    case AtMode::automatic:
    case AtMode::promise_in_bounds: return Check::none;
    case AtMode::clip:
    case AtMode::fill_or_drop:
    case AtMode::wrap: return Check::bounds;
  }
  __builtin_unreachable();
}
Array filler(const AtOptions& options, DType dtype) {
  if (!options.fill.is_nothing()) return settled_in(options.fill, dtype, "at", {});
  if (ir::is_inexact(dtype)) return Array(std::numeric_limits<double>::quiet_NaN()).as(dtype);
  if (dtype == bool_) return Array(true);
  const int bits = static_cast<int>(ir::byte_size(dtype)) * 8;
  if (ir::is_unsigned(dtype)) return ~Array(0).as(dtype);
  return Array(INT64_MIN >> (64 - bits), dtype);
}

IndexPlan plan_indices(const Array& x, const std::vector<Index>& indices, AtMode mode) { return Planner(x, indices, mode).run(); }

Array read(const Array& x, const IndexPlan& p, const AtOptions& o) {
  const Array cut = cut_out(x, p);
  if (!p.axes.empty()) return read_windows(cut, p, o);
  const Array out = reshape(cut, Shape(p.shape));
  return p.dynamic && reads_fill(o.mode) ? where(lies_inside(x, p), out, filler(o, out.dtype())) : out;
}

Array changed(const Array& given, const IndexPlan& p, const Array& value, Change change, const AtOptions& o) {
  const Array x = strong(given);
  if (has_steps(p)) {
    const Steps steps = in_steps(x, p);
    return written(x, steps.slices, changed(cut_out(x, steps.slices), steps.rest, value, change, o), true);
  }
  if (!p.axes.empty()) return changed_windows(x, p, value, change, o);
  const Array next = change == Change::set ? value : combined(reshape(cut_out(x, p), Shape(p.shape)), value, change);
  return written(x, p, broadcast_to(settled_in(next, x.dtype(), "at", {}), Shape(p.shape)), writes_drop(o.mode));
}

}  // namespace detail

Array Array::operator[](Index index) const {
  return called_at(index.where, "index", [&] { return detail::read(*this, detail::plan_indices(*this, {index}, AtMode::automatic), {}); });
}
Array Array::operator[](std::initializer_list<Index> indices) const {
  const Where where = indices.size() == 0 ? where_ : indices.begin()->where;
  return called_at(where, "index", [&] { return detail::read(*this, detail::plan_indices(*this, indices, AtMode::automatic), {}); });
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

Array Updater::get(AtOptions options, Where where) const {
  return called_at(where, "at", [&] {
    const detail::Intended meant(detail::meant_by(options.mode));
    return detail::read(x_, detail::plan_indices(x_, indices_, options.mode), options);
  });
}
Array Updater::set(Operand v, AtOptions options) const { return updated(x_, indices_, v, detail::Change::set, options); }
Array Updater::add(Operand v, AtOptions options) const { return updated(x_, indices_, v, detail::Change::add, options); }
Array Updater::multiply(Operand v, AtOptions options) const { return updated(x_, indices_, v, detail::Change::multiply, options); }
Array Updater::divide(Operand v, AtOptions options) const { return updated(x_, indices_, v, detail::Change::divide, options); }
Array Updater::min(Operand v, AtOptions options) const { return updated(x_, indices_, v, detail::Change::min, options); }
Array Updater::max(Operand v, AtOptions options) const { return updated(x_, indices_, v, detail::Change::max, options); }

}  // namespace espalier
