#pragma once
// Small real matrices of a batch, side by side in the lanes of vectors: element (i, j) of as many as a vector has lanes is one vector. No
// matrix waits for the steps of its own, and which one lies in which lane changes no bit of it.
#include <cstdint>

namespace espalier::ir::library {

/// The largest extent of matrices that are computed so.
inline constexpr std::int64_t most_side_by_side = 16;

/// The factors of `problems` matrices of n x n, NaN where one is not positive definite.
template <class T> void cholesky_side_by_side(T* l, const T* a, std::int64_t n, std::int64_t problems);
/// L and U of matrices of m x n, and which row changed places with each.
template <class T> void lu_side_by_side(T* both, std::int32_t* pivots, const T* a, std::int64_t m, std::int64_t n, std::int64_t problems);
/// Q with k orthonormal columns and R of matrices of m x n; a null pointer where one is not wanted.
template <class T> void qr_side_by_side(T* q, T* r, const T* a, std::int64_t m, std::int64_t n, std::int64_t k, std::int64_t problems);
/// L X = B with n rows: element (i, k) of L is a[corner + i * a_row + k * a_column], element (i, j) of B and X is
/// b[edge + i * x_row + j * x_column]. Every triangular system is one of these; distances may be negative.
struct TriangularSystem {
  std::int64_t n, others, corner, a_row, a_column, edge, x_row, x_column;
  bool unit_diagonal;
};
template <class T> void solve_side_by_side(T* x, const T* a, const T* b, const TriangularSystem& system, std::int64_t problems);

}  // namespace espalier::ir::library
