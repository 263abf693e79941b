#include "espalier/stdlib/optim/optimizers.h"

namespace espalier::optim {

Sgd sgd(Schedule learning_rate, SgdOptions o) {
  return chain(Trace{.decay = o.momentum, .nesterov = o.nesterov}, scale_by_learning_rate(std::move(learning_rate)));
}

Adam adam(Schedule learning_rate, AdamOptions o) { return chain(scale_by_adam(o), scale_by_learning_rate(std::move(learning_rate))); }

AdamW adamw(Schedule learning_rate, AdamWOptions o) {
  return chain(ScaleByAdam{.b1 = o.b1, .b2 = o.b2, .eps = o.eps, .eps_root = o.eps_root, .nesterov = o.nesterov},
               add_decayed_weights(o.weight_decay, {.mask = o.mask}), scale_by_learning_rate(std::move(learning_rate)));
}

}  // namespace espalier::optim
