#include "espalier/stdlib/ode/step.h"

#include "espalier/dsl/ops.h"
#include "espalier/stdlib/solvers/roots.h"

namespace espalier::ode::detail {
namespace {

Array classical(const FlatField& f, const Array& y, const Array& t, const Array& h) {
  const Array half = h / 2, k1 = f(y, t), k2 = f(y + half * k1, t + half), k3 = f(y + half * k2, t + half), k4 = f(y + h * k3, t + h);
  return y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
}
// The unknown is the slope: its equation does not lose digits where h is small.
Array midpoint(const FlatField& f, const Array& y, const Array& t, const Array& h) {
  const Array half = h / 2;
  const solvers::detail::FlatFunction equation = [&](const Array& k) { return k - f(y + half * k, t + half); };
  return y + h * solvers::detail::newton(equation, f(y, t), {.tol = y.dtype() == f64 ? 1e-13 : 1e-6, .max_steps = 12});
}

}  // namespace

Array fixed_step(Method method, const FlatField& f, const Array& y, const Array& t, const Array& h) {
  if (method == euler) return y + h * f(y, t);
  return method == rk4 ? classical(f, y, t, h) : midpoint(f, y, t, h);
}

// The middle: L. F. Shampine, "Some practical Runge-Kutta formulas", 1986.
Tried dormand_prince(const FlatField& f, const Array& y, const Array& k1, const Array& t, const Array& h) {
  const Array k2 = f(y + h * (k1 / 5), t + h / 5);
  const Array k3 = f(y + h * (k1 * (3. / 40) + k2 * (9. / 40)), t + h * (3. / 10));
  const Array k4 = f(y + h * (k1 * (44. / 45) - k2 * (56. / 15) + k3 * (32. / 9)), t + h * (4. / 5));
  const Array k5 = f(y + h * (k1 * (19372. / 6561) - k2 * (25360. / 2187) + k3 * (64448. / 6561) - k4 * (212. / 729)), t + h * (8. / 9));
  const Array k6 = f(y + h * (k1 * (9017. / 3168) - k2 * (355. / 33) + k3 * (46732. / 5247) + k4 * (49. / 176) - k5 * (5103. / 18656)), t + h);
  const Array next = y + h * (k1 * (35. / 384) + k3 * (500. / 1113) + k4 * (125. / 192) - k5 * (2187. / 6784) + k6 * (11. / 84));
  const Array k7 = f(next, t + h);
  const Array error = h * (k1 * (71. / 57600) - k3 * (71. / 16695) + k4 * (71. / 1920) - k5 * (17253. / 339200) + k6 * (22. / 525) - k7 * (1. / 40));
  const Array middle = y + h / 2 * (k1 * (6025192743. / 30085553152.) + k3 * (51252292925. / 65400821598.) - k4 * (2691868925. / 45128329728.) + k5 * (187940372067. / 1594534317056.) - k6 * (1776094331. / 19743644256.) + k7 * (11237099. / 235043384.));
  return {next, k7, error, middle};
}

}  // namespace espalier::ode::detail
