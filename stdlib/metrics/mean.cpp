#include "espalier/stdlib/metrics/mean.h"

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/shape.h"

namespace espalier::metrics::detail {

Weighed weighed(const char* name, const Operand& values, const Array& sample_weight) {
  return espalier::detail::called_at(values.where, [&]() -> Weighed {
    const Array v = floating(values.array);
    if (sample_weight.is_nothing()) return {sum(v), static_cast<double>(v.size())};
    const Array w = broadcast_to(aligned_weight(name, sample_weight, v.shape()), v.shape());
    return {sum(weighted(w, v)), sum(w)};
  });
}

Operand absolute_errors(const char* name, const Operand& preds, const Operand& target) {
  return espalier::detail::called_at(preds.where, [&]() -> Operand {
    require_same_shape(name, preds.array, target.array);
    return {abs(floating(preds.array) - floating(target.array)), preds.where};
  });
}
Operand squared_errors(const char* name, const Operand& preds, const Operand& target) {
  const Operand error = absolute_errors(name, preds, target);
  return {square(error), preds.where};
}

}  // namespace espalier::metrics::detail
