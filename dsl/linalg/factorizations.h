#pragma once
// Factorizations. What has no numbers, as a matrix that holds NaN or infinity, gives NaN.
#include <string_view>

#include "espalier/dsl/array.h"

namespace espalier::linalg {

/// Options of `cholesky`.
struct CholeskyOptions {
  Named by_name = Named();
  bool upper = false;             ///< U with Uᴴ U = a, in place of L
  bool symmetrize_input = true;   ///< factor (a + aᴴ)/2; if not, the lower triangle alone is read
};
/// [..., n, n]: the lower triangular L with L Lᴴ = a, of a Hermitian and positive definite a: the diagonal of L is positive. The triangle is NaN where a is not
/// positive definite, as in JAX; NumPy throws.
Array cholesky(Operand a, CholeskyOptions options = {});

/// Options of `qr`.
struct QrOptions {
  Named by_name = Named();
  std::string_view mode = "reduced";  ///< "complete": q is square
};
/// a = q r.
struct QR {
  Array q = {};  ///< [..., m, k], its columns orthonormal
  Array r = {};  ///< [..., k, n], upper triangular
};
/// Of a [..., m, n], with k = min(m, n), or m if the mode is "complete". Householder's reflections: the diagonal of r has any sign. The complete
/// mode of more rows than columns has no derivative: DifferentiationError. ArgumentError for another mode.
[[nodiscard]] QR qr(Operand a, QrOptions options = {});

/// a = p l u.
struct LU {
  Array p = {};  ///< [..., m, m], a permutation
  Array l = {};  ///< [..., m, k], lower triangular with ones on the diagonal
  Array u = {};  ///< [..., k, n], upper triangular
};
/// Of a [..., m, n], with k = min(m, n): Gaussian elimination with partial pivoting.
[[nodiscard]] LU lu(Operand a);
/// The same as `lu_solve` takes it.
struct LuFactors {
  Array lu = {};           ///< [..., m, n]: l below the diagonal, u on and above it
  Array pivots = {};       ///< [..., k], i32: row i changed places with row pivots[i], one after another
  Array permutation = {};  ///< [..., m], i32: the row of a that is row i of l u
};
/// The factors of a.
[[nodiscard]] LuFactors lu_factor(Operand a);

/// Options of `eigh` and `eigvalsh`.
struct EighOptions {
  Named by_name = Named();
  bool symmetrize_input = true;  ///< take (a + aᴴ)/2; if not, the lower triangle alone is read
};
/// a v = v diag(w), v unitary.
struct Eigh {
  Array eigenvalues = {};   ///< [..., n], real, ascending
  Array eigenvectors = {};  ///< [..., n, n], in columns, of length 1
};
/// Of a Hermitian a. The signs (or phases) of eigenvectors are any. Where eigenvalues are equal the derivative of the vectors is not finite.
[[nodiscard]] Eigh eigh(Operand a, EighOptions options = {});
/// The eigenvalues of a Hermitian a: [..., n], real, ascending.
Array eigvalsh(Operand a, EighOptions options = {});

/// a v = v diag(w).
struct Eig {
  Array eigenvalues = {};   ///< [..., n], complex, in any order
  Array eigenvectors = {};  ///< [..., n, n], complex, in columns, of length 1
};
/// Of any square a. The derivative holds the length of eigenvectors, and moves them along no phase of their own.
[[nodiscard]] Eig eig(Operand a);
/// The eigenvalues of any square a: [..., n], complex, in any order.
Array eigvals(Operand a);

/// Options of `svd`.
struct SvdOptions {
  Named by_name = Named();
  bool full_matrices = false;  ///< u and vh are square
};
/// a = u diag(s) vh.
struct SVD {
  Array u = {};   ///< [..., m, k], its columns orthonormal
  Array s = {};   ///< [..., k], real, descending
  Array vh = {};  ///< [..., k, n], its rows orthonormal
};
/// Of a [..., m, n], with k = min(m, n). Signs (or phases) are any, alike in u and vh. Full matrices of an a that is not square have no derivative:
/// DifferentiationError.
[[nodiscard]] SVD svd(Operand a, SvdOptions options = {});
/// The singular values: [..., min(m, n)], real, descending.
Array svdvals(Operand a);

}  // namespace espalier::linalg
