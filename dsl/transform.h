#pragma once
// The transforms of functions: jit, grad, vmap and their kin, and the control flow inside programs.
#include "espalier/dsl/transform/batching.h"
#include "espalier/dsl/transform/control.h"
#include "espalier/dsl/transform/grad.h"
#include "espalier/dsl/transform/jit.h"
