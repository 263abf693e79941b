#pragma once
// Optimizers, with the names, defaults and formulas of Optax 0.2.8. A transformation is any tree with
//   Self init(const P& params) const;
//   std::pair<P, Self> transform(const P& grads, const P& params) const;
// where the second gives what the gradients become, and the transformation after this step. `chain` makes an Optimizer of
// several, whose `update` also applies the result: auto [net2, opt2] = opt.update(grads, net).
#include "espalier/stdlib/optim/adam.h"
#include "espalier/stdlib/optim/clipping.h"
#include "espalier/stdlib/optim/factored.h"
#include "espalier/stdlib/optim/hyperparameters.h"
#include "espalier/stdlib/optim/lbfgs.h"
#include "espalier/stdlib/optim/lookahead.h"
#include "espalier/stdlib/optim/masked.h"
#include "espalier/stdlib/optim/noise.h"
#include "espalier/stdlib/optim/optimizer.h"
#include "espalier/stdlib/optim/optimizers.h"
#include "espalier/stdlib/optim/relatives.h"
#include "espalier/stdlib/optim/scaling.h"
#include "espalier/stdlib/optim/schedule.h"
#include "espalier/stdlib/optim/schedules.h"
#include "espalier/stdlib/optim/sophia.h"
#include "espalier/stdlib/optim/steps.h"
#include "espalier/stdlib/optim/trace.h"
#include "espalier/stdlib/optim/weight_decay.h"
