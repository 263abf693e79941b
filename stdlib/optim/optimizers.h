#pragma once
// The optimizers by name: chains of transformations.
#include "espalier/stdlib/optim/adam.h"
#include "espalier/stdlib/optim/optimizer.h"
#include "espalier/stdlib/optim/scaling.h"
#include "espalier/stdlib/optim/trace.h"
#include "espalier/stdlib/optim/weight_decay.h"

namespace espalier::optim {

using Sgd = Optimizer<Trace, ScaleBySchedule>;
struct SgdOptions {
  Named by_name = Named();
  std::optional<double> momentum = {};
  bool nesterov = false;
};
/// Gradient descent; momentum m <- g + momentum m.
[[nodiscard]] Sgd sgd(Schedule learning_rate, SgdOptions options = {});

using Adam = Optimizer<ScaleByAdam, ScaleBySchedule>;
/// scale_by_adam times minus the learning rate.
[[nodiscard]] Adam adam(Schedule learning_rate, AdamOptions options = {});

using AdamW = Optimizer<ScaleByAdam, AddDecayedWeights, ScaleBySchedule>;
struct AdamWOptions {
  Named by_name = Named();
  double b1 = 0.9, b2 = 0.999, eps = 1e-8, eps_root = 0;
  bool nesterov = false;
  double weight_decay = 1e-4;
  Mask mask = {};  ///< the leaves that decay
};
/// Adam whose weights also decay, by learning rate times weight_decay.
[[nodiscard]] AdamW adamw(Schedule learning_rate, AdamWOptions options = {});

}  // namespace espalier::optim
