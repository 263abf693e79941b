// Of ops of the library.
#include <algorithm>

#include "espalier/ir/half.h"
#include "espalier/ir/infer/rules.h"
#include "espalier/ir/library.h"

namespace espalier::ir::inference {
namespace {

Shape with_last(const Shape& shape, int dropped, Ints last) {
  Ints extents = shape.extents();
  extents.resize(extents.size() - static_cast<std::size_t>(dropped));
  extents.insert(extents.end(), last.begin(), last.end());
  return Shape(extents);
}

void require_matrix(Op op, Types in) {
  for (Type t : in)
    if (t.ndim() < 2) fail_shapes(op, "takes matrices in the last two axes, not " + t.str(), in, "give it at least two axes: x[{newaxis, slice()}] is a matrix of one row");
}
void require_square(Op op, Type type, Types in) {
  if (type.shape()[-1] != type.shape()[-2]) fail_shapes(op, "takes square matrices, not " + type.str(), in, "the last two axes must have one extent");
}

std::vector<Type> solved(const TriangularSolveAttrs& a, Types in) {
  const Op op = Op::triangular_solve;
  require_square(op, in[0], in);
  if (in[0].dtype() != in[1].dtype()) fail_dtypes(op, "operands " + and_then(in) + " differ in dtype", in, "convert one with .as(dtype)");
  const Shape &x = in[0].shape(), &b = in[1].shape();
  const bool batches = x.ndim() == b.ndim() && std::equal(x.begin(), x.end() - 2, b.begin());
  if (!batches) fail_shapes(op, "the axes before the matrices of " + and_then(in) + " differ", in, "broadcast them to one shape");
  if (b[a.left_side ? -2 : -1] != x[-1]) {
    fail_shapes(op, and_then(in) + " do not go together: the unknown has " + std::to_string(b[a.left_side ? -2 : -1]) + (a.left_side ? " rows" : " columns") + ", the matrix " + std::to_string(x[-1]), in,
                a.left_side ? "A X = B takes B with as many rows as A" : "X A = B takes B with as many columns as A");
  }
  return {in[1]};
}

std::vector<Type> results(Library op, const Attrs& attrs, Types in) {
  const Type x = in[0];
  require_matrix(op, in);
  const std::int64_t m = x.shape()[-2], n = x.shape()[-1], few = std::min(m, n);
  const auto matrix = [&](std::int64_t rows, std::int64_t columns) { return x.with(with_last(x.shape(), 2, {rows, columns})); };
  const auto vector = [&](DType t, std::int64_t length) { return Type(t, with_last(x.shape(), 2, {length})); };
  switch (op) {
    case Library::cholesky: require_square(op, x, in); return {x};
    case Library::lu: return {x, vector(i32, few), vector(i32, m)};
    case Library::qr: {
      const std::int64_t k = std::get<FullAttrs>(attrs).full ? m : few;
      return {matrix(m, k), matrix(k, n)};
    }
    case Library::eigh: require_square(op, x, in); return {vector(part_of(x.dtype()), n), x};
    case Library::svd: {
      const bool full = std::get<FullAttrs>(attrs).full;
      return {matrix(m, full ? m : few), vector(part_of(x.dtype()), few), matrix(full ? n : few, n)};
    }
    case Library::eig: require_square(op, x, in); return {vector(x.dtype(), n), x};
    case Library::triangular_solve: return solved(std::get<TriangularSolveAttrs>(attrs), in);
  }
  __builtin_unreachable();
}

}  // namespace

std::vector<Type> infer(Library op, const Attrs& attrs, Types in) {
  const bool packs = is_packed(attrs);
  std::vector<Type> operands(in.begin(), in.end());
  for (Type& type : operands) {
    if (packs) type = unpacked(type);
    if (packs && !is_complex(type.dtype())) fail_dtypes(op, "packed operands are u64, or f64 with a last axis of two, not " + type.str(), in);
    require_dtype(op, {&type, 1});
    if (is_half(type.dtype())) fail_dtypes(op, "is computed in f32, f64, c64 or c128, not in " + std::string(name(type.dtype())), in, "convert with .as(f32)");
  }
  std::vector<Type> out = results(op, attrs, operands);
  if (packs)
    for (Type& type : out) type = packed(type);
  return out;
}

}  // namespace espalier::ir::inference
