#pragma once
// All functions and operators of arrays.
#include "espalier/dsl/ops/contraction.h"
#include "espalier/dsl/ops/convolution.h"
#include "espalier/dsl/ops/diagonals.h"
#include "espalier/dsl/ops/einsum.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/indexing.h"
#include "espalier/dsl/ops/neural.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/ops/sorting.h"
#include "espalier/dsl/ops/windows.h"
