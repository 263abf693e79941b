#include "espalier/stdlib/losses/segmentation.h"

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops.h"

namespace espalier::losses {
namespace {

using metrics::detail::floating;

// The target as one number per class.
Array per_class(const Array& preds, const Array& target) {
  if (target.ndim() != preds.ndim() - 1) return floating(target);
  return preds.shape(-1) == 1 ? expand_dims(floating(target), -1) : one_hot(metrics::detail::class_ids(target), preds.shape(-1), {.dtype = preds.dtype()});
}

}  // namespace

Array dice_loss(Operand preds, Operand target, DiceOptions options) {
  return espalier::detail::called_at(preds.where, [&] {
    if (preds.array.ndim() == 0) throw ShapeError("dice_loss", "the preds are a scalar: there is no axis of classes", "give preds of shape [batch, …, classes]");
    const Array x = floating(preds.array), t = per_class(x, target.array);
    metrics::detail::require_same_shape("dice_loss", x, t);
    const std::int64_t classes = x.shape(-1);
    const Array p = !options.apply_softmax ? x : classes == 1 ? sigmoid(x)
                                                              : softmax(x);
    std::vector<int> pixels;
    for (int axis = 1; axis < x.ndim() - 1; ++axis) pixels.push_back(axis);
    const auto area = [&](const Array& a) { return pixels.empty() ? a : sum(a, {.axis = pixels}); };
    const Array both = area(p * t);
    Array loss = 1 - (both + options.smooth) / (both + options.alpha * (area(p) - both) + options.beta * (area(t) - both) + options.smooth);
    if (!options.class_weights.is_nothing()) {
      if (options.class_weights.shape() != Shape(classes)) {
        ShapeError error("dice_loss", "class_weights of shape " + options.class_weights.shape().str() + " and preds of shape " + x.shape().str() + " do not match", "there is one weight per class");
        error.shapes = {options.class_weights.shape(), x.shape()};
        throw error;
      }
      loss = loss * floating(options.class_weights);
    }
    if (options.ignore_background && classes > 1) loss = loss[{ellipsis, slice(1, none)}];
    return mean(loss, -1);
  });
}

}  // namespace espalier::losses
