#include <eigen3/Eigen/SVD>
#include <complex>

#include "espalier/ir/library/functions.h"
#include "espalier/ir/library/matrix.h"

namespace espalier::ir::library {
namespace {

// Of real matrices by dividing their bidiagonal form, of complex ones by Jacobi's rotations.
template <class T> struct SvdOf {
  using type = Eigen::BDCSVD<WideMatrix<T>>;
};
template <class T> struct SvdOf<std::complex<T>> {
  using type = Eigen::JacobiSVD<WideMatrix<std::complex<T>>>;
};

}  // namespace

template <class T> void svd(void* const* results, const void* const* operands, const std::int64_t* sizes, std::int64_t first, std::int64_t last) {
  const std::int64_t m = sizes[0], n = sizes[1], few = std::min(m, n), left = sizes[2] != 0 ? m : few, right = sizes[2] != 0 ? n : few;
  const bool vectors = results[0] != nullptr || results[2] != nullptr;
  for (std::int64_t p = first; p < last; ++p) {
    const WideMatrix<T> a = operand<T>(operands[0], p, m, n).template cast<Wide<T>>();
    WideMatrix<T> u = WideMatrix<T>::Identity(m, left), v = WideMatrix<T>::Identity(n, right);
    Eigen::VectorXd s(few);
    if (!a.allFinite()) {
      u.fill(nan<Wide<T>>()), v.fill(nan<Wide<T>>()), s.fill(nan<double>());
    } else if (few > 0) {
      const unsigned wanted = !vectors ? 0u : static_cast<unsigned>(sizes[2] != 0 ? Eigen::ComputeFullU | Eigen::ComputeFullV : Eigen::ComputeThinU | Eigen::ComputeThinV);
      const typename SvdOf<T>::type factors(a, wanted);
      s = factors.singularValues();
      if (vectors) u = factors.matrixU(), v = factors.matrixV();
    }
    if (results[0] != nullptr) result<T>(results[0], p, m, left) = u.template cast<T>();
    if (results[1] != nullptr) result<Real<T>>(results[1], p, few, 1) = s.template cast<Real<T>>();
    if (results[2] != nullptr) result<T>(results[2], p, right, n) = v.adjoint().template cast<T>();
  }
}

template void svd<float>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void svd<double>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void svd<std::complex<float>>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void svd<std::complex<double>>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);

}  // namespace espalier::ir::library
