#pragma once
// Everything a user includes. Standard headers and this library's own only.
#include "espalier/dsl/array.h"
#include "espalier/dsl/debug.h"
#include "espalier/dsl/key.h"
#include "espalier/dsl/fft.h"
#include "espalier/dsl/linalg.h"
#include "espalier/dsl/mutate.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/dsl/tree.h"
#include "espalier/stdlib/distributions.h"
#include "espalier/stdlib/io.h"
#include "espalier/stdlib/losses.h"
#include "espalier/stdlib/metrics.h"
#include "espalier/stdlib/nn.h"
#include "espalier/stdlib/ode.h"
#include "espalier/stdlib/optim.h"
#include "espalier/stdlib/random.h"
#include "espalier/stdlib/solvers.h"

namespace ep = espalier;
