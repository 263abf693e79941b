#pragma once
// Least squares: minima of half the sum of squares of residuals.
#include "espalier/stdlib/solvers/minimize.h"

namespace espalier::solvers {

/// A minimum of |f(x)|² / 2, where f gives residuals, any tree of floating leaves: x <- x - d with the d that minimizes |f'(x) d - f(x)|, by Gauss and Newton. It suits residuals that are
/// small at the minimum, from near enough. Derivatives as in `bfgs`.
template <class F, class X> [[nodiscard]] auto gauss_newton(const F& f, const X& x0, MinimizeOptions options = {}, Where where = Where::current()) {
  return detail::minimized("gauss_newton", f, x0, [&](const detail::FlatFunction& g, const Array& start) { return detail::gauss_newton(g, start, options); }, [](const auto& y) { return detail::flattened(y); }, where);
}
/// The same with steps that are kept short where they do not descend: d of (J'J + m diag(J'J)) d = J' f(x), m a tenth after a step that descends and ten times as large after one that does not.
/// Levenberg 1944, Marquardt 1963.
template <class F, class X> [[nodiscard]] auto levenberg_marquardt(const F& f, const X& x0, MinimizeOptions options = {}, Where where = Where::current()) {
  return detail::minimized("levenberg_marquardt", f, x0, [&](const detail::FlatFunction& g, const Array& start) { return detail::levenberg_marquardt(g, start, options); }, [](const auto& y) { return detail::flattened(y); }, where);
}

}  // namespace espalier::solvers
