#pragma once
// Ordinary differential equations dy/dt = f(y, t) from a start: solutions at given times, and everywhere between two.
#include "espalier/stdlib/ode/dense.h"
#include "espalier/stdlib/ode/odeint.h"
