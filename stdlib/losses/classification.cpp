#include "espalier/stdlib/losses/classification.h"

#include <limits>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/neural.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/shape.h"

namespace espalier::losses {
namespace {

using espalier::detail::called_at;
using metrics::detail::floating;
using metrics::detail::require_same_shape;

constexpr double epsilon = 1e-7;  // as jax_metrics: how far from 0 and 1 probabilities are kept

void require_classes(const char* op, const Array& preds) {
  if (preds.ndim() == 0) throw ShapeError(op, "the preds are a scalar: there is no axis of classes", "give preds of shape [..., classes]");
}

void require_ids(const char* op, const Array& preds, const Array& ids) {
  std::vector<std::int64_t> samples = preds.shape().extents();
  samples.pop_back();
  if (ids.shape() != Shape(samples)) {
    ShapeError error(op, "preds of shape " + preds.shape().str() + " and class ids of shape " + ids.shape().str() + " do not match",
                     "ids have the shape of the preds without its last axis; probabilities have the shape of the preds");
    error.shapes = {preds.shape(), ids.shape()};
    throw error;
  }
  if (!ir::is_integer(ids.dtype())) {
    DTypeError error(op, "class ids are " + std::string(ir::name(ids.dtype())) + ", not integers",
                     "convert them with .as(ep::i32), or give probabilities in the shape of the preds");
    error.dtypes = {ids.dtype()};
    throw error;
  }
}

/// f of both in floating point, after checking that there is an axis of classes and that the shapes are equal.
template <class F> Array of_classes(const char* op, const Operand& preds, const Operand& target, const F& f) {
  return called_at(preds.where, [&]() -> Array {
    require_classes(op, preds.array);
    require_same_shape(op, preds.array, target.array);
    return f(floating(preds.array), floating(target.array));
  });
}
template <class F> Array of_elements(const char* op, const Operand& preds, const Operand& target, const F& f) {
  return called_at(preds.where, [&]() -> Array {
    require_same_shape(op, preds.array, target.array);
    return f(floating(preds.array), floating(target.array));
  });
}

/// Along the last axis the element that the id names, NaN where it names none. Comparing with a count and summing reads
/// x once and fuses with whatever made it.
Array picked(const Array& x, const Array& given) {
  const Array ids = metrics::detail::class_ids(given);
  const std::int64_t classes = x.shape(-1);
  const Array element = sum(where(expand_dims(ids, -1) == iota({classes}, 0), x, 0), -1);
  return where((ids >= 0) & (ids < classes), element, std::numeric_limits<double>::quiet_NaN());
}

/// Which samples are not ignored.
Array is_kept(const Array& ids, std::int64_t ignored) { return metrics::detail::class_ids(ids) != ignored; }

Array cross_entropy_of_ids(const Array& logits, const Array& ids, const CrossEntropyOptions& options) {
  const auto classes = static_cast<double>(logits.shape(-1));
  const double smooth = options.label_smoothing;
  // sum(t' log p) for the smoothed one-hot target t'.
  const auto against = [&](const Array& log_p) {
    const Array named = picked(log_p, ids);
    return smooth == 0 ? named : (1 - smooth) * named + smooth / classes * sum(log_p, -1);
  };
  if (!options.from_logits) return -against(log(clip(logits, epsilon, 1 - epsilon)));
  // log p = shifted - log(sum(exp shifted)), and the second term leaves the sum: the weights t' add up to 1.
  const Array shifted = logits - espalier::detail::constant_for_derivatives(max(logits, {.axis = -1, .keepdims = true}), logits.where());
  return log(sum(exp(shifted), -1)) - against(shifted);
}

Array binary_cross_entropy(const Array& preds, const Array& target, const CrossEntropyOptions& options) {
  if (options.from_logits) return mean(sigmoid_binary_cross_entropy(preds, target), -1);
  const Array p = clip(preds, epsilon, 1 - epsilon);
  return -mean(target * log(p) + (1 - target) * log1p(-p), -1);
}

Array cross_entropy_of(const Array& preds, const Array& target, const CrossEntropyOptions& options) {
  if (options.binary) return binary_cross_entropy(preds, target, options);
  if (options.from_logits) return softmax_cross_entropy(preds, target);
  return -sum(target * log(clip(preds, epsilon, 1 - epsilon)), -1);
}

}  // namespace

Array cross_entropy(Operand logits, Operand target, CrossEntropyOptions options) {
  const char* op = "cross_entropy";
  if (!options.binary && target.array.ndim() == logits.array.ndim() - 1) {
    return called_at(logits.where, [&]() -> Array {
      require_ids(op, logits.array, target.array);
      if (!options.ignore_index) return cross_entropy_of_ids(floating(logits.array), target.array, options);
      // Ignored samples become ones of class 0 and logits 0, so that nothing of theirs reaches a derivative.
      const Array kept = is_kept(target.array, *options.ignore_index), column = expand_dims(kept, -1);
      const Array loss = cross_entropy_of_ids(where(column, floating(logits.array), 0), where(kept, target.array, 0), options);
      return where(kept, loss, 0);
    });
  }
  if (options.ignore_index) {
    throw ArgumentError(op, "ignore_index is " + std::to_string(*options.ignore_index) + ", and the target of shape " + target.array.shape().str() + " is not class ids",
                        "ids have one axis less than the logits; to leave out samples of other targets give them sample_weight 0", logits.where);
  }
  return of_classes(op, logits, target, [&](const Array& preds, const Array& labels) {
    return cross_entropy_of(preds, options.label_smoothing == 0 ? labels : smooth_labels(labels, options.label_smoothing), options);
  });
}

Array CrossEntropy::of(Operand preds, Operand target, Array sample_weight, Where where) const {
  const CrossEntropyOptions options{.from_logits = from_logits, .binary = binary, .label_smoothing = label_smoothing, .ignore_index = ignore_index};
  Array counted;
  if (ignore_index && ir::is_integer(target.array.dtype())) {
    called_at(where, [&] {
      counted = is_kept(target.array, *ignore_index);
      const Array weight = sample_weight.is_nothing() ? ones(target.array.shape()) : metrics::detail::aligned_weight("CrossEntropy", sample_weight, target.array.shape());
      sample_weight = espalier::where(counted, weight, 0);
    });
  }
  return detail::reduced("CrossEntropy", *this, [&](Operand p, Operand t) { return cross_entropy(p, t, options); }, preds, target, sample_weight, counted, where);
}

Array softmax_cross_entropy(Operand logits, Operand labels) {
  return of_classes("softmax_cross_entropy", logits, labels, [](const Array& x, const Array& t) { return -sum(t * log_softmax(x), -1); });
}

Array softmax_cross_entropy_with_integer_labels(Operand logits, Operand labels) {
  const char* op = "softmax_cross_entropy_with_integer_labels";
  return called_at(logits.where, [&] {
    require_classes(op, logits.array);
    require_ids(op, logits.array, labels.array);
    return cross_entropy_of_ids(floating(logits.array), labels.array, {});
  });
}

Array safe_softmax_cross_entropy(Operand logits, Operand labels) {
  return of_classes("safe_softmax_cross_entropy", logits, labels, [](const Array& x, const Array& t) { return -sum(where(t == 0, 0, t * log_softmax(x)), -1); });
}

Array ranking_softmax_loss(Operand logits, Operand labels) {
  return of_classes("ranking_softmax_loss", logits, labels, [](const Array& x, const Array& t) { return mean(softmax_cross_entropy(x, t)); });
}

Array sigmoid_binary_cross_entropy(Operand logits, Operand labels) {
  return of_elements("sigmoid_binary_cross_entropy", logits, labels, [](const Array& x, const Array& t) {
    return -(t * log_sigmoid(x) + (1 - t) * log_sigmoid(-x));  // 1 - sigmoid(x) is sigmoid(-x)
  });
}

Array poly_loss_cross_entropy(Operand logits, Operand labels, PolyLossOptions options) {
  return of_classes("poly_loss_cross_entropy", logits, labels, [&](const Array& x, const Array& t) {
    return softmax_cross_entropy(x, t) + options.epsilon * (1 - sum(t * softmax(x), -1));
  });
}

Array sigmoid_focal_loss(Operand logits, Operand labels, FocalLossOptions options) {
  return of_elements("sigmoid_focal_loss", logits, labels, [&](const Array& x, const Array& t) {
    const Array p = sigmoid(x), missed = p * (1 - t) + (1 - p) * t;  // 1 - p_t
    const Array loss = sigmoid_binary_cross_entropy(x, t) * pow(missed, options.gamma);
    return options.alpha ? (*options.alpha * t + (1 - *options.alpha) * (1 - t)) * loss : loss;
  });
}

Array hinge_loss(Operand preds, Operand target) {
  return of_elements("hinge_loss", preds, target, [](const Array& p, const Array& t) { return maximum(0, 1 - p * t); });
}
Array perceptron_loss(Operand preds, Operand target) {
  return of_elements("perceptron_loss", preds, target, [](const Array& p, const Array& t) { return maximum(0, -(p * t)); });
}

namespace {
/// The largest score of a sample, raised by `margin` where it is not the label's, above the label's.
Array above_label(const char* op, const Operand& scores, const Operand& labels, double margin) {
  return called_at(scores.where, [&] {
    require_classes(op, scores.array);
    require_ids(op, scores.array, labels.array);
    const Array x = floating(scores.array), ids = metrics::detail::class_ids(labels.array);
    const Array raised = margin == 0 ? x : x + margin * (expand_dims(ids, -1) != iota({x.shape(-1)}, 0)).as(x.dtype());
    return max(raised, -1) - picked(x, labels.array);
  });
}
}  // namespace

Array multiclass_hinge_loss(Operand scores, Operand labels) { return above_label("multiclass_hinge_loss", scores, labels, 1); }
Array multiclass_perceptron_loss(Operand scores, Operand labels) { return above_label("multiclass_perceptron_loss", scores, labels, 0); }
Array sparsemax_loss(Operand scores, Operand labels) {
  return of_elements("sparsemax_loss", scores, labels, [](const Array& p, const Array& t) {
    const Array q = where(t > 0, -p, p);
    return where(q <= -1, 0, where(q >= 1, q, 0.25 * square(q + 1)));
  });
}

Array kl_divergence(Operand log_predictions, Operand target) {
  return of_classes("kl_divergence", log_predictions, target, [](const Array& p, const Array& t) { return sum(xlogy(t, t) - t * p, -1); });
}
Array kl_divergence_with_log_targets(Operand log_predictions, Operand log_target) {
  return of_classes("kl_divergence_with_log_targets", log_predictions, log_target, [](const Array& p, const Array& t) { return sum(exp(t) * (t - p), -1); });
}
Array convex_kl_divergence(Operand log_predictions, Operand target) {
  return of_classes("convex_kl_divergence", log_predictions, target,
                    [](const Array& p, const Array& t) { return kl_divergence(p, t) + sum(exp(p) - t, -1); });
}

Array smooth_labels(Operand labels, double alpha) {
  return called_at(labels.where, [&] {
    require_classes("smooth_labels", labels.array);
    return (1 - alpha) * floating(labels.array) + alpha / static_cast<double>(labels.array.shape(-1));
  });
}

}  // namespace espalier::losses
