#include "espalier/stdlib/optim/weight_decay.h"

#include "espalier/dsl/ops/elementwise.h"

namespace espalier::optim {

Array AddDecayedWeights::decayed(const Array& g, const Array& p) const { return g + decay * p.as(g.dtype()); }

}  // namespace espalier::optim
