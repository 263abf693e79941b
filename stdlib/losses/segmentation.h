#pragma once
// Losses of pixels that belong to classes, by how far the areas overlap.
#include "espalier/stdlib/losses/reduction.h"

namespace espalier::losses {

/// Options of `dice_loss`.
struct DiceOptions {
  Named by_name = Named();
  Array class_weights = {};        ///< [classes], factors of the losses of the classes; Nothing: 1
  double smooth = 1;               ///< added to both sides of the quotient
  double alpha = 0.5;              ///< the weight of what is predicted and is not
  double beta = 0.5;               ///< the weight of what is and is not predicted; alpha other than beta: Tversky's index
  bool apply_softmax = true;       ///< false: preds are probabilities. With one class it is the sigmoid
  bool ignore_background = false;  ///< leaves class 0 out, where there are several
};
/// 1 - (i + smooth) / (i + alpha (p - i) + beta (t - i) + smooth) with i, p, t the sums of preds times target, preds, and target over all
/// axes but the first and the last, which is the classes; the mean over the classes. Preds [batch, …, classes]; the target has that
/// shape, or is class ids of one rank less (with one class: 0 and 1). One loss per sample. Milletari et al. 2016, arXiv:1606.04797, as
/// Optax's dice_loss. ShapeError with both shapes where they do not fit.
Array dice_loss(Operand preds, Operand target, DiceOptions options = {});

}  // namespace espalier::losses
