#include "espalier/stdlib/optim/trace.h"

#include "espalier/dsl/ops/elementwise.h"

namespace espalier::optim {

Array Trace::step(std::size_t i, const Array& g) {
  const Array m = g + *decay * detail::moment(trace[i], g);
  trace[i] = m;
  return nesterov ? g + *decay * m : m;
}

}  // namespace espalier::optim
