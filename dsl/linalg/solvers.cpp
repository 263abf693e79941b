#include "espalier/dsl/linalg/solvers.h"

#include <algorithm>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/linalg/functions.h"
#include "espalier/dsl/linalg/parts.h"
#include "espalier/dsl/ops/contraction.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/ops/sorting.h"
#include "espalier/dsl/trace.h"
#include "espalier/dsl/transform.h"
#include "espalier/ir/error.h"

namespace espalier::linalg {

using detail::called_at;
using namespace parts;

namespace {

// P A = L U: of a x = b with the rows of b in that order, of the transpose with those of x.
Array solve_factored(const Array& lu, const Array& order, const Array& b, Trans trans) {
  if (trans == Trans::no) return solve_triangle(lu, solve_triangle(lu, permuted(b, order), {.lower = true, .unit_diagonal = true}), {});
  const bool conjugate = trans == Trans::adjoint;
  const Array y = solve_triangle(lu, b, {.transpose = true, .conjugate = conjugate});
  const Array x = solve_triangle(lu, y, {.lower = true, .transpose = true, .conjugate = conjugate, .unit_diagonal = true});
  return permuted(x, argsort(order));
}

}  // namespace

Array solve(Operand a, Operand b) {
  return called_at(a.where, "solve", [&] {
    const System system = system_of(a, b);
    const auto fixed = detail::apply_many(ir::Op::lu, std::vector<Array>{detail::constant_for_derivatives(system.a, {})}, ir::LibraryAttrs{}, {});
    const auto product = [&](const Array& x) { return matmul(system.a, x); };
    const auto solved = [&](const auto&, const Array& y) { return solve_factored(fixed[0], fixed[2], y, Trans::no); };
    const auto transposed = [&](const auto&, const Array& y) { return solve_factored(fixed[0], fixed[2], y, Trans::transpose); };
    return solution(system, custom_linear_solve(product, system.b, solved, transposed));
  });
}

Array solve_triangular(Operand a, Operand b, TriangularOptions o) {
  return called_at(a.where, "solve_triangular", [&] {
    const System system = system_of(a, b);
    return solution(system, solve_triangle(system.a, system.b, {.lower = o.lower, .transpose = o.trans != Trans::no, .conjugate = o.trans == Trans::adjoint, .unit_diagonal = o.unit_diagonal}));
  });
}

Array cho_solve(Operand factor, Operand b, ChoSolveOptions o) {
  return called_at(factor.where, "cho_solve", [&] {
    const System system = system_of(factor, b);
    const ir::TriangularSolveAttrs plain{.lower = o.lower}, adjoint{.lower = o.lower, .transpose = true, .conjugate = true};
    const Array y = solve_triangle(system.a, system.b, o.lower ? plain : adjoint);
    return solution(system, solve_triangle(system.a, y, o.lower ? adjoint : plain));
  });
}

Array lu_solve(const LuFactors& a, Operand b, LuSolveOptions o) {
  return called_at(b.where, "lu_solve", [&] {
    const System system = system_of(Operand(a.lu, b.where), b);
    auto order = system.a.shape().extents();
    order.pop_back();
    return solution(system, solve_factored(system.a, broadcast_to(a.permutation, Shape(order)), system.b, o.trans));
  });
}

Lstsq lstsq(Operand a, Operand b, LstsqOptions o) {
  return called_at(a.where, "lstsq", [&] {
    const Both met = in_one_dtype(Operand(matrices(a), a.where), b);
    const bool vector = met.b.ndim() == 1;
    const Array right = vector ? expand_dims(met.b, 1) : met.b;
    const std::int64_t m = met.a.shape(-2), n = met.a.shape(-1);
    const double rcond = o.rcond.value_or(static_cast<double>(std::max(m, n)) * epsilon(met.a.dtype()));
    const Array x = matmul(pinv(met.a, {.rtol = rcond}), right), s = svdvals(met.a);
    const Array residuals = sum(square(abs(matmul(met.a, x) - right)), {.axis = -2});
    return Lstsq{vector ? squeeze(x, -1) : x, vector ? squeeze(residuals, -1) : residuals, matrix_rank(met.a, {.rtol = rcond}), s};
  });
}

}  // namespace espalier::linalg
