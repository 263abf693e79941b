#pragma once
// The optimizers by name: chains of transformations.
#include "espalier/stdlib/optim/adam.h"
#include "espalier/stdlib/optim/optimizer.h"
#include "espalier/stdlib/optim/scaling.h"
#include "espalier/stdlib/optim/trace.h"
#include "espalier/stdlib/optim/weight_decay.h"

namespace espalier::optim {

/// What `sgd` gives.
using Sgd = Optimizer<Trace, ScaleBySchedule>;
/// Options of `sgd`.
struct SgdOptions {
  Named by_name = Named();
  std::optional<double> momentum = {};  ///< how much of the gathered gradients a step leaves; none: nothing is gathered
  bool nesterov = false;                ///< look ahead by one step
};
/// Gradient descent: p - rate g, with momentum p - rate m, m <- g + momentum m (`trace`).
[[nodiscard]] Sgd sgd(Schedule learning_rate, SgdOptions options = {});

/// What `adam` gives.
using Adam = Optimizer<ScaleByAdam, ScaleBySchedule>;
/// Adam: p plus scale_by_adam times minus the learning rate.
[[nodiscard]] Adam adam(Schedule learning_rate, AdamOptions options = {});

/// What `adamw` gives.
using AdamW = Optimizer<ScaleByAdam, AddDecayedWeights, ScaleBySchedule>;
/// Options of `adamw`.
struct AdamWOptions {
  Named by_name = Named();
  double b1 = 0.9;             ///< how much of the first moment a step leaves
  double b2 = 0.999;           ///< how much of the second moment a step leaves
  double eps = 1e-8;           ///< added to the root
  double eps_root = 0;         ///< added under the root
  bool nesterov = false;       ///< look ahead by one step
  double weight_decay = 1e-4;  ///< how fast weights decay
  Mask mask = {};              ///< the leaves that decay
};
/// Adam whose weights also decay, by learning rate times weight_decay: Loshchilov & Hutter 2019, arXiv:1711.05101.
[[nodiscard]] AdamW adamw(Schedule learning_rate, AdamWOptions options = {});

}  // namespace espalier::optim
