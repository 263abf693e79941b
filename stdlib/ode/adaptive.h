#pragma once
// Steps as long as their error allows.
#include "espalier/stdlib/ode/odeint.h"

namespace espalier::ode::detail {

/// Where an adaptive solution stands. The length of the step to come is positive, whichever way time goes.
struct Adaptive {
  Array t, y, slope, length, steps;
};
/// At the start, with a length of step by E. Hairer, "Solving Ordinary Differential Equations I", II.4.
Adaptive begun(const FlatField& f, const Array& y0, const Array& t0, const OdeOptions& options);
/// What a step towards `end` gives: where it then stands, which is where it stood if the error is too large, what was tried, the step's length and whether it was done.
struct Advanced {
  Adaptive at;
  Tried tried;
  Array h, fits;
};
Advanced advanced(const FlatField& f, const Adaptive& at, const Array& end, const OdeOptions& options);

}  // namespace espalier::ode::detail
