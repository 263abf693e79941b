#pragma once
// Linear algebra: functions of matrices, which stand in the last two axes; all axes before these are a batch, each matrix for itself.
// Integers become floats first. Computed in f32, f64, c64 and c128; f16 and bf16 are a DTypeError, and so is no floating point where
// it is asked for. Matrices of another shape than a function takes are a ShapeError. Derivatives are those of JAX.
#include "espalier/dsl/linalg/factorizations.h"
#include "espalier/dsl/linalg/functions.h"
#include "espalier/dsl/linalg/norms.h"
#include "espalier/dsl/linalg/polyfit.h"
#include "espalier/dsl/linalg/solvers.h"
