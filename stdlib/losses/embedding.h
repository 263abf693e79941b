#pragma once
// Losses of embeddings, which lie close together where what they stand for is alike. Formulas and defaults are Optax 0.2.8's. Integers count as
// f32.
#include "espalier/stdlib/losses/reduction.h"

namespace espalier::losses {

/// Options of `triplet_margin_loss`.
struct TripletOptions {
  Named by_name = Named();
  double margin = 1;  ///< how much further the negative is to be
  double eps = 1e-6;  ///< added to the sum of squares, under the root
};
/// max(0, d(anchor, positive) - d(anchor, negative) + margin), d the distance along the last axis: Vassileios Balntas et al. 2016. ShapeError
/// unless all have one shape, which is no scalar's.
Array triplet_margin_loss(Operand anchors, Operand positives, Operand negatives, TripletOptions options = {});

/// Options of `ntxent`.
struct NtxentOptions {
  Named by_name = Named();
  double temperature = 0.07;  ///< what cosines are divided by
};
/// The normalized temperature-scaled cross-entropy of embeddings [n, features] with labels [n]: the mean, over all pairs of one label, of
/// -log(e^c / (e^c + the sum of e^c' over the embeddings of other labels)), c their cosine over the temperature. Chen et al. 2020, arXiv:2002.05709.
/// NaN if no two have one label. ShapeError for other shapes.
Array ntxent(Operand embeddings, Operand labels, NtxentOptions options = {});

}  // namespace espalier::losses
