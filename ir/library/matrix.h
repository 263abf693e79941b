#pragma once
// Matrices of a batch as Eigen's. Only the files of this folder see Eigen.
#include <eigen3/Eigen/Core>
#include <cstdint>
#include <limits>

namespace espalier::ir::library {

using Eigen::Dynamic;
template <class T> using Matrix = Eigen::Matrix<T, Dynamic, Dynamic, Eigen::RowMajor>;
template <class T> using Real = typename Eigen::NumTraits<T>::Real;

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
