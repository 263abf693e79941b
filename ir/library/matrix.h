#pragma once
// Matrices of a batch as Eigen's. Only the files of this folder see Eigen.
#include <eigen3/Eigen/Core>
#include <complex>
#include <cstdint>
#include <limits>

namespace espalier::ir::library {

using Eigen::Dynamic;
template <class T> using Matrix = Eigen::Matrix<T, Dynamic, Dynamic, Eigen::RowMajor>;
template <class T> using Real = typename Eigen::NumTraits<T>::Real;

/// In which numbers long factorizations are computed, and their matrices, in Eigen's own order: two of each algorithm are compiled, which
/// take g++ long, and f32 and c64 are as exact as they can be.
template <class T> struct WideOf {
  using type = double;
};
template <class T> struct WideOf<std::complex<T>> {
  using type = std::complex<double>;
};
template <class T> using Wide = typename WideOf<T>::type;
template <class T> using WideMatrix = Eigen::Matrix<Wide<T>, Dynamic, Dynamic>;

/// The matrix of a problem, in an operand or a result.
template <class T> Eigen::Map<const Matrix<T>> operand(const void* data, std::int64_t problem, std::int64_t rows, std::int64_t columns) {
  return {static_cast<const T*>(data) + problem * rows * columns, rows, columns};
}
template <class T> Eigen::Map<Matrix<T>> result(void* data, std::int64_t problem, std::int64_t rows, std::int64_t columns) {
  return {static_cast<T*>(data) + problem * rows * columns, rows, columns};
}

/// What stands where there is no result.
template <class T> T nan() { return T(std::numeric_limits<Real<T>>::quiet_NaN()); }

}  // namespace espalier::ir::library
