#pragma once
/// All functions of this folder.
#include "espalier/jit/emit/math/bessel.h"
#include "espalier/jit/emit/math/error_function.h"
#include "espalier/jit/emit/math/exponential.h"
#include "espalier/jit/emit/math/gamma.h"
#include "espalier/jit/emit/math/hyperbolic.h"
#include "espalier/jit/emit/math/incomplete_beta.h"
#include "espalier/jit/emit/math/incomplete_gamma.h"
#include "espalier/jit/emit/math/inverse_trigonometric.h"
#include "espalier/jit/emit/math/logarithm.h"
#include "espalier/jit/emit/math/power.h"
#include "espalier/jit/emit/math/rounding.h"
#include "espalier/jit/emit/math/trigonometric.h"
