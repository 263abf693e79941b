#pragma once
// What precision and recall are made of: how often classes were predicted, were right, and should have been predicted.
#include <optional>

#include "espalier/stdlib/metrics/average.h"
#include "espalier/stdlib/metrics/state.h"

namespace espalier::metrics::detail {

/// Weights of samples, per class or of all.
struct ClassCounts {
  MetricState right;      ///< of the class and predicted so: true positives
  MetricState predicted;  ///< predicted so: true and false positives
  MetricState actual;     ///< of the class: true positives and false negatives
};
/// How predictions are read; the members of Precision, Recall and F1.
struct Counting {
  const char* who;
  int num_classes;
  Average average;
  int top_k;
  double threshold;
  std::optional<std::int64_t> ignore_index;
};

ClassCounts no_counts(Average average, int num_classes);
/// With one batch more. Errors as documented at Precision.
ClassCounts counted(const ClassCounts& counts, const Counting& how, const Operand& preds, const Operand& target, const Array& sample_weight);
/// The share of `parts` in `wholes`, a 0/0 as 0, averaged over classes and in f32.
Array averaged(const Array& parts, const Array& wholes, const ClassCounts& counts, Average average);

/// DTypeError unless the target holds class ids, or yes and no.
void require_discrete(const char* who, const Array& target);
/// ShapeError unless preds are [..., classes] of a target [...].
void require_scores(const char* who, const Array& preds, const Array& target);
/// Whether preds of the target's shape are yes or no rather than class ids, and which.
bool are_yes_or_no(const Array& preds, const Array& target);
Array said_yes(const Array& preds, double threshold);

}  // namespace espalier::metrics::detail
