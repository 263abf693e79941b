#include "espalier/stdlib/losses/embedding.h"

#include <limits>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/stdlib/losses/regression.h"

namespace espalier::losses {
namespace {

using espalier::detail::called_at;
using metrics::detail::floating;
using metrics::detail::require_same_shape;

}  // namespace

Array triplet_margin_loss(Operand anchors, Operand positives, Operand negatives, TripletOptions options) {
  return called_at(anchors.where, [&] {
    const char* op = "triplet_margin_loss";
    require_same_shape(op, anchors.array, positives.array);
    require_same_shape(op, anchors.array, negatives.array);
    if (anchors.array.ndim() == 0) throw ShapeError(op, "the anchors are a scalar: there is no axis of features", "give embeddings of shape [..., features]");
    const Array a = floating(anchors.array);
    const auto distance = [&](const Array& b) { return sqrt(sum(square(a - floating(b)), -1) + options.eps); };
    return maximum(distance(positives.array) - distance(negatives.array) + options.margin, 0);
  });
}

Array ntxent(Operand embeddings, Operand labels, NtxentOptions options) {
  return called_at(embeddings.where, [&] {
    const Shape &x = embeddings.array.shape(), &t = labels.array.shape();
    if (x.ndim() != 2 || t != Shape(x[0])) {
      ShapeError error("ntxent", "embeddings of shape " + x.str() + " and labels of shape " + t.str() + " do not match", "give embeddings [n, features] and labels [n]");
      error.shapes = {x, t};
      throw error;
    }
    const Array e = floating(embeddings.array), left = expand_dims(e, 1), right = expand_dims(e, 0);
    const Shape pairs{x[0], x[0], x[1]};
    const Array cosines = cosine_similarity(broadcast_to(left, pairs), broadcast_to(right, pairs)) / options.temperature;
    const Array same = expand_dims(labels.array, 1) == expand_dims(labels.array, 0), itself = eye(x[0], {.dtype = bool_}), positive = same & ~itself;
    // The logarithm of the sum over the other labels, and of that and one pair.
    const Array others = logsumexp(where(same, -std::numeric_limits<double>::infinity(), cosines), {.axis = 1, .keepdims = true});
    const Array losses = where(positive, logaddexp(cosines, others) - cosines, 0);
    return sum(losses) / sum(positive.as(e.dtype()));
  });
}

}  // namespace espalier::losses
