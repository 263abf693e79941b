// Products that are compositions of others: matrices by vectors, Kronecker's and the vector product.
#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/contraction.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/settled.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"

namespace espalier {

using detail::called_at;
namespace {

// Everything here runs within called_at, which knows the user's place.

[[noreturn]] void fail_vector(const Array& x, const char* name, const char* hint) {
  ShapeError error(name, detail::ArrayAccess::type(x).str() + " holds no vectors", hint);
  error.shapes = {x.shape()};
  throw error;
}

Array with_leading_ones(const Array& x, int ndim) {
  std::vector<std::int64_t> shape = x.shape().extents();
  shape.insert(shape.begin(), static_cast<std::size_t>(ndim - x.ndim()), 1);
  return reshape(x, Shape(shape));
}

// The parts of vectors along the last axis: three, or two in the plane.
std::vector<Array> parts_of(const Operand& x, std::int64_t axis) {
  const Array a = detail::settled(x);
  const Array last = moveaxis(a, axis, -1);
  const std::int64_t n = last.shape(-1);
  if (n != 2 && n != 3) fail_vector(a, "cross", "vectors have two or three elements along .axis");
  return unstack(last, {.axis = -1});
}

}  // namespace

Array matvec(Operand a, Operand b, DotOptions o) {
  return called_at(a.where, "matvec", [&] {
    if (b.array.ndim() == 0) fail_vector(detail::settled(b), "matvec", "multiply by a number with *");
    return squeeze(matmul(a, expand_dims(b, -1), o), -1);
  });
}
Array vecmat(Operand a, Operand b, DotOptions o) {
  return called_at(a.where, "vecmat", [&] {
    if (a.array.ndim() == 0) fail_vector(detail::settled(a), "vecmat", "multiply by a number with *");
    return squeeze(matmul(expand_dims(conj(a), -2), b, o), -2);
  });
}

Array kron(Operand a, Operand b) {
  return called_at(a.where, "kron", [&] {
    const auto met = detail::promote_operands(std::vector<Array>{detail::settled(a), detail::settled(b)}, "kron", a.where).arrays;
    const int n = std::max(met[0].ndim(), met[1].ndim());
    const Array x = with_leading_ones(met[0], n), y = with_leading_ones(met[1], n);
    // Axis i of the result counts the elements of x, and within each those of y.
    std::vector<std::int64_t> outer, inner, shape;
    for (int i = 0; i < n; ++i) {
      outer.insert(outer.end(), {x.shape()[i], 1});
      inner.insert(inner.end(), {1, y.shape()[i]});
      shape.push_back(x.shape()[i] * y.shape()[i]);
    }
    return reshape(reshape(x, Shape(outer)) * reshape(y, Shape(inner)), Shape(shape));
  });
}

Array cross(Operand a, Operand b, CrossOptions o) {
  return called_at(a.where, "cross", [&] {
    const std::vector<Array> x = parts_of(a, o.axis), y = parts_of(b, o.axis);
    const Array third = x[0] * y[1] - x[1] * y[0];
    if (x.size() == 2 && y.size() == 2) return third;
    const auto product = [](const std::vector<Array>& p, std::size_t i, const std::vector<Array>& q, std::size_t j) {
      return i < p.size() && j < q.size() ? p[i] * q[j] : Array(0);  // the plane is at height 0
    };
    const Array first = product(x, 1, y, 2) - product(x, 2, y, 1), second = product(x, 2, y, 0) - product(x, 0, y, 2);
    return stack(broadcast_arrays({first, second, third}), {.axis = o.axis});
  });
}

}  // namespace espalier
