#include "espalier/dsl/linalg/parts.h"

#include <limits>

#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"
#include "espalier/ir/error.h"
#include "espalier/ir/windows.h"

namespace espalier::linalg::parts {
namespace {

Array in_floats(const Array& x, Where where) {
  const DType t = detail::float_dtype(x.dtype());
  return x.weak() || x.dtype() != t ? x.as(t, where) : x;
}
[[noreturn]] void fail(const std::string& message, const std::string& hint, std::vector<Shape> shapes, Where where) {
  ShapeError error("linalg", message, hint, where);
  error.shapes = std::move(shapes);
  throw error;
}
std::string text(const Array& x) { return detail::ArrayAccess::type(x).str(); }

// x with leading axes of a batch.
Array over(const Array& x, const Shape& batch) {
  Shape shape = batch;
  auto extents = shape.extents();
  extents.insert(extents.end(), {x.shape(-2), x.shape(-1)});
  return x.shape() == Shape(extents) ? x : broadcast_to(x, Shape(extents));
}
Shape batch_of(const Array& x) { return Shape(std::vector<std::int64_t>(x.shape().begin(), x.shape().end() - 2)); }

}  // namespace

Array matrices(const Operand& x) {
  if (x.array.ndim() < 2) fail("takes matrices in the last two axes, not " + text(x.array), "give it at least two axes", {x.array.shape()}, x.where);
  return in_floats(x.array, x.where);
}
Array square_matrices(const Operand& x) {
  const Array a = matrices(x);
  if (a.shape(-1) != a.shape(-2)) fail("takes square matrices, not " + text(a), "the last two axes must have one extent", {a.shape()}, x.where);
  return a;
}
Both in_one_dtype(const Operand& a, const Operand& b) {
  const auto met = detail::promote_operands(std::vector<Array>{in_floats(a.array, a.where), in_floats(b.array, b.where)}, "linalg", a.where).arrays;
  return {met[0], met[1]};
}

Array adjoint(const Array& a) {
  const Array turned = swapaxes(a, -1, -2);
  return ir::is_complex(a.dtype()) ? conj(turned) : turned;
}
Array hermitian(const Array& a) { return (a + adjoint(a)) / 2; }
Array diagonals(const Array& a) {
  const Array counted = iota(a.shape(), -1), rows = iota(a.shape(), -2);
  return sum(where(counted == rows, a, zeros_like(a)), {.axis = -1});
}
Array left(const Array& a, std::int64_t k) { return a.shape(-1) == k ? a : swapaxes(top(swapaxes(a, -1, -2), k), -1, -2); }
Array top(const Array& a, std::int64_t k) { return a.shape(-2) == k ? a : split(a, std::vector<std::int64_t>{k}, {.axis = -2})[0]; }
Array identity_like(const Array& a) { return broadcast_to(eye(a.shape(-1), {.dtype = a.dtype()}), a.shape()); }
Array permuted(const Array& a, const Array& order) { return a.size() == 0 ? a : detail::apply(ir::Op::gather, {a, order}, ir::rows_in_order(a.shape()), {}); }
double epsilon(DType t) { return t == f32 || t == c64 ? double{std::numeric_limits<float>::epsilon()} : std::numeric_limits<double>::epsilon(); }

System system_of(const Operand& given_a, const Operand& given_b) {
  if (given_a.array.ndim() < 2) fail("takes matrices in the last two axes, not " + text(given_a.array), "give it at least two axes", {given_a.array.shape()}, given_a.where);
  if (given_b.array.ndim() < 1) fail("the right-hand side is a scalar", "give a vector, or a matrix of right-hand sides in its columns", {given_b.array.shape()}, given_b.where);
  Both met = in_one_dtype(given_a, given_b);
  const std::int64_t m = met.a.shape(-2), n = met.a.shape(-1);
  if (m != n) fail("takes square matrices, not " + text(met.a), "lstsq solves systems with more or fewer equations than unknowns", {met.a.shape()}, given_a.where);
  System system{met.a, met.b, met.b.ndim() == 1};
  if (system.vector) system.b = expand_dims(system.b, 1);
  if (system.b.shape(-2) != n) fail("shapes " + text(met.a) + " and " + text(met.b) + " do not go together: " + std::to_string(n) + " equations have " + std::to_string(system.b.shape(-2)) + " right-hand sides", "b is a vector of n, or [..., n, k]", {met.a.shape(), met.b.shape()}, given_a.where);
  const Shape batch = broadcast_shapes(batch_of(system.a), batch_of(system.b), given_a.where);
  system.a = over(system.a, batch), system.b = over(system.b, batch);
  return system;
}
Array solution(const System& system, const Array& x) { return system.vector ? squeeze(x, -1) : x; }

Array solve_triangle(const Array& a, const Array& b, ir::TriangularSolveAttrs attrs) { return detail::apply(ir::Op::triangular_solve, {a, b}, attrs, {}); }

}  // namespace espalier::linalg::parts
