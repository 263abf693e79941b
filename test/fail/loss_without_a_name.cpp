// expect: a lambda has no name to be reported under
#include "espalier/stdlib/metrics.h"

auto group() {
  return espalier::metrics::Losses([](const auto& inputs) { return mean(inputs.preds); }).update({.preds = {1., 2.}});
}
