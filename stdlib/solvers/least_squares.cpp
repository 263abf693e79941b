#include "espalier/stdlib/solvers/least_squares.h"

#include "espalier/dsl/linalg.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

namespace espalier::solvers::detail {
namespace {

struct Fit {
  Array x, residuals, jacobian, gradient, damping, steps;
};
Fit fit_at(const FlatFunction& f, const Array& x, const Array& damping, const Array& steps) {
  const Array residuals = f(x), jacobian = jacfwd(f)(x);
  return {x, residuals, jacobian, matmul(residuals, jacobian), damping, steps};
}
constexpr double first_damping = 1e-3, least_damping = 1e-12, most_damping = 1e12;

template <class Step> Found fitted(const FlatFunction& f, const Array& x0, const MinimizeOptions& o, const Step& step) {
  const FlatFunction gradient = grad(FlatFunction([&](const Array& x) { return half_square(f(x)); }));
  return implicit(gradient, x0, [&](const FlatFunction&, const Array& start) {
    const auto goes_on = [&](const Fit& at) { return (max(abs(at.gradient)) > o.tol) & (at.damping < most_damping) & (at.steps < o.max_steps); };
    const Fit end = while_loop(goes_on, step, fit_at(f, start, full({}, first_damping, start.dtype()), zeros({}, i32)), {.max_steps = o.max_steps});
    return Found{end.x, end.steps, max(abs(end.gradient)) <= o.tol};
  });
}

}  // namespace

Found gauss_newton(const FlatFunction& f, const Array& x0, const MinimizeOptions& o) {
  return fitted(f, x0, o, [&](const Fit& at) { return fit_at(f, at.x - linalg::lstsq(at.jacobian, at.residuals).x, at.damping, at.steps + 1); });
}

Found levenberg_marquardt(const FlatFunction& f, const Array& x0, const MinimizeOptions& o) {
  return fitted(f, x0, o, [&](const Fit& at) {
    const Array normal = matmul(at.jacobian.T(), at.jacobian), diagonal_of = diagonal(normal);
    // An unknown that nothing depends on gets the damping alone.
    const Array damped = normal + diag(at.damping * where(diagonal_of > 0, diagonal_of, 1));
    const Fit next = fit_at(f, at.x - linalg::solve(damped, at.gradient), maximum(at.damping / 10, least_damping), at.steps + 1);
    const Array better = half_square(next.residuals) < half_square(at.residuals);
    const auto pick = [&](const Array& a, const Array& b) { return where(better, a, b); };
    return Fit{pick(next.x, at.x), pick(next.residuals, at.residuals), pick(next.jacobian, at.jacobian), pick(next.gradient, at.gradient), pick(next.damping, at.damping * 10), next.steps};
  });
}

}  // namespace espalier::solvers::detail
