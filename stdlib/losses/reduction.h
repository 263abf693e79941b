#pragma once
// From one loss per sample to the loss of a batch.
#include "espalier/dsl/caller.h"
#include "espalier/stdlib/metrics/inputs.h"
#include "espalier/stdlib/metrics/reduction.h"

namespace espalier::losses {

/// How the losses of samples become that of a batch.
using metrics::Reduction;

namespace detail {

/// `counted`: bool per sample, which of them sum_over_batch_size divides by the number of; Nothing: all.
Array reduced(const char* name, const Array& per_sample, const Array& sample_weight, const Array& counted, Reduction reduction, double weight, Where where);

/// Whether samples stand along the leading axes of the preds, as those of every loss over the last axis do.
template <class L> bool samples_lead(const L& loss, const Array& preds) {
  if constexpr (requires { loss.axis; }) return loss.axis == -1 || loss.axis == preds.ndim() - 1;
  else return true;
}

/// per_sample(preds, target), reduced as `loss` says, with these weights. Where a weight is 0 the loss is computed of zeros, so
/// that NaN there reaches neither the value nor a derivative.
template <class L, class F>
Array reduced(const char* name, const L& loss, const F& per_sample, Operand preds, Operand target, const Array& weight, const Array& counted, Where where) {
  if (samples_lead(loss, preds.array)) {
    preds = espalier::detail::called_at(where, [&] { return Operand(metrics::detail::without_masked(preds.array, weight), where); });
    target = espalier::detail::called_at(where, [&] { return Operand(metrics::detail::without_masked(target.array, weight), where); });
  }
  return reduced(name, per_sample(preds, target), weight, counted, loss.reduction, loss.weight, where);
}
/// The same, with preds, target and weights out of the inputs.
template <class L, class F, class I> Array reduced(const char* name, const L& loss, const F& per_sample, const I& inputs, Where where) {
  return reduced(name, loss, per_sample, metrics::detail::preds_of(name, inputs, where), metrics::detail::target_of(name, inputs, where),
                 metrics::detail::sample_weight_of(inputs), {}, where);
}

}  // namespace detail
}  // namespace espalier::losses
