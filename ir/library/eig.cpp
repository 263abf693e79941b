#include <eigen3/Eigen/Eigenvalues>
#include <complex>

#include "espalier/ir/library/functions.h"
#include "espalier/ir/library/matrix.h"

namespace espalier::ir::library {

template <class T> void eig(void* const* results, const void* const* operands, const std::int64_t* sizes, std::int64_t first, std::int64_t last) {
  const std::int64_t n = sizes[0];
  if (n == 0) return;
  for (std::int64_t p = first; p < last; ++p) {
    const WideMatrix<T> a = operand<T>(operands[0], p, n, n).template cast<Wide<T>>();
    Eigen::ComplexEigenSolver<WideMatrix<T>> solver(n);
    const bool found = a.allFinite() && solver.compute(a, results[1] != nullptr).info() == Eigen::Success;
    if (results[0] != nullptr) {
      auto values = result<T>(results[0], p, n, 1);
      if (found) values = solver.eigenvalues().template cast<T>();
      else values.fill(nan<T>());
    }
    if (results[1] != nullptr) {
      auto vectors = result<T>(results[1], p, n, n);
      if (found) vectors = solver.eigenvectors().template cast<T>();
      else vectors.fill(nan<T>());
    }
  }
}

template void eig<std::complex<float>>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);
template void eig<std::complex<double>>(void* const*, const void* const*, const std::int64_t*, std::int64_t, std::int64_t);

}  // namespace espalier::ir::library
