#include "espalier/dsl/ops/reductions.h"

#include <cmath>
#include <limits>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"
#include "espalier/ir/half.h"

namespace espalier {

using detail::called_at;
namespace {

using detail::axes_of;
using ir::Op;
using ir::Reduction;

constexpr double infinity = std::numeric_limits<double>::infinity();

Array strong(const Operand& x) { return x.array.weak() ? x.array.as(x.array.dtype(), x.where) : x.array; }

// A C++ number is its own sum, maximum and mean. It stays what it is, with all its digits, until it meets a dtype.
bool is_number(const Array& x) { return x.weak() && x.ndim() == 0 && x.dtype() != bool_; }

Array kept_axes(const Array& reduced, const Shape& from, const std::vector<std::int64_t>& axes, Where where) {
  auto shape = from.extents();
  for (auto axis : axes) shape[axis] = 1;
  return reshape(Operand(reduced, where), Shape(shape));
}

Array reduced(const Array& x, Reduction kind, const std::vector<std::int64_t>& axes, bool keepdims, Where where, const char* name) {
  if (axes.empty()) return x;
  const Array out = detail::apply(Op::reduce, {Operand(x, where)}, ir::ReduceAttrs{kind, axes}, where, name);
  return keepdims ? kept_axes(out, x.shape(), axes, where) : out;
}

// Elements left out by `where` become the neutral value, so that they change nothing.
Array with_where(const Array& x, const Array& mask, double neutral, Where where) {
  return mask.is_nothing() ? x : espalier::where(Operand(mask, where), x, Array(neutral).as(x.dtype(), where));
}

// Sums and products in less than 32 bits would soon overflow.
DType counting_dtype(DType t, std::int64_t elements) {
  switch (t) {
    case bool_: return detail::integer_fits(elements, i32) ? i32 : i64;
    case i8:
    case i16: return i32;
    case u8:
    case u16: return u32;
    case i32:
    case i64:
    case u32:
    case u64:
    case f16:
    case bf16:
    case f32:
    case f64:
    case c64:
    case c128: return t;
  }
  return t;
}

// How many elements one result is reduced from.
std::int64_t reduced_count(const Array& x, const ReduceOptions& o, const char* name, Where where) {
  const Shape shape = o.where.is_nothing() ? x.shape() : broadcast_shapes(x.shape(), o.where.shape(), where);
  std::vector<std::int64_t> gone;
  for (auto axis : axes_of(o.axis, shape.ndim(), name, where)) gone.push_back(shape[axis]);
  return Shape(gone).size();
}

Array reduction(Operand x, const ReduceOptions& o, Reduction kind, double neutral, const char* name) {
  const bool number = is_number(x.array) && !o.dtype && o.where.is_nothing();
  Array a = o.dtype ? x.array.as(*o.dtype, x.where) : (number ? x.array : strong(x));
  if (!o.dtype && !number && (kind == Reduction::sum || kind == Reduction::prod)) a = a.as(counting_dtype(a.dtype(), reduced_count(a, o, name, x.where)), x.where);
  if (!o.where.is_nothing()) a = with_where(broadcast_to(Operand(a, x.where), broadcast_shapes(a.shape(), o.where.shape())), o.where, neutral, x.where);
  const auto axes = axes_of(o.axis, a.ndim(), name, x.where);
  if ((kind == Reduction::max || kind == Reduction::min) && o.initial.is_nothing()) {
    for (auto axis : axes) {
      if (a.shape()[static_cast<int>(axis)] != 0) continue;
      ShapeError error(name, "axis " + std::to_string(axis) + " of " + a.shape().str() + " is empty: it has no extremum", "give {.initial = value}", x.where);
      error.shapes = {a.shape()};
      throw error;
    }
  }
  Array out = reduced(a, kind, axes, o.keepdims, x.where, name);
  if (o.initial.is_nothing()) return out;
  const Operand y(out, x.where), start(o.initial, x.where);
  switch (kind) {
    case Reduction::sum: return y + start;
    case Reduction::prod: return y * start;
    case Reduction::max: return maximum(y, start);
    case Reduction::min: return minimum(y, start);
    case Reduction::and_: return y & start;
    case Reduction::or_: return y | start;
    case Reduction::xor_: return y ^ start;
  }
  return out;
}

bool is_empty_along(const Array& x, const std::vector<std::int64_t>& axes) {
  for (auto axis : axes) {
    if (x.shape()[static_cast<int>(axis)] == 0) return true;
  }
  return false;
}

double least(DType t, bool lowest) {
  if (ir::is_inexact(t)) return lowest ? -infinity : infinity;
  double value = 0;
  ir::visit_dtype(t, [&]<class T>() { value = static_cast<double>(lowest ? std::numeric_limits<T>::lowest() : std::numeric_limits<T>::max()); });
  return value;
}
Array in_floats(const Operand& x) {
  if (is_number(x.array)) return ir::is_inexact(x.array.dtype()) ? x.array : x * 1.0;
  const Array a = strong(x);
  return a.as(detail::float_dtype(a.dtype()), x.where);
}
// How many elements each result is made of.
Array counts(const Array& x, const Array& mask, const std::vector<std::int64_t>& axes, bool keepdims, Where where) {
  if (!mask.is_nothing()) return sum(Operand(broadcast_to(mask, broadcast_shapes(x.shape(), mask.shape())), where), {.axis = [&] { Axes a; a.all = false; a.list = axes; return a; }(), .keepdims = keepdims}).as(x.dtype(), where);
  double n = 1;
  for (auto axis : axes) n *= static_cast<double>(x.shape()[static_cast<int>(axis)]);
  return Array(n, where);
}

Array arg(Operand x, const ArgOptions& o, ir::ArgReduction kind, const char* name) {
  const Array a = strong(x);
  const Array flat = o.axis ? a : ravel(Operand(a, x.where));
  const int axis = o.axis ? detail::axis_of(*o.axis, a.ndim(), name, x.where) : 0;
  const DType index = detail::integer_fits(flat.shape()[axis] - 1, i32) ? i32 : i64;
  const Array out = detail::apply(Op::arg_reduce, {Operand(flat, x.where)}, ir::ArgReduceAttrs{kind, axis, index}, x.where, name);
  if (!o.keepdims) return out;
  return o.axis ? kept_axes(out, a.shape(), {axis}, x.where) : reshape(out, Shape(std::vector<std::int64_t>(a.ndim(), 1)));
}

Array running(Operand x, const CumulativeOptions& o, ir::Cumulation kind, const char* name) {
  Array a = strong(x);
  if (a.dtype() == bool_) a = a.as(i32, x.where);
  if (!o.axis) a = ravel(Operand(a, x.where));
  const int axis = o.axis ? detail::axis_of(*o.axis, a.ndim(), name, x.where) : 0;
  return detail::apply(Op::cumulative, {Operand(a, x.where)}, ir::CumulativeAttrs{kind, axis, o.reverse}, x.where, name);
}

Array without_nan(Operand x, double instead) { return where(isnan(x), instead, x); }
bool has_nan(const Operand& x) { return !x.array.is_nothing() && ir::is_inexact(x.array.dtype()); }
// Whether there is nothing to pass over: no NaN, or one number, whose extremum and mean are itself, NaN or not.
bool is_plain(const Operand& x, const ReduceOptions& o) {
  return !has_nan(x) || (is_number(x.array) && o.where.is_nothing() && o.initial.is_nothing());
}

}  // namespace

Array detail::top_of(const Operand& x, const Axes& axis) {
  ReduceOptions o{.axis = axis, .keepdims = true};
  if (is_empty_along(x.array, axes_of(axis, x.array.ndim(), "max", x.where))) o.initial = -infinity;
  return max(x, o);
}

// clang-format off
Array sum(Operand x, ReduceOptions o) { return called_at(x.where, "sum", [&] { return reduction(x, o, Reduction::sum, 0, "sum"); }); }
Array prod(Operand x, ReduceOptions o) { return called_at(x.where, "prod", [&] { return reduction(x, o, Reduction::prod, 1, "prod"); }); }
Array max(Operand x, ReduceOptions o) { return called_at(x.where, "max", [&] { return reduction(x, o, Reduction::max, x.array.is_nothing() ? 0 : least(x.array.dtype(), true), "max"); }); }
Array min(Operand x, ReduceOptions o) { return called_at(x.where, "min", [&] { return reduction(x, o, Reduction::min, x.array.is_nothing() ? 0 : least(x.array.dtype(), false), "min"); }); }
Array any(Operand x, ReduceOptions o) { return called_at(x.where, "any", [&] { return reduction(Operand(x.array.as(bool_, x.where), x.where), o, Reduction::or_, 0, "any"); }); }
Array all(Operand x, ReduceOptions o) { return called_at(x.where, "all", [&] { return reduction(Operand(x.array.as(bool_, x.where), x.where), o, Reduction::and_, 1, "all"); }); }
Array count_nonzero(Operand x, ReduceOptions o) { return called_at(x.where, "count_nonzero", [&] { return sum(Operand(x != 0, x.where), o); }); }
Array ptp(Operand x, ReduceOptions o) { return called_at(x.where, "ptp", [&] { return max(x, o) - min(x, o); }); }
// clang-format on

// Of halves the sums and the counts need not be halves: means and variances are taken in f32 and rounded at the end.
Array mean(Operand x, ReduceOptions o) {
  return called_at(x.where, "mean", [&] {
    const Array a = o.dtype ? x.array.as(*o.dtype, x.where) : in_floats(x);
    if (ir::is_half(a.dtype())) return mean(Operand(a.as(f32), x.where), {.axis = o.axis, .keepdims = o.keepdims, .where = o.where, .initial = o.initial}).as(a.dtype());
    const auto axes = axes_of(o.axis, a.ndim(), "mean", x.where);
    const Operand total(sum(Operand(a, x.where), o), x.where);
    return total / Operand(counts(a, o.where, axes, o.keepdims, x.where), x.where);
  });
}
Array var(Operand x, MomentOptions o) {
  return called_at(x.where, "var", [&] {
    const Operand a(in_floats(x), x.where);
    if (ir::is_half(a.array.dtype())) return var(Operand(a.array.as(f32), x.where), o).as(a.array.dtype());
    const auto axes = axes_of(o.axis, a.array.ndim(), "var", x.where);
    const Operand centre(mean(a, {.axis = o.axis, .keepdims = true, .where = o.where}), x.where);
    const Operand distance(a - centre, x.where);
    const Operand squares(detail::is_complex(a) ? real(distance * conj(distance)) : distance * distance, x.where);
    const Operand n(counts(a.array, o.where, axes, o.keepdims, x.where), x.where);
    return sum(squares, {.axis = o.axis, .keepdims = o.keepdims, .where = o.where}) / (o.ddof == 0 ? n.array : n - o.ddof);
  });
}
Array std(Operand x, MomentOptions o) {
  return called_at(x.where, "std", [&] { return sqrt(Operand(var(x, o), x.where)); });
}
Array average(Operand x, AverageOptions o) {
  return called_at(x.where, "average", [&] {
    if (o.weights.is_nothing()) return mean(x, {.axis = o.axis, .keepdims = o.keepdims});
    Array w = o.weights;
    if (w.weak()) w = w.as(detail::float_dtype(x.array.dtype()));  // before it is repeated, which would settle it as f32
    if (w.ndim() == 1 && x.array.ndim() > 1 && !o.axis.all && o.axis.list.size() == 1) {
      std::vector<std::int64_t> shape(x.array.ndim(), 1);
      shape[detail::axis_of(o.axis.list[0], x.array.ndim(), "average", x.where)] = w.size();
      w = reshape(w, Shape(shape));
    }
    const Array spread = broadcast_to(w, x.array.shape());
    return sum(x * w, {.axis = o.axis, .keepdims = o.keepdims}) / sum(spread, {.axis = o.axis, .keepdims = o.keepdims});
  });
}
namespace {

// sum(b exp(x - shift)) and shift, with the axes kept: exp(shift) times the sum is what is sought.
struct ScaledSum {
  Array sum, shift;
};
ScaledSum sum_of_exponentials(const Operand& x, const LogsumexpOptions& o) {
  Operand a(in_floats(x), x.where);
  if (!o.where.is_nothing()) a = Operand(where(Operand(o.where, x.where), a, -infinity), x.where);
  if (!o.b.is_nothing()) a = Operand(where(Operand(o.b != 0, x.where), a, -infinity), x.where);
  const Operand size(detail::is_complex(a) ? real(a) : a.array, x.where);
  const Array top = detail::constant_for_derivatives(detail::top_of(size, o.axis), x.where);
  // Where the maximum is infinite, taking it off gives NaN: take off 0 there.
  const Operand shift(where(isfinite(top), top, 0.0), x.where);
  Array terms = exp(a - shift);
  if (!o.b.is_nothing()) terms = terms * o.b;
  return {sum(terms, {.axis = o.axis, .keepdims = true}), shift.array};
}
Array without_axes(const Array& x, const LogsumexpOptions& o, Where where) { return o.keepdims ? x : squeeze(Operand(x, where), {.axis = o.axis}); }

}  // namespace

Array logsumexp(Operand x, LogsumexpOptions o) {
  return called_at(x.where, "logsumexp", [&] {
    const ScaledSum s = sum_of_exponentials(x, o);
    return without_axes(log(Operand(s.sum, x.where)) + Operand(s.shift, x.where), o, x.where);
  });
}
Array logmeanexp(Operand x, LogsumexpOptions o) {
  return called_at(x.where, "logmeanexp", [&] {
    const Operand a(in_floats(x), x.where);
    const Array n = counts(a.array, o.where, axes_of(o.axis, a.array.ndim(), "logmeanexp", x.where), o.keepdims, x.where);
    return logsumexp(a, o) - log(Operand(n, x.where));
  });
}
SignedLog signed_logsumexp(Operand x, LogsumexpOptions o) {
  return called_at(x.where, "signed_logsumexp", [&] {
    detail::require_real(x, "signed_logsumexp");
    const ScaledSum s = sum_of_exponentials(x, o);
    return SignedLog{without_axes(log(abs(s.sum)) + s.shift, o, x.where), without_axes(sign(s.sum), o, x.where)};
  });
}
Array norm(Operand x, NormOptions o) {
  return called_at(x.where, "norm", [&] {
    Operand a(in_floats(x), x.where);
    const double ord = o.ord.value_or(2);
    if (detail::is_complex(a) && ord != 2) a = Operand(abs(a), x.where);
    // The norm of no elements is a constant 0. The root of an empty sum would have an infinite derivative.
    if (std::isfinite(ord) && is_empty_along(a.array, axes_of(o.axis, a.array.ndim(), "norm", x.where))) return sum(real(a), {.axis = o.axis, .keepdims = o.keepdims});
    if (ord == 2) return sqrt(Operand(sum(detail::is_complex(a) ? real(a * conj(a)) : a * a, {.axis = o.axis, .keepdims = o.keepdims}), x.where));
    if (ord == infinity) return max(abs(a), {.axis = o.axis, .keepdims = o.keepdims});
    if (ord == -infinity) return min(abs(a), {.axis = o.axis, .keepdims = o.keepdims});
    if (ord == 1) return sum(abs(a), {.axis = o.axis, .keepdims = o.keepdims});
    if (ord == 0) return sum((a != 0).as(a.array.dtype(), x.where), {.axis = o.axis, .keepdims = o.keepdims});
    return pow(sum(pow(abs(a), ord), {.axis = o.axis, .keepdims = o.keepdims}), 1 / ord);
  });
}
// clang-format off
Array argmax(Operand x, ArgOptions o) { return called_at(x.where, "argmax", [&] { return arg(x, o, ir::ArgReduction::max, "argmax"); }); }
Array argmin(Operand x, ArgOptions o) { return called_at(x.where, "argmin", [&] { return arg(x, o, ir::ArgReduction::min, "argmin"); }); }

Array nansum(Operand x, ReduceOptions o) { return called_at(x.where, "nansum", [&] { return has_nan(x) ? sum(without_nan(x, 0), o) : sum(x, o); }); }
Array nanprod(Operand x, ReduceOptions o) { return called_at(x.where, "nanprod", [&] { return has_nan(x) ? prod(without_nan(x, 1), o) : prod(x, o); }); }
// clang-format on
Array nanmax(Operand x, ReduceOptions o) {
  return called_at(x.where, "nanmax", [&] {
    if (is_plain(x, o)) return max(x, o);
    const Array none = all(isnan(x), {.axis = o.axis, .keepdims = o.keepdims});
    return where(none, std::numeric_limits<double>::quiet_NaN(), max(without_nan(x, -infinity), o));
  });
}
Array nanmin(Operand x, ReduceOptions o) {
  return called_at(x.where, "nanmin", [&] {
    if (is_plain(x, o)) return min(x, o);
    const Array none = all(isnan(x), {.axis = o.axis, .keepdims = o.keepdims});
    return where(none, std::numeric_limits<double>::quiet_NaN(), min(without_nan(x, infinity), o));
  });
}
Array nanmean(Operand x, ReduceOptions o) {
  return called_at(x.where, "nanmean", [&] {
    if (is_plain(x, o)) return mean(x, o);
    if (ir::is_half(x.array.dtype())) return nanmean(Operand(x.array.as(f32), x.where), o).as(o.dtype.value_or(x.array.dtype()));
    const Array n = sum((~isnan(x)).as(x.array.dtype(), x.where), {.axis = o.axis, .keepdims = o.keepdims, .where = o.where});
    return nansum(x, o) / n;
  });
}
// NaN are replaced before they are left out: their distance from the mean would make the derivative NaN.
Array nanvar(Operand x, MomentOptions o) {
  return called_at(x.where, "nanvar", [&] {
    if (!has_nan(x)) return var(x, o);
    Array known = ~isnan(x);
    if (!o.where.is_nothing()) known = known & o.where;
    const Array count = sum(known, {.axis = o.axis, .keepdims = o.keepdims});
    const Array value = var(without_nan(x, 0), {.axis = o.axis, .keepdims = o.keepdims, .ddof = o.ddof, .where = known});
    return where(count > o.ddof, value, std::numeric_limits<double>::quiet_NaN());
  });
}
Array nanstd(Operand x, MomentOptions o) {
  return called_at(x.where, "nanstd", [&] { return sqrt(nanvar(x, o)); });
}
// clang-format off
Array nanargmax(Operand x, ArgOptions o) { return called_at(x.where, "nanargmax", [&] { return has_nan(x) ? argmax(without_nan(x, -infinity), o) : argmax(x, o); }); }
Array nanargmin(Operand x, ArgOptions o) { return called_at(x.where, "nanargmin", [&] { return has_nan(x) ? argmin(without_nan(x, infinity), o) : argmin(x, o); }); }

Array cumsum(Operand x, CumulativeOptions o) { return called_at(x.where, "cumsum", [&] { return running(x, o, ir::Cumulation::sum, "cumsum"); }); }
Array cumprod(Operand x, CumulativeOptions o) { return called_at(x.where, "cumprod", [&] { return running(x, o, ir::Cumulation::prod, "cumprod"); }); }
Array nancumsum(Operand x, CumulativeOptions o) { return called_at(x.where, "nancumsum", [&] { return has_nan(x) ? cumsum(without_nan(x, 0), o) : cumsum(x, o); }); }
Array nancumprod(Operand x, CumulativeOptions o) { return called_at(x.where, "nancumprod", [&] { return has_nan(x) ? cumprod(without_nan(x, 1), o) : cumprod(x, o); }); }
Array cummax(Operand x, CumulativeOptions o) { return called_at(x.where, "cummax", [&] { return running(x, o, ir::Cumulation::max, "cummax"); }); }
Array cummin(Operand x, CumulativeOptions o) { return called_at(x.where, "cummin", [&] { return running(x, o, ir::Cumulation::min, "cummin"); }); }
Array cumlogsumexp(Operand x, CumulativeOptions o) { return called_at(x.where, "cumlogsumexp", [&] { return running(Operand(in_floats(x), x.where), o, ir::Cumulation::logsumexp, "cumlogsumexp"); }); }
// clang-format on

}  // namespace espalier
