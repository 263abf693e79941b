#pragma once
// From one loss per sample to the loss of a batch.
#include "espalier/stdlib/metrics/inputs.h"

namespace espalier::losses {

/// What becomes of the losses l of the samples, with weights w (1 where none are given).
enum class Reduction {
  none,                 ///< w l, one per sample
  sum,                  ///< sum(w l)
  sum_over_batch_size,  ///< sum(w l) / the number of samples
  weighted_mean         ///< sum(w l) / sum(w)
};

namespace detail {

Array reduced(const char* name, const Array& per_sample, const Array& sample_weight, Reduction reduction, double weight, Where where);

/// per_sample(preds, target), reduced as `loss` says, with the weights of the inputs.
template <class L, class F, class I> Array reduced(const char* name, const L& loss, const F& per_sample, const I& inputs, Where where) {
  return reduced(name, per_sample(metrics::detail::preds_of(inputs, where), metrics::detail::target_of(inputs, where)),
                 metrics::detail::sample_weight_of(inputs), loss.reduction, loss.weight, where);
}

}  // namespace detail
}  // namespace espalier::losses
