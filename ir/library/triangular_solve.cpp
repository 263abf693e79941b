// All forms are op(A) X = B with op(A) a triangle and B by rows: what is right or transposed is copied so.
#include <eigen3/Eigen/Core>
#include <complex>

#include "espalier/ir/library/functions.h"
#include "espalier/ir/library/matrix.h"

namespace espalier::ir::library {
namespace {

template <class T, class A> void solve(const A& a, Matrix<T>& x, bool lower, bool unit_diagonal) {
  if (lower && unit_diagonal) a.template triangularView<Eigen::UnitLower>().solveInPlace(x);
  else if (lower) a.template triangularView<Eigen::Lower>().solveInPlace(x);
  else if (unit_diagonal) a.template triangularView<Eigen::UnitUpper>().solveInPlace(x);
  else a.template triangularView<Eigen::Upper>().solveInPlace(x);
}

}  // namespace

template <class T> void triangular_solve(void* const* results, const void* const* operands, const std::int64_t* sizes, std::int64_t first, std::int64_t last) {
  const std::int64_t n = sizes[0], others = sizes[1];
  const bool left = sizes[2] != 0, lower = sizes[3] != 0, transpose = sizes[4] != 0, conjugate = sizes[5] != 0, unit_diagonal = sizes[6] != 0;
  if (n == 0 || others == 0) return;
  // X A = B is Aᵀ Xᵀ = Bᵀ.
  const bool turned = transpose == left;
  const std::int64_t rows = left ? n : others, columns = left ? others : n;
  Matrix<T> x, other;
  for (std::int64_t p = first; p < last; ++p) {
    const auto a = operand<T>(operands[0], p, n, n);
    const auto b = operand<T>(operands[1], p, rows, columns);
    if (left) x = b;
    else x = b.transpose();
    if (conjugate) x = x.conjugate().eval();
    if (turned) {
      other = a.transpose();
      solve<T>(other, x, !lower, unit_diagonal);
    } else {
      solve<T>(a, x, lower, unit_diagonal);
    }
    if (conjugate) x = x.conjugate().eval();
    auto out = result<T>(results[0], p, rows, columns);
    if (left) out = x;
    else out = x.transpose();
  }
}

template void triangular_solve<float>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void triangular_solve<double>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void triangular_solve<std::complex<float>>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void triangular_solve<std::complex<double>>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);

}  // namespace espalier::ir::library
