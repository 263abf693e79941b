#include <eigen3/Eigen/Cholesky>
#include <cmath>
#include <complex>

#include "espalier/ir/library/cholesky_panels.h"
#include "espalier/ir/library/functions.h"
#include "espalier/ir/library/matrix.h"
#include "espalier/ir/library/side_by_side.h"

namespace espalier::ir::library {
namespace {

// Row by row, in place: what Eigen does beside this would cost more than small matrices do.
template <class T> bool factor_by_rows(Eigen::Map<Matrix<T>>& l) {
  using std::sqrt;
  for (std::int64_t i = 0; i < l.rows(); ++i) {
    for (std::int64_t j = 0; j <= i; ++j) {
      T rest = l(i, j);
      for (std::int64_t k = 0; k < j; ++k) rest -= l(i, k) * Eigen::numext::conj(l(j, k));
      const Real<T> square = Eigen::numext::real(rest);
      if (i != j) l(i, j) = rest / Eigen::numext::real(l(j, j));
      else if (square > 0) l(i, i) = sqrt(square);
      else return false;
    }
  }
  return true;
}
template <class T> bool factor(Eigen::Map<Matrix<T>>& l) {
  if constexpr (!Eigen::NumTraits<T>::IsComplex) {
    return cholesky_by_panels(l.data(), l.rows());
  } else {
    constexpr std::int64_t small = 24;
    if (l.rows() <= small) return factor_by_rows(l);
    Eigen::Ref<Matrix<T>> in_place(l);
    return Eigen::LLT<Eigen::Ref<Matrix<T>>, Eigen::Lower>(in_place).info() == Eigen::Success && !l.diagonal().hasNaN();
  }
}

}  // namespace

template <class T> void cholesky(void* const* results, const void* const* operands, const std::int64_t* sizes, std::int64_t first, std::int64_t last) {
  const std::int64_t n = sizes[0];
  if (n == 0) return;
  if constexpr (!Eigen::NumTraits<T>::IsComplex) {
    if (n <= most_side_by_side) return cholesky_side_by_side(static_cast<T*>(results[0]) + first * n * n, static_cast<const T*>(operands[0]) + first * n * n, n, last - first);
  }
  for (std::int64_t p = first; p < last; ++p) {
    const auto a = operand<T>(operands[0], p, n, n);
    auto l = result<T>(results[0], p, n, n);
    for (std::int64_t i = 0; i < n; ++i) l.row(i).head(i + 1) = a.row(i).head(i + 1), l.row(i).tail(n - i - 1).setZero();
    if (!factor(l)) l.template triangularView<Eigen::Lower>().fill(nan<T>());
  }
}

template void cholesky<float>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void cholesky<double>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void cholesky<std::complex<float>>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void cholesky<std::complex<double>>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);

}  // namespace espalier::ir::library
