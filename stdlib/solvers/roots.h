#pragma once
// Solutions of f(x) = 0 and x = f(x).
#include "espalier/stdlib/solvers/flat.h"

namespace espalier::solvers {

/// Options of the solvers of equations.
struct RootOptions {
  Named by_name = Named();
  double tol = 1e-6;           ///< it ends where no element of f(x) is larger; of `bisection` where no interval is longer, of `fixed_point` where no element of x changes by more
  std::int64_t max_steps = 50; ///< or after so many steps, with what it has
};

namespace detail {
Array newton(const FlatFunction& f, const Array& x0, const RootOptions& options);
Array broyden(const FlatFunction& f, const Array& x0, const RootOptions& options);
Array fixed_point(const FlatFunction& f, const Array& x0, const RootOptions& options);
Array bisection(const FlatFunction& f, const Array& low, const Array& high, const RootOptions& options);
/// ShapeError or DTypeError unless both ends are of one type.
void require_interval(const Array& low, const Array& high);
}  // namespace detail

/// x with f(x) = 0 by Newton's method: x <- x - f'(x)^-1 f(x), the Jacobian by forward mode. x is any tree of floating leaves, and f(x) has as many numbers. Where steps do not
/// lead to a root the result is none: f(x) tells. ShapeError, DTypeError or ArgumentError for other trees. Derivatives with respect to what f captures are those of the root;
/// with respect to x0 they are 0.
template <class F, class X> [[nodiscard]] auto newton(const F& f, const X& x0, RootOptions options = {}, Where where = Where::current()) {
  return detail::solved("newton", f, x0, [&](const detail::FlatFunction& g, const Array& start) { return detail::newton(g, start, options); }, where);
}
/// The same by Broyden's method: the inverse of the Jacobian at x0, changed in each step by what it did not foresee: one f(x) a step. C. G. Broyden, "A class of methods for solving
/// nonlinear simultaneous equations", 1965.
template <class F, class X> [[nodiscard]] auto broyden(const F& f, const X& x0, RootOptions options = {}, Where where = Where::current()) {
  return detail::solved("broyden", f, x0, [&](const detail::FlatFunction& g, const Array& start) { return detail::broyden(g, start, options); }, where);
}
/// x with x = f(x), by x <- f(x): where f contracts. As `newton` otherwise.
template <class F, class X> [[nodiscard]] auto fixed_point(const F& f, const X& x0, RootOptions options = {}, Where where = Where::current()) {
  return detail::solved("fixed_point", f, x0, [&](const detail::FlatFunction& g, const Array& start) { return detail::fixed_point(g, start, options); }, where);
}
/// x between low and high with f(x) = 0, by halving: f works element by element, and NaN stands where f has one sign at both ends. ShapeError or DTypeError unless low and
/// high are of one type.
template <class F, class X> [[nodiscard]] auto bisection(const F& f, const X& low, const X& high, RootOptions options = {}, Where where = Where::current()) {
  return detail::solved("bisection", f, low, [&](const detail::FlatFunction& g, const Array& start) {
    const Array end = ravel_tree(detail::start_of<detail::Unknown<F, X>>(high, where)).first;
    detail::require_interval(start, end);
    return detail::bisection(g, start, end, options);
  }, where);
}

}  // namespace espalier::solvers
