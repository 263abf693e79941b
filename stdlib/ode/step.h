#pragma once
// One step of each method, for a field of one array of rank 1.
#include <functional>

#include "espalier/dsl/array.h"

namespace espalier::ode {

/// How a step is made. `dopri5` chooses its length itself, the others take `steps_per_interval` equal ones between two times.
enum class Method {
  euler,              ///< y + h f(y, t): order 1
  rk4,                ///< Runge and Kutta's classical one: order 4
  dopri5,             ///< order 5, with an error of order 4: Dormand & Prince 1980
  implicit_midpoint,  ///< y' = y + h f((y + y') / 2, t + h / 2), solved by Newton's method: order 2, stable, and keeps quadratic invariants
};
using enum Method;

namespace detail {

/// f(y, t), flat.
using FlatField = std::function<Array(const Array& y, const Array& t)>;

/// A step of a method of fixed length.
Array fixed_step(Method method, const FlatField& f, const Array& y, const Array& t, const Array& h);

/// What a step of dopri5 gives.
struct Tried {
  Array y;       ///< of order 5
  Array slope;   ///< f there, with which the next step begins
  Array error;   ///< of order 4
  Array middle;  ///< y half way, of order 4
};
Tried dormand_prince(const FlatField& f, const Array& y, const Array& slope, const Array& t, const Array& h);

}  // namespace detail
}  // namespace espalier::ode
