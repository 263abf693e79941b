#include <eigen3/Eigen/Cholesky>
#include <complex>

#include "espalier/ir/library/functions.h"
#include "espalier/ir/library/matrix.h"

namespace espalier::ir::library {

template <class T> void cholesky(void* const* results, const void* const* operands, const std::int64_t* sizes, std::int64_t first, std::int64_t last) {
  const std::int64_t n = sizes[0];
  if (n == 0) return;
  for (std::int64_t p = first; p < last; ++p) {
    const auto a = operand<T>(operands[0], p, n, n);
    auto l = result<T>(results[0], p, n, n);
    l.setZero();
    l.template triangularView<Eigen::Lower>() = a;
    Eigen::Ref<Matrix<T>> in_place(l);
    const bool found = Eigen::LLT<Eigen::Ref<Matrix<T>>, Eigen::Lower>(in_place).info() == Eigen::Success;
    if (!found || l.diagonal().hasNaN()) l.fill(nan<T>());
  }
}

template void cholesky<float>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void cholesky<double>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void cholesky<std::complex<float>>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void cholesky<std::complex<double>>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);

}  // namespace espalier::ir::library
