#pragma once
// Linear systems of which the product with the matrix is known: Krylov's methods.
#include "espalier/stdlib/solvers/flat.h"

namespace espalier::solvers {

/// Options of the solvers of linear systems.
struct LinearOptions {
  Named by_name = Named();
  double tol = 1e-6;                            ///< it ends where |b - A x| <= tol |b|
  std::optional<std::int64_t> max_steps = {};   ///< or after so many products with A; by default ten times the number of unknowns
};

namespace detail {
Array cg(const FlatFunction& matvec, const Array& b, const LinearOptions& options);
Array gmres(const FlatFunction& matvec, const Array& b, const LinearOptions& options);
Array bicgstab(const FlatFunction& matvec, const Array& b, const LinearOptions& options);
}  // namespace detail

/// x with A x = b for a symmetric positive A, given as its product: matvec(x), which is linear, of any tree of floating leaves. Conjugate gradients: Hestenes & Stiefel 1952. Derivatives with
/// respect to b and what matvec captures solve once more. ShapeError, DTypeError or ArgumentError unless matvec(x) is like b.
template <class F, class X> [[nodiscard]] auto cg(const F& matvec, const X& b, LinearOptions options = {}, Where where = Where::current()) {
  return detail::solved("cg", matvec, b, [&](const detail::FlatFunction& product, const Array& y) { return detail::cg(product, y, options); }, where);
}
/// The same for any A, by generalized minimal residuals, started again after 20 products: Saad & Schultz 1986. Reverse mode solves with the transpose.
template <class F, class X> [[nodiscard]] auto gmres(const F& matvec, const X& b, LinearOptions options = {}, Where where = Where::current()) {
  return detail::solved("gmres", matvec, b, [&](const detail::FlatFunction& product, const Array& y) { return detail::gmres(product, y, options); }, where);
}
/// The same for any A, by stabilized biconjugate gradients: van der Vorst 1992. Two products a step, and no memory of those before.
template <class F, class X> [[nodiscard]] auto bicgstab(const F& matvec, const X& b, LinearOptions options = {}, Where where = Where::current()) {
  return detail::solved("bicgstab", matvec, b, [&](const detail::FlatFunction& product, const Array& y) { return detail::bicgstab(product, y, options); }, where);
}

}  // namespace espalier::solvers
