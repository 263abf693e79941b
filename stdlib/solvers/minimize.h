#pragma once
// Minima of scalar functions.
#include "espalier/stdlib/solvers/flat.h"

namespace espalier::solvers {

/// What a search for a minimum gives: a tree.
template <class X> struct Minimum {
  X x = {};               ///< where
  Array value = {};       ///< the function there; of least squares half the sum of the squares
  Array steps = {};       ///< how many were done, i32
  Array converged = {};   ///< bool: no element of the gradient is larger than tol
};

/// Options of the searches.
struct MinimizeOptions {
  Named by_name = Named();
  double tol = 1e-5;             ///< it ends where no element of the gradient is larger
  std::int64_t max_steps = 200;  ///< or after so many steps, or where no step descends any more
};

namespace detail {
/// What a search found, flat.
struct Found {
  Array x, steps, converged;
};
Found bfgs(const FlatFunction& f, const Array& x0, const MinimizeOptions& options);
Found lbfgs(const FlatFunction& f, const Array& x0, const MinimizeOptions& options);
Found gauss_newton(const FlatFunction& f, const Array& x0, const MinimizeOptions& options);
Found levenberg_marquardt(const FlatFunction& f, const Array& x0, const MinimizeOptions& options);
/// ShapeError unless the function gave a scalar.
Array scalar(const char* op, Array value);
/// x with its derivatives by the implicit function theorem, where a search has found it: gradient(x) = 0 for a gradient of what is captured.
Found implicit(const FlatFunction& gradient, const Array& x0, const std::function<Found(const FlatFunction&, const Array&)>& search);
/// Half the sum of squares.
Array half_square(const Array& residuals);

template <class F, class X, class Search, class Value> auto minimized(const char* op, const F& f, const X& x0, const Search& search, const Value& value, Where where) {
  using U = Unknown<F, X>;
  return espalier::detail::called_at(where, [&]() -> Minimum<U> {
    const U start = start_of<U>(x0, where);
    const auto parts = ravel_tree(start);
    require_unknowns(op, parts.first);
    const FlatFunction flat = [&](const Array& v) { return value(f(parts.second(v))); };
    const Found found = search(flat, parts.first);
    const Array least = flat(found.x);
    return {parts.second(found.x), least.ndim() == 0 ? least : half_square(least), found.steps, found.converged};
  });
}
}  // namespace detail

/// A minimum of f, a function of a tree of floating leaves to a scalar, by BFGS: directions by an approximation of the inverse Hessian, made of the changes of the gradient; steps by backtracking
/// (Armijo). Nocedal & Wright, "Numerical Optimization", 2006, section 6.1. Derivatives of x with respect to what f captures are those of the minimum; where it did not
/// converge they mean nothing.
template <class F, class X> [[nodiscard]] auto bfgs(const F& f, const X& x0, MinimizeOptions options = {}, Where where = Where::current()) {
  return detail::minimized("bfgs", f, x0, [&](const detail::FlatFunction& g, const Array& start) { return detail::bfgs(g, start, options); }, [](const Array& y) { return detail::scalar("bfgs", y); }, where);
}
/// The same by L-BFGS, which keeps ten pairs of changes in place of a matrix: for many unknowns. `optim::ScaleByLbfgs` has the formula.
template <class F, class X> [[nodiscard]] auto lbfgs(const F& f, const X& x0, MinimizeOptions options = {}, Where where = Where::current()) {
  return detail::minimized("lbfgs", f, x0, [&](const detail::FlatFunction& g, const Array& start) { return detail::lbfgs(g, start, options); }, [](const Array& y) { return detail::scalar("lbfgs", y); }, where);
}

}  // namespace espalier::solvers
