#include "espalier/dsl/ops/diagonals.h"

#include <algorithm>
#include <numeric>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/settled.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"

namespace espalier {

using detail::called_at;
namespace {

// Everything here runs within called_at, which knows the user's place.

Array checked_diagonal(const Operand& x, const DiagonalOptions& o, const char* name) {
  const Array a = detail::settled(x);
  if (a.ndim() < 2) {
    ShapeError error(name, detail::ArrayAccess::type(a).str() + " is no matrix: it has no diagonal", "give an array of two axes or more");
    error.shapes = {a.shape()};
    throw error;
  }
  const int rows = detail::axis_of(o.axis1, a.ndim(), name, {}), columns = detail::axis_of(o.axis2, a.ndim(), name, {});
  if (rows == columns) throw ArgumentError(name, "axis " + std::to_string(rows) + " is named for rows and for columns", "a diagonal runs along two axes");
  return detail::diagonal_of(a, rows, columns, o.offset);
}

// Row i of the result holds element i at column i, after or before |k| zeros: the vector, a zero row's length apart, read in rows.
Array matrix_of(const Array& v, std::int64_t k) {
  const std::int64_t n = v.size(), side = n + std::abs(k);
  if (n == 0) return zeros({side, side}, v.dtype());
  ir::PadAttrs spread;
  const std::int64_t first = k >= 0 ? k : -k * side, last = first + (n - 1) * (side + 1);
  spread.low = {first}, spread.high = {side * side - 1 - last}, spread.interior = {side};
  const Array line = detail::apply_many(ir::Op::pad, std::vector<Array>{v, Array(0).as(v.dtype())}, spread, {})[0];
  return reshape(line, {side, side});
}

}  // namespace

Array detail::diagonal_of(const Array& x, int rows, int columns, std::int64_t k) {
  std::vector<int> order;
  for (int i = 0; i < x.ndim(); ++i)
    if (i != rows && i != columns) order.push_back(i);
  std::vector<std::int64_t> shape;
  for (int axis : order) shape.push_back(x.shape()[axis]);
  order.push_back(rows), order.push_back(columns);
  const std::int64_t m = x.shape()[rows], n = x.shape()[columns];
  const std::int64_t length = std::max<std::int64_t>(0, k >= 0 ? std::min(m, n - k) : std::min(m + k, n));
  shape.push_back(length);
  if (length == 0) return zeros(Shape(shape), x.dtype());
  // In row-major order the next element of a diagonal is a row and a column away.
  shape.back() = m * n;
  const std::int64_t first = k >= 0 ? k : -k * n;
  return part_of(reshape(transpose(x, order), Shape(shape)), static_cast<int>(shape.size()) - 1, first, first + (length - 1) * (n + 1) + 1, n + 1);
}

Array diagonal(Operand x, DiagonalOptions o) {
  return called_at(x.where, "diagonal", [&] { return checked_diagonal(x, o, "diagonal"); });
}
Array trace(Operand x, DiagonalOptions o) {
  return called_at(x.where, "trace", [&] { return sum(checked_diagonal(x, o, "trace"), -1); });
}
Array diag(Operand x, std::int64_t k) {
  return called_at(x.where, "diag", [&] {
    const Array a = detail::settled(x);
    if (a.ndim() == 1) return matrix_of(a, k);
    if (a.ndim() == 2) return detail::diagonal_of(a, 0, 1, k);
    ShapeError error("diag", detail::ArrayAccess::type(a).str() + " is neither a vector nor a matrix", "diagonal takes matrices over leading axes, diagflat any array");
    error.shapes = {a.shape()};
    throw error;
  });
}
Array diagflat(Operand x, std::int64_t k) {
  return called_at(x.where, "diagflat", [&] { return matrix_of(ravel(detail::settled(x)), k); });
}

}  // namespace espalier
