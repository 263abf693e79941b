#include <eigen3/Eigen/SVD>
#include <complex>

#include "espalier/ir/library/functions.h"
#include "espalier/ir/library/matrix.h"

namespace espalier::ir::library {

template <class T> void svd(void* const* results, const void* const* operands, const std::int64_t* sizes, std::int64_t first, std::int64_t last) {
  const std::int64_t m = sizes[0], n = sizes[1], few = std::min(m, n), left = sizes[2] != 0 ? m : few, right = sizes[2] != 0 ? n : few;
  const bool vectors = results[0] != nullptr || results[2] != nullptr;
  for (std::int64_t p = first; p < last; ++p) {
    const auto a = operand<T>(operands[0], p, m, n);
    Matrix<T> u = Matrix<T>::Identity(m, left), v = Matrix<T>::Identity(n, right);
    Eigen::Matrix<Real<T>, Dynamic, 1> s(few);
    if (!a.allFinite()) {
      u.fill(nan<T>()), v.fill(nan<T>()), s.fill(nan<Real<T>>());
    } else if (few > 0) {
      const unsigned wanted = !vectors ? 0u : static_cast<unsigned>(sizes[2] != 0 ? Eigen::ComputeFullU | Eigen::ComputeFullV : Eigen::ComputeThinU | Eigen::ComputeThinV);
      const Eigen::BDCSVD<Matrix<T>> factors(a, wanted);
      s = factors.singularValues();
      if (vectors) u = factors.matrixU(), v = factors.matrixV();
    }
    if (results[0] != nullptr) result<T>(results[0], p, m, left) = u;
    if (results[1] != nullptr) result<Real<T>>(results[1], p, few, 1) = s;
    if (results[2] != nullptr) result<T>(results[2], p, right, n) = v.adjoint();
  }
}

template void svd<float>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void svd<double>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void svd<std::complex<float>>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void svd<std::complex<double>>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);

}  // namespace espalier::ir::library
