#pragma once
// Systems of equations. A vector b is one right-hand side, for each matrix of a batch; [..., n, k] are k of them. The axes before the matrices
// broadcast.
#include <optional>

#include "espalier/dsl/linalg/factorizations.h"

namespace espalier::linalg {

/// x with a x = b, of a square a: [..., n] for a vector b, else [..., n, k]. By `lu_factor`; derivatives solve again with the same factors.
/// Infinite or NaN where a is singular, as in JAX; NumPy throws.
Array solve(Operand a, Operand b);

/// Which matrix stands in the equations: `false` is the matrix itself, `true` its transpose.
struct Trans {
  /// What they are.
  enum Kind {
    no,         ///< a x = b
    transpose,  ///< aᵀ x = b
    adjoint     ///< aᴴ x = b
  };
  Kind kind = no;  ///< which of them
  /// Of its name, and of whether it is transposed.
  /// @{
  constexpr Trans(Kind which) : kind(which) {}
  constexpr Trans(bool transposed) : kind(transposed ? transpose : no) {}
  /// @}
  constexpr operator Kind() const { return kind; }  ///< as what it is
};
/// Options of `solve_triangular`.
struct TriangularOptions {
  Named by_name = Named();
  bool lower = false;          ///< read the lower triangle of a, not the upper one
  Trans trans = Trans::no;     ///< as in SciPy, of what `lower` reads
  bool unit_diagonal = false;  ///< take ones for the diagonal, which is not read
};
/// x with a x = b, of a triangular a; what is not in the triangle is not read. Infinite or NaN where the diagonal holds a 0.
Array solve_triangular(Operand a, Operand b, TriangularOptions options = {});

/// Options of `cho_solve`.
struct ChoSolveOptions {
  Named by_name = Named();
  bool lower = true;  ///< the factor is L, with a = L Lᴴ; if not, U, with a = Uᴴ U
};
/// x with a x = b, of the factor that `cholesky` gives for a.
Array cho_solve(Operand factor, Operand b, ChoSolveOptions options = {});

/// Options of `lu_solve`.
struct LuSolveOptions {
  Named by_name = Named();
  Trans trans = Trans::no;  ///< as in SciPy
};
/// x with a x = b, of the factors that `lu_factor` gives for a.
Array lu_solve(const LuFactors& a, Operand b, LuSolveOptions options = {});

/// Options of `lstsq`.
struct LstsqOptions {
  Named by_name = Named();
  std::optional<double> rcond = {};  ///< singular values below rcond times the largest count as 0; by default max(m, n) times the dtype's epsilon
};
/// What minimizes |a x - b|.
struct Lstsq {
  Array x = {};          ///< [..., n] or [..., n, k]: of all that do, the shortest
  Array residuals = {};  ///< [...] or [..., k]: the sums of the squares of a x - b
  Array rank = {};       ///< [...], i32: how many singular values count
  Array s = {};          ///< [..., min(m, n)]: the singular values of a
};
/// The least squares solution, of any a [..., m, n], by the singular value decomposition.
[[nodiscard]] Lstsq lstsq(Operand a, Operand b, LstsqOptions options = {});

}  // namespace espalier::linalg
