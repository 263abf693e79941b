#pragma once
// How many words a model of language is in doubt between.
#include <optional>

#include "espalier/stdlib/metrics/mean.h"

namespace espalier::metrics {

/// exp of the mean cross-entropy of all tokens of all batches: preds [..., classes], target [...] of class ids.
struct [[nodiscard("a metric is a value: keep the one that update, merge and reset return")]] Perplexity {
  bool from_logits = true;                        ///< false: preds are probabilities, as in losses::cross_entropy
  std::optional<std::int64_t> ignore_index = {};  ///< tokens with this target do not count
  Mean entropy = {};                              ///< the mean cross-entropy
  /// With one batch more: preds, target and sample_weight of the inputs. MissingValue if one is not given, ShapeError if shapes
  /// do not fit, DTypeError for a target that is not ids. A target that is no class makes it NaN.
  template <class I = Inputs> Perplexity update(const I& inputs, Where where = Where::current()) const {
    return counted(detail::preds_of("Perplexity", inputs, where), detail::target_of("Perplexity", inputs, where), detail::sample_weight_of(inputs));
  }
  /// Of this batch alone.
  template <class I = Inputs> Perplexity batch_updates(const I& inputs, Where where = Where::current()) const { return reset().update(inputs, where); }
  /// The perplexity, f32; NaN where nothing was counted.
  Array compute(Where where = Where::current()) const;
  /// As in every metric: reset is of no batch, merge of the batches of both, aggregate of states stacked along a leading axis.
  /// @{
  Perplexity reset() const { return {from_logits, ignore_index}; }
  Perplexity merge(const Perplexity& other, Where where = Where::current()) const { return detail::merged(*this, other, where); }
  Perplexity aggregate(Where where = Where::current()) const { return detail::aggregated(*this, where); }
  /// @}

  /// `update` with its inputs one by one.
  Perplexity counted(Operand preds, Operand target, const Array& sample_weight = {}) const;
};

}  // namespace espalier::metrics
