#pragma once
// How values of samples become one.
namespace espalier::metrics {

/// What becomes of the values l of the samples, such as their losses, with weights w (1 where none are given). A weight of 0 leaves
/// its sample out, whatever stands there.
enum class Reduction {
  none,                 ///< w l, one per sample
  sum,                  ///< sum(w l)
  sum_over_batch_size,  ///< sum(w l) / the number of samples
  weighted_mean         ///< sum(w l) / sum(w); 0 where all weights are, as in Keras: a batch that counts for nothing moves nothing
};

}  // namespace espalier::metrics
