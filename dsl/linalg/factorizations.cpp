#include "espalier/dsl/linalg/factorizations.h"

#include <algorithm>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/linalg/parts.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"
#include "espalier/ir/error.h"

namespace espalier::linalg {

using detail::called_at;
using namespace parts;

namespace {

std::vector<Array> factors(ir::Op op, const Array& a, ir::Attrs attrs = ir::LibraryAttrs{}) { return detail::apply_many(op, {&a, 1}, std::move(attrs), {}); }

}  // namespace

Array cholesky(Operand a, CholeskyOptions o) {
  return called_at(a.where, "cholesky", [&] {
    const Array x = square_matrices(a);
    const Array l = factors(ir::Op::cholesky, o.symmetrize_input ? hermitian(x) : x)[0];
    return o.upper ? adjoint(l) : l;
  });
}

QR qr(Operand a, QrOptions o) {
  return called_at(a.where, "qr", [&] {
    if (o.mode != "reduced" && o.mode != "complete") throw ArgumentError("qr", "there is no mode \"" + std::string(o.mode) + "\"", "give \"reduced\" or \"complete\"", a.where);
    const auto both = factors(ir::Op::qr, matrices(a), ir::FullAttrs{o.mode == "complete"});
    return QR{both[0], both[1]};
  });
}

LuFactors lu_factor(Operand a) {
  return called_at(a.where, "lu_factor", [&] {
    const auto all = factors(ir::Op::lu, matrices(a));
    return LuFactors{all[0], all[1], all[2]};
  });
}
LU lu(Operand a) {
  return called_at(a.where, "lu", [&] {
    const Array x = matrices(a);
    const LuFactors f = lu_factor(x);
    const std::int64_t m = x.shape(-2), k = std::min(m, x.shape(-1));
    const Array below = left(f.lu, k), p = one_hot(f.permutation, m, {.dtype = x.dtype()});
    const Array ones = (iota(below.shape(), -1) == iota(below.shape(), -2)).as(x.dtype());
    return LU{swapaxes(p, -1, -2), tril(below, -1) + ones, triu(top(f.lu, k))};
  });
}

Eigh eigh(Operand a, EighOptions o) {
  return called_at(a.where, "eigh", [&] {
    const Array x = square_matrices(a);
    const auto both = factors(ir::Op::eigh, o.symmetrize_input ? hermitian(x) : x);
    return Eigh{both[0], both[1]};
  });
}
Array eigvalsh(Operand a, EighOptions o) {
  return called_at(a.where, "eigvalsh", [&] { return eigh(a, o).eigenvalues; });
}

Eig eig(Operand a) {
  return called_at(a.where, "eig", [&] {
    const Array x = square_matrices(a);
    const auto both = factors(ir::Op::eig, ir::is_complex(x.dtype()) ? x : x.as(ir::complex_of(x.dtype())));
    return Eig{both[0], both[1]};
  });
}
Array eigvals(Operand a) {
  return called_at(a.where, "eigvals", [&] { return eig(a).eigenvalues; });
}

SVD svd(Operand a, SvdOptions o) {
  return called_at(a.where, "svd", [&] {
    const auto all = factors(ir::Op::svd, matrices(a), ir::FullAttrs{o.full_matrices});
    return SVD{all[0], all[1], all[2]};
  });
}
Array svdvals(Operand a) {
  return called_at(a.where, "svdvals", [&] { return svd(a).s; });
}

}  // namespace espalier::linalg
