#pragma once
// Losses of predicted numbers. Those with `mean` in their name, huber and cosine_similarity reduce the last axis; a
// scalar prediction is its own sample. Preds and target have one shape (ShapeError with both), or the target is a C++ number.
// Integers count as f32; the result has the dtype that both promote to. p are the preds, t the target.
#include "espalier/stdlib/losses/reduction.h"

namespace espalier::losses {

/// (p - t)², per element.
Array squared_error(Operand preds, Operand target);
/// (p - t)² / 2, per element.
Array l2_loss(Operand preds, Operand target);
/// log cosh(p - t), per element, without overflow.
Array log_cosh(Operand preds, Operand target);

/// mean((p - t)²) over the last axis.
Array mean_squared_error(Operand preds, Operand target);
/// mean(|p - t|) over the last axis.
Array mean_absolute_error(Operand preds, Operand target);
/// 100 mean(|t - p| / max(|t|, 1e-7)) over the last axis, as jax_metrics.
Array mean_absolute_percentage_error(Operand preds, Operand target);
/// mean((log(1 + max(p, 1e-7)) - log(1 + max(t, 1e-7)))²) over the last axis, as jax_metrics.
Array mean_squared_logarithmic_error(Operand preds, Operand target);
/// Options of `huber`.
struct HuberOptions {
  Named by_name = Named();
  double delta = 1;  ///< where the square becomes a line
};
/// Huber (1964), the mean of: e²/2 where |e| <= delta, beyond it delta (|e| - delta/2); e = p - t.
Array huber(Operand preds, Operand target, HuberOptions options = {});
/// Options of `cosine_similarity` and `cosine_distance`.
struct CosineOptions {
  Named by_name = Named();
  int axis = -1;  ///< along which the vectors lie; it is gone from the result
};
/// The cosine of the angle between preds and target along an axis: 1 where they point the same way, however long they are. A
/// vector of zeros gives 0, and derivative 0 of the other one (Optax without its epsilon: NaN).
Array cosine_similarity(Operand preds, Operand target, CosineOptions options = {});
/// 1 - cosine_similarity.
Array cosine_distance(Operand preds, Operand target, CosineOptions options = {});

// ---- as values ------------------------------------------------------------------------------------------------------

/// `mean_squared_error` as a value.
struct MeanSquaredError {
  Reduction reduction = Reduction::sum_over_batch_size;  ///< from the samples to the result
  double weight = 1;                                     ///< a factor of the result
  /// The loss of the members preds and target (and sample_weight) of the inputs. MissingValue if one is not given, ShapeError if
  /// shapes do not fit.
  template <class I = metrics::Inputs> Array operator()(const I& inputs, Where where = Where::current()) const {
    return detail::reduced("MeanSquaredError", *this, mean_squared_error, inputs, where);
  }
};
/// `mean_absolute_error` as a value.
struct MeanAbsoluteError {
  Reduction reduction = Reduction::sum_over_batch_size;  ///< from the samples to the result
  double weight = 1;                                     ///< a factor of the result
  /// The loss of the members preds and target (and sample_weight) of the inputs. MissingValue if one is not given, ShapeError if
  /// shapes do not fit.
  template <class I = metrics::Inputs> Array operator()(const I& inputs, Where where = Where::current()) const {
    return detail::reduced("MeanAbsoluteError", *this, mean_absolute_error, inputs, where);
  }
};
/// `mean_absolute_percentage_error` as a value.
struct MeanAbsolutePercentageError {
  Reduction reduction = Reduction::sum_over_batch_size;  ///< from the samples to the result
  double weight = 1;                                     ///< a factor of the result
  /// The loss of the members preds and target (and sample_weight) of the inputs. MissingValue if one is not given, ShapeError if
  /// shapes do not fit.
  template <class I = metrics::Inputs> Array operator()(const I& inputs, Where where = Where::current()) const {
    return detail::reduced("MeanAbsolutePercentageError", *this, mean_absolute_percentage_error, inputs, where);
  }
};
/// `mean_squared_logarithmic_error` as a value.
struct MeanSquaredLogarithmicError {
  Reduction reduction = Reduction::sum_over_batch_size;  ///< from the samples to the result
  double weight = 1;                                     ///< a factor of the result
  /// The loss of the members preds and target (and sample_weight) of the inputs. MissingValue if one is not given, ShapeError if
  /// shapes do not fit.
  template <class I = metrics::Inputs> Array operator()(const I& inputs, Where where = Where::current()) const {
    return detail::reduced("MeanSquaredLogarithmicError", *this, mean_squared_logarithmic_error, inputs, where);
  }
};
/// `huber` as a value.
struct Huber {
  double delta = 1;                                      ///< as in `huber`
  Reduction reduction = Reduction::sum_over_batch_size;  ///< from the samples to the result
  double weight = 1;                                     ///< a factor of the result
  /// The loss of the members preds and target (and sample_weight) of the inputs. MissingValue if one is not given, ShapeError if
  /// shapes do not fit.
  template <class I = metrics::Inputs> Array operator()(const I& inputs, Where where = Where::current()) const {
    return detail::reduced("Huber", *this, [this](Operand p, Operand t) { return huber(p, t, {.delta = delta}); }, inputs, where);
  }
};
/// The negative of `cosine_similarity`: smallest where preds and target point the same way.
struct CosineSimilarity {
  int axis = -1;                                         ///< as in `cosine_similarity`
  Reduction reduction = Reduction::sum_over_batch_size;  ///< from the samples to the result
  double weight = 1;                                     ///< a factor of the result
  /// The loss of the members preds and target (and sample_weight) of the inputs. MissingValue if one is not given, ShapeError if
  /// shapes do not fit.
  template <class I = metrics::Inputs> Array operator()(const I& inputs, Where where = Where::current()) const {
    return -detail::reduced(
        "CosineSimilarity", *this, [this](Operand p, Operand t) { return cosine_similarity(p, t, {.axis = axis}); },
        inputs, where);
  }
};

}  // namespace espalier::losses
