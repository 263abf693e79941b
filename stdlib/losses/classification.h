#pragma once
// Losses of predicted classes and distributions, over the last axis: of [..., classes] they are [...], one value per sample.
// Preds and target have one shape (ShapeError with both) unless the target holds class ids. Integers count as f32; the result
// has the dtype that both promote to. Formulas and defaults are Optax 0.2.8's, those of CrossEntropy jax_metrics'.
#include <optional>

#include "espalier/stdlib/losses/reduction.h"

namespace espalier::losses {

/// Options of `cross_entropy`.
struct CrossEntropyOptions {
  Named by_name = Named();
  bool from_logits = true;     ///< false: preds are probabilities, kept within [1e-7, 1 - 1e-7]
  bool binary = false;         ///< each element is a yes or no of its own; the mean over the last axis
  double label_smoothing = 0;  ///< a: the target becomes (1 - a) t + a / classes
  std::optional<std::int64_t> ignore_index = {};  ///< samples with this class id have loss 0, whatever their logits are
};
/// Cross-entropy per sample, -sum(target log softmax(logits)) over the last axis. The target: class ids, integers of one rank
/// less (an id outside [0, classes) gives NaN), or probabilities in the shape of the logits. DTypeError if ids are not
/// integers, ArgumentError if some of probabilities are to be ignored.
Array cross_entropy(Operand logits, Operand target, CrossEntropyOptions options = {});

/// -sum(labels log softmax(logits)), for labels that are probabilities in the shape of the logits.
Array softmax_cross_entropy(Operand logits, Operand labels);
/// -log softmax(logits)[label], for integer labels of one rank less; one outside [0, classes) gives NaN.
Array softmax_cross_entropy_with_integer_labels(Operand logits, Operand labels);
/// softmax_cross_entropy in which a label of 0 adds 0, also where its logit is minus infinity.
Array safe_softmax_cross_entropy(Operand logits, Operand labels);
/// The mean over all samples of softmax_cross_entropy, of lists of items with relevances for labels: Cao et al. 2007. A scalar.
Array ranking_softmax_loss(Operand logits, Operand labels);
/// -t log sigmoid(x) - (1 - t) log(1 - sigmoid(x)), per element.
Array sigmoid_binary_cross_entropy(Operand logits, Operand labels);
/// Options of `poly_loss_cross_entropy`.
struct PolyLossOptions {
  Named by_name = Named();
  double epsilon = 2;  ///< the factor of the first term of the polynomial
};
/// softmax_cross_entropy + epsilon (1 - sum(labels softmax(logits))): Leng et al. 2022, arXiv:2204.12511.
Array poly_loss_cross_entropy(Operand logits, Operand labels, PolyLossOptions options = {});
/// Options of `sigmoid_focal_loss`.
struct FocalLossOptions {
  Named by_name = Named();
  std::optional<double> alpha = {};  ///< the weight of label 1, 1 - alpha that of label 0
  double gamma = 2;                  ///< how much less easy examples count
};
/// sigmoid_binary_cross_entropy times (1 - p_t)^gamma, p_t the probability given to the label, per element: Lin et al. 2017,
/// arXiv:1708.02002.
Array sigmoid_focal_loss(Operand logits, Operand labels, FocalLossOptions options = {});
/// max(0, 1 - p t) for t of -1 and 1, per element.
Array hinge_loss(Operand preds, Operand target);
/// max(0, -p t) for t of -1 and 1, per element.
Array perceptron_loss(Operand preds, Operand target);
/// max(p_j + [j is not the label]) - p_label, over the scores p_j of a sample; labels as in softmax_cross_entropy_with_integer_labels.
Array multiclass_hinge_loss(Operand scores, Operand labels);
/// max(p_j) - p_label.
Array multiclass_perceptron_loss(Operand scores, Operand labels);
/// Of a score p for labels 0 and 1, per element: a logistic loss that reaches 0. With q = p for label 0 and -p for 1: 0 up to q = -1, (q + 1)² / 4 up to
/// 1, then q; Blondel et al. 2020, arXiv:1901.02324.
Array sparsemax_loss(Operand scores, Operand labels);
/// sum(t (log t - p)) for probabilities t and log-probabilities p; a t of 0 adds 0.
Array kl_divergence(Operand log_predictions, Operand target);
/// sum(exp(t) (t - p)) for log-probabilities t and p.
Array kl_divergence_with_log_targets(Operand log_predictions, Operand log_target);
/// kl_divergence + sum(exp(p) - t): convex in p also where p is not normalised.
Array convex_kl_divergence(Operand log_predictions, Operand target);
/// (1 - alpha) t + alpha / classes.
Array smooth_labels(Operand labels, double alpha);

/// `cross_entropy` as a value. Samples that are ignored weigh 0, and sum_over_batch_size does not count them (0 if all are).
struct CrossEntropy {
  bool from_logits = true;                               ///< as in `cross_entropy`
  bool binary = false;                                   ///< as in `cross_entropy`
  double label_smoothing = 0;                            ///< as in `cross_entropy`
  std::optional<std::int64_t> ignore_index = {};         ///< as in `cross_entropy`
  Reduction reduction = Reduction::sum_over_batch_size;  ///< from the samples to the result
  double weight = 1;                                     ///< a factor of the result
  /// The loss of the members preds and target (and sample_weight) of the inputs. Errors as in `cross_entropy`; MissingValue if
  /// one is not given, ShapeError if the weights do not align with the samples.
  template <class I = metrics::Inputs> Array operator()(const I& inputs, Where where = Where::current()) const {
    return of(metrics::detail::preds_of("CrossEntropy", inputs, where), metrics::detail::target_of("CrossEntropy", inputs, where),
              metrics::detail::sample_weight_of(inputs), where);
  }

 private:
  Array of(Operand preds, Operand target, Array sample_weight, Where where) const;
};

}  // namespace espalier::losses
