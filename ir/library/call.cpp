// Which function computes an op, and what it is called with.
#include "espalier/ir/library.h"

#include <algorithm>
#include <cmath>
#include <complex>

#include "espalier/ir/error.h"
#include "espalier/ir/library/functions.h"

namespace espalier::ir {
namespace {

using Single = std::complex<float>;
using Double = std::complex<double>;

LibraryFunction choose(Op op, DType t, LibraryFunction of_f32, LibraryFunction of_f64, LibraryFunction of_c64, LibraryFunction of_c128) {
  const LibraryFunction function = t == f32 ? of_f32 : (t == f64 ? of_f64 : (t == c64 ? of_c64 : (t == c128 ? of_c128 : nullptr)));
  if (function == nullptr) throw DTypeError(std::string(name(op)), "the library has no function of " + std::string(name(t)));
  return function;
}

LibraryFunction function_of(Library op, DType t) {
  using namespace library;
  switch (op) {
#define TAKES_inexact(name) &name<float>, &name<double>, &name<Single>, &name<Double>
#define TAKES_complex(name) nullptr, nullptr, &name<Single>, &name<Double>
#define LIBRARY(name, operands, results, attributes, takes, derivative) \
  case Library::name: return choose(op, t, TAKES_##takes(name));
#include "espalier/ir/ops.def"
#undef TAKES_inexact
#undef TAKES_complex
  }
  __builtin_unreachable();
}

// Sizes and work of a problem.
void describe(Library op, const Attrs& attrs, std::span<const Type> operands, LibraryCall& call) {
  const Shape& x = operands[0].shape();
  const std::int64_t m = x[-2], n = x[-1];
  const double square = static_cast<double>(n) * static_cast<double>(n), cube = square * static_cast<double>(std::max(m, n));
  switch (op) {
    case Library::cholesky: call.sizes = {n}, call.work = cube / 6; return;
    case Library::lu: call.sizes = {m, n}, call.work = cube / 3; return;
    case Library::qr: call.sizes = {m, n, std::get<FullAttrs>(attrs).full}, call.work = 2 * cube; return;
    case Library::eigh: call.sizes = {n}, call.work = 5 * cube; return;
    case Library::svd: call.sizes = {m, n, std::get<FullAttrs>(attrs).full}, call.work = 10 * cube; return;
    case Library::eig: call.sizes = {n}, call.work = 15 * cube; return;
    case Library::triangular_solve: {
      const auto& a = std::get<TriangularSolveAttrs>(attrs);
      const std::int64_t others = operands[1].shape()[a.left_side ? -1 : -2];
      call.sizes = {n, others, a.left_side, a.lower, a.transpose, a.conjugate, a.unit_diagonal};
      call.work = square * static_cast<double>(others) / 2;
      return;
    }
  }
}

LibraryCall matrix_call(Library op, const Attrs& attrs, std::span<const Type> operands) {
  std::vector<Type> types(operands.begin(), operands.end());
  if (is_packed(attrs))
    for (Type& type : types) type = unpacked(type);
  LibraryCall call;
  call.name = "espalier_" + std::string(name(Op(op))) + "_" + std::string(name(types[0].dtype()));
  call.function = function_of(op, types[0].dtype());
  const Shape& x = types[0].shape();
  call.problems = 1;
  for (int axis = 0; axis < x.ndim() - 2; ++axis) call.problems *= x[axis];
  describe(op, attrs, types, call);
  return call;
}

// Lines of an array are problems by the axes before theirs: those beside each other are one.
LibraryCall fourier_call(Fourier op, const FourierAttrs& a, Type x) {
  using namespace library;
  LibraryCall call;
  if (a.packed && info(Op(op)).takes == Takes::complex) x = unpacked(x);
  switch (op) {
#define TAKES_complex(name) nullptr, nullptr, &name<float>, &name<double>
#define TAKES_part(name) &name<float>, &name<double>, nullptr, nullptr
#define FOURIER(name, attributes, takes, gives) \
  case Fourier::name: call.function = choose(op, x.dtype(), TAKES_##takes(name)); break;
#include "espalier/ir/ops.def"
#undef TAKES_complex
#undef TAKES_part
  }
  const Shape& shape = x.shape();
  const int axis = shape.ndim() + a.axis;
  std::int64_t inner = 1;
  for (int i = axis + 1; i < shape.ndim(); ++i) inner *= shape[i];
  call.problems = 1;
  for (int i = 0; i < axis; ++i) call.problems *= shape[i];
  call.name = "espalier_" + std::string(name(Op(op))) + "_" + std::string(name(part_of(x.dtype())));
  call.sizes = {a.length, inner, a.inverse};
  call.work = 5 * static_cast<double>(a.length * inner) * std::log2(static_cast<double>(std::max<std::int64_t>(a.length, 2)));
  return call;
}

}  // namespace

LibraryCall library_call(Op op, const Attrs& attrs, std::span<const Type> operands) {
  if (family(op) == Family::fourier) return fourier_call(op.as<Fourier>(), std::get<FourierAttrs>(attrs), operands[0]);
  return matrix_call(op.as<Library>(), attrs, operands);
}

Type packed(Type type) {
  if (type.dtype() == c64) return type.with(u64);
  if (type.dtype() != c128) return type;
  Ints extents = type.shape().extents();
  extents.push_back(2);
  return Type(f64, Shape(extents));
}
Type unpacked(Type type) {
  if (type.dtype() == u64) return type.with(c64);
  Ints extents = type.shape().extents();
  if (type.dtype() != f64 || extents.empty() || extents.back() != 2) return type;
  extents.pop_back();
  return Type(c128, Shape(extents));
}

bool is_packed(const Attrs& attrs) {
  return std::visit([](const auto& a) {
    if constexpr (requires { a.packed; }) return a.packed;
    else return false;
  }, attrs);
}
Attrs packed(Attrs attrs) {
  std::visit([](auto& a) {
    if constexpr (requires { a.packed; }) a.packed = true;
  }, attrs);
  return attrs;
}

}  // namespace espalier::ir
