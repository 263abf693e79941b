#include "espalier/ir/ad/matrix.h"

namespace espalier::ir {
namespace {

// Whether column - row is at least `k`: on and above a diagonal.
Expr on_or_above(Expr x, std::int64_t k) {
  Builder& b = *x.builder;
  const Type index = x.type().with(i32);
  return compare(iota(b, index, x.ndim() - 1) - iota(b, index, x.ndim() - 2), Comparison::ge, static_cast<double>(k));
}
Expr part(Expr x, int axis, std::int64_t extent) {
  Ints start(static_cast<std::size_t>(x.ndim()), 0), limit = x.shape().extents();
  if (limit[static_cast<std::size_t>(axis)] == extent) return x;
  limit[static_cast<std::size_t>(axis)] = extent;
  return slice(x, start, limit);
}
// v along axis `kept` of a matrix.
Expr along(Expr v, std::int64_t others, bool columns) {
  Ints shape = v.shape().extents(), dims;
  for (int i = 0; i < v.ndim(); ++i) dims.push_back(i);
  if (columns) shape.push_back(others);
  else shape.insert(shape.end() - 1, others), dims.back() = v.ndim();
  return broadcast(v, Shape(shape), dims);
}

}  // namespace

Expr matmul(Expr x, Expr y) {
  DotAttrs a;
  for (int i = 0; i < x.ndim() - 2; ++i) a.lhs_batch.push_back(i), a.rhs_batch.push_back(i);
  a.lhs_contract = {x.ndim() - 1}, a.rhs_contract = {x.ndim() - 2}, a.result = x.dtype();
  return dot(x, y, a);
}
Expr transposed(Expr x) {
  Ints order;
  for (int i = 0; i < x.ndim(); ++i) order.push_back(i);
  std::swap(order[order.size() - 1], order[order.size() - 2]);
  return transpose(x, order);
}
Expr conjugate(Expr x) { return is_complex(x.dtype()) ? unary(Op::conj, x) : x; }
Expr real_part(Expr x) { return is_complex(x.dtype()) ? convert(real(x), x.dtype()) : x; }
Expr as_dtype(Expr x, DType to) { return x.dtype() == to ? x : convert(x, to); }
Expr adjoint(Expr x) { return conjugate(transposed(x)); }

Expr lower(Expr x, std::int64_t k) { return select(on_or_above(x, k + 1), zeros_like(x), x); }
Expr upper(Expr x, std::int64_t k) { return select(on_or_above(x, k), x, zeros_like(x)); }
Expr identity(Builder& b, Type type) {
  const Type index = type.with(i32);
  return select(compare(iota(b, index, type.ndim() - 1), Comparison::eq, iota(b, index, type.ndim() - 2)), full(b, type, 1), full(b, type, 0));
}
Expr diagonal_part(Expr x) {
  const Type index = x.type().with(i32);
  return select(compare(iota(*x.builder, index, x.ndim() - 1), Comparison::eq, iota(*x.builder, index, x.ndim() - 2)), x, zeros_like(x));
}
Expr diagonal(Expr x) { return reduce(diagonal_part(x), Reduction::sum, {x.ndim() - 1}); }

Expr as_rows(Expr v, std::int64_t rows) { return along(v, rows, false); }
Expr as_columns(Expr v, std::int64_t columns) { return along(v, columns, true); }
Expr top(Expr x, std::int64_t rows) { return part(x, x.ndim() - 2, rows); }
Expr left(Expr x, std::int64_t columns) { return part(x, x.ndim() - 1, columns); }
Expr triangular_solve(Expr a, Expr b, TriangularSolveAttrs attrs) { return apply(Op::triangular_solve, {a, b}, attrs); }

}  // namespace espalier::ir
