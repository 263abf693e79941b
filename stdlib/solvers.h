#pragma once
// Solvers of equations, of least squares and minima, of linear systems that are known by their products, and integrals. Each is a loop that `jit` compiles and
// `vmap` batches; derivatives follow from what is solved, by the implicit function theorem, and not from the way there.
#include "espalier/stdlib/solvers/least_squares.h"
#include "espalier/stdlib/solvers/linear.h"
#include "espalier/stdlib/solvers/minimize.h"
#include "espalier/stdlib/solvers/quadrature.h"
#include "espalier/stdlib/solvers/roots.h"
