#include "espalier/stdlib/nn/dropout.h"

#include "espalier/dsl/ops.h"
#include "espalier/dsl/tree/stream.h"
#include "espalier/stdlib/nn/layer_call.h"
#include "espalier/stdlib/random/discrete.h"

namespace espalier::nn {

Array Dropout::operator()(Operand x) const {
  if (!(rate >= 0 && rate <= 1)) throw ArgumentError("Dropout", "rate is " + std::to_string(rate), "it is the probability to drop an element: from 0 to 1", x.where);
  return layer_call(*this, x, [&](const Dropout&) {
    if (mode == Mode::eval || rate == 0) return x.array;
    const Key key = next_key(*this, x.where);
    if (rate == 1) return zeros_like(x);
    const double keep = 1 - rate;
    return where(random::bernoulli(key, keep, x.array.shape()), x / keep, 0);
  });
}

}  // namespace espalier::nn
