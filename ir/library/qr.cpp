#include <eigen3/Eigen/QR>
#include <complex>

#include "espalier/ir/library/functions.h"
#include "espalier/ir/library/matrix.h"
#include "espalier/ir/library/side_by_side.h"

namespace espalier::ir::library {

template <class T> void qr(void* const* results, const void* const* operands, const std::int64_t* sizes, std::int64_t first, std::int64_t last) {
  const std::int64_t m = sizes[0], n = sizes[1], few = std::min(m, n), k = sizes[2] != 0 ? m : few;
  if constexpr (!Eigen::NumTraits<T>::IsComplex) {
    if (few > 0 && std::max(m, n) <= most_side_by_side) {
      const auto from = [&](void* data, std::int64_t size) { return data == nullptr ? nullptr : static_cast<T*>(data) + first * size; };
      return qr_side_by_side(from(results[0], m * k), from(results[1], k * n), static_cast<const T*>(operands[0]) + first * m * n, m, n, k, last - first);
    }
  }
  for (std::int64_t p = first; p < last; ++p) {
    WideMatrix<T> q = WideMatrix<T>::Identity(m, k), r = WideMatrix<T>::Zero(k, n);
    if (few > 0) {
      const Eigen::HouseholderQR<WideMatrix<T>> factors(operand<T>(operands[0], p, m, n).template cast<Wide<T>>());
      r.topRows(few) = factors.matrixQR().topRows(few).template triangularView<Eigen::Upper>();
      if (results[0] != nullptr) q.applyOnTheLeft(factors.householderQ());
    }
    if (results[0] != nullptr) result<T>(results[0], p, m, k) = q.template cast<T>();
    if (results[1] != nullptr) result<T>(results[1], p, k, n) = r.template cast<T>();
  }
}

template void qr<float>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void qr<double>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void qr<std::complex<float>>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void qr<std::complex<double>>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);

}  // namespace espalier::ir::library
