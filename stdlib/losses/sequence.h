#pragma once
// Losses of sequences whose alignment with the input is not known.
#include "espalier/stdlib/losses/reduction.h"

namespace espalier::losses {

/// Options of `ctc_loss`.
struct CtcOptions {
  Named by_name = Named();
  Array logit_paddings = {};     ///< [batch, frames], 1 for a frame that is none; Nothing: all are
  Array label_paddings = {};     ///< [batch, length], 1 behind a sequence's last label; Nothing: all are labels
  std::int64_t blank = 0;        ///< the class of no label
  double log_epsilon = -1e5;     ///< in place of log 0, so that labels that no path leads to have a large loss and a derivative
};
/// Connectionist temporal classification of logits [batch, frames, classes] and labels [batch, length], one loss per sequence: -log of the
/// probability, under softmax in each frame, of all paths that become the labels when repeated classes are merged and blanks taken
/// out. Graves et al. 2006, the forward recursion; defaults are Optax's. ShapeError for other shapes, DTypeError for labels that are no
/// integers, ArgumentError for a blank that is no class.
Array ctc_loss(Operand logits, Operand labels, CtcOptions options = {});

}  // namespace espalier::losses
