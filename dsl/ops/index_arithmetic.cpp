#include "espalier/dsl/ops/index_arithmetic.h"

#include <algorithm>
#include <limits>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/sets.h"
#include "espalier/dsl/ops/settled.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"

namespace espalier {

using detail::called_at;
namespace {

// Everything here runs within called_at, which knows the user's place.

DType counting(std::int64_t n) { return n > std::numeric_limits<std::int32_t>::max() ? i64 : i32; }

Array integers(const Array& x, std::int64_t size, const char* name) {
  const Array a = detail::settled(x);
  if (ir::is_integer(a.dtype())) return size > std::numeric_limits<std::int32_t>::max() || ir::byte_size(a.dtype()) < 4 || a.dtype() == u32 ? a.as(counting(size)) : a;
  DTypeError error(name, "indices are integers, not " + detail::ArrayAccess::type(a).str(), "convert them with .as(i32)");
  error.dtypes = {a.dtype()};
  throw error;
}

// How many elements of row i, 0 to n - 1, lie on and below the diagonal, summed over the rows.
std::int64_t size_of_lower(std::int64_t n, std::int64_t m, std::int64_t k) {
  std::int64_t count = 0;
  for (std::int64_t i = 0; i < n; ++i) count += std::clamp<std::int64_t>(i + k + 1, 0, m);
  return count;
}

std::pair<Array, Array> triangle(std::int64_t n, const TriangleOptions& o, bool lower, const char* name) {
  const std::int64_t m = o.m.value_or(n);
  if (n < 0 || m < 0) throw ArgumentError(name, "a matrix of " + std::to_string(n) + " rows and " + std::to_string(m) + " columns", "give 0 or more");
  // A diagonal beyond the corners leaves all or nothing.
  const std::int64_t k = std::clamp(lower ? o.k : o.k - (o.k == std::numeric_limits<std::int64_t>::min() ? 0 : 1), -n, m), below = size_of_lower(n, m, k);
  const Array mask = tri(n, {.m = m, .k = k, .dtype = bool_});
  const std::vector<Array> found = nonzero(lower ? mask : ~mask, {.size = lower ? below : n * m - below});
  return {found[0], found[1]};
}

}  // namespace

std::pair<Array, Array> tril_indices(std::int64_t n, TriangleOptions o, Where where) {
  return called_at(where, "tril_indices", [&] { return triangle(n, o, true, "tril_indices"); });
}
std::pair<Array, Array> triu_indices(std::int64_t n, TriangleOptions o, Where where) {
  return called_at(where, "triu_indices", [&] { return triangle(n, o, false, "triu_indices"); });
}
std::vector<Array> diag_indices(std::int64_t n, int ndim, Where where) {
  return called_at(where, "diag_indices", [&] {
    if (n < 0 || ndim < 0) throw ArgumentError("diag_indices", std::to_string(n) + " elements along " + std::to_string(ndim) + " axes", "give 0 or more");
    return std::vector<Array>(static_cast<std::size_t>(ndim), iota({n}, 0, counting(n)));
  });
}
Array indices(Shape shape, Where where) {
  return called_at(where, "indices", [&] {
    const DType count = counting(shape.ndim() == 0 ? 0 : std::ranges::max(shape.extents()));
    std::vector<Array> axes;
    for (int axis = 0; axis < shape.ndim(); ++axis) axes.push_back(iota(shape, axis, count));
    return axes.empty() ? zeros({0}, count) : stack(axes);
  });
}

std::vector<Array> unravel_index(Operand places, Shape shape) {
  return called_at(places.where, "unravel_index", [&] {
    const std::int64_t size = shape.size();
    const Array given = integers(places.array, size, "unravel_index");
    const Array at = ir::is_unsigned(given.dtype()) ? given : where(given < 0, given + size, given);
    Array rest = clip(at, 0, std::max<std::int64_t>(size - 1, 0));
    std::vector<Array> out(static_cast<std::size_t>(shape.ndim()));
    for (int axis = shape.ndim(); axis-- > 0;) {
      const std::int64_t extent = std::max<std::int64_t>(shape[axis], 1);
      out[static_cast<std::size_t>(axis)] = rest % extent;
      rest = floor_divide(rest, extent);
    }
    return out;
  });
}
Array ravel_multi_index(const std::vector<Array>& given, Shape shape, Where where) {
  return called_at(where, "ravel_multi_index", [&] {
    if (static_cast<int>(given.size()) != shape.ndim()) {
      throw ArgumentError("ravel_multi_index", std::to_string(given.size()) + " arrays of indices meet the " + std::to_string(shape.ndim()) + " axes of " + shape.str(), "give one for each axis");
    }
    Array place = Array(0).as(counting(shape.size()));
    for (int axis = 0; axis < shape.ndim(); ++axis) {
      const Array index = clip(integers(given[static_cast<std::size_t>(axis)], shape.size(), "ravel_multi_index"), 0, std::max<std::int64_t>(shape[axis] - 1, 0));
      place = place * shape[axis] + index;
    }
    return place;
  });
}

}  // namespace espalier
