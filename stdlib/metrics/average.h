#pragma once
// Averages over classes.
namespace espalier::metrics {

/// How the results of the classes become one.
enum class Average {
  micro,     ///< every sample weighs alike
  macro,     ///< the mean over the classes that occurred: of Accuracy as target, of Precision, Recall and F1 as target or as prediction
  weighted,  ///< the mean over the classes, weighted by how often each occurred as target
  none       ///< one result per class; for one that did not occur Accuracy is NaN, Precision, Recall and F1 are 0
};

}  // namespace espalier::metrics
