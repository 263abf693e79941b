#include "espalier/dsl/ops/segments.h"

#include <limits>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/indexing.h"
#include "espalier/dsl/ops/settled.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"

namespace espalier {
namespace {

// The parts before anything is combined into them, and where each element goes.
struct Parts {
  Array x, start, ids;
};
Parts parts_of(const Operand& x, const Operand& given, std::int64_t count, const Array& neutral, const char* name) {
  const Array a = detail::settled(x), ids = detail::settled(given);
  if (count < 0) throw ArgumentError(name, std::to_string(count) + " parts", "give 0 or more");
  if (!ir::is_integer(ids.dtype())) {
    DTypeError error(name, "the numbers of parts are integers, not " + detail::ArrayAccess::type(ids).str(), "convert them with .as(i32)");
    error.dtypes = {ids.dtype()};
    throw error;
  }
  if (a.ndim() == 0 || ids.ndim() != 1 || ids.size() != a.shape()[0]) {
    ShapeError error(name, detail::ArrayAccess::type(ids).str() + " does not number the elements of " + detail::ArrayAccess::type(a).str(), "give a number for each element of the first axis");
    error.shapes = {a.shape(), ids.shape()};
    throw error;
  }
  std::vector<std::int64_t> shape = a.shape().extents();
  shape[0] = count;
  const Array wide = ir::byte_size(ids.dtype()) < 4 ? ids.as(i32) : ids;
  return {a, broadcast_to(neutral.as(a.dtype()), Shape(shape)), ir::is_unsigned(wide.dtype()) ? wide : where(wide < 0, count, wide)};
}

template <class F> Array reduced(const Operand& x, const Operand& ids, std::int64_t count, const Array& neutral, const char* name, const F& combine) {
  return detail::called_at(x.where, name, [&] {
    const detail::Intended left_out(Check::bounds);
    const Parts p = parts_of(x, ids, count, neutral, name);
    return p.start.size() == 0 || p.x.size() == 0 ? p.start : combine(p.start.at(p.ids), p.x);
  });
}

// What is above, or below, all numbers of a dtype.
Array end_of(const Operand& x, bool lowest) {
  if (x.array.is_nothing() || ir::is_inexact(x.array.dtype())) return Array(lowest ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity());
  Array end;
  ir::visit_dtype(x.array.dtype(), [&]<class T>() {
    if constexpr (std::is_integral_v<T>) end = Array(lowest ? std::numeric_limits<T>::lowest() : std::numeric_limits<T>::max());
  });
  return end;
}

}  // namespace

// clang-format off
Array segment_sum(Operand x, Operand ids, std::int64_t n) { return reduced(x, ids, n, Array(0), "segment_sum", [](const Updater& parts, const Array& a) { return parts.add(a); }); }
Array segment_prod(Operand x, Operand ids, std::int64_t n) { return reduced(x, ids, n, Array(1), "segment_prod", [](const Updater& parts, const Array& a) { return parts.multiply(a); }); }
Array segment_max(Operand x, Operand ids, std::int64_t n) { return reduced(x, ids, n, end_of(x, true), "segment_max", [](const Updater& parts, const Array& a) { return parts.max(a); }); }
Array segment_min(Operand x, Operand ids, std::int64_t n) { return reduced(x, ids, n, end_of(x, false), "segment_min", [](const Updater& parts, const Array& a) { return parts.min(a); }); }
// clang-format on

}  // namespace espalier
