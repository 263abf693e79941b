#pragma once
/// All functions of this folder.
#include "espalier/jit/emit/math/error_function.h"
#include "espalier/jit/emit/math/exponential.h"
#include "espalier/jit/emit/math/hyperbolic.h"
#include "espalier/jit/emit/math/logarithm.h"
#include "espalier/jit/emit/math/trigonometric.h"
