#pragma once
// Discrete distributions, in jax.random's formulas. Where one has parameters, they broadcast to the shape. Errors as for the
// continuous ones.
#include "espalier/stdlib/random/keys.h"
#include "espalier/stdlib/random/parameters.h"

namespace espalier::random {

/// bool: true with probability p, by default 0.5. DTypeError if p is no float.
/// @{
Array bernoulli(const Key& key, Where where = Where::current());
Array bernoulli(const Key& key, Operand p, DrawShape shape = {});
/// @}

/// Options of `rademacher`.
struct SignOptions {
  Named by_name = Named();
  DType dtype = i32;  ///< of the draws
};
/// -1 or 1 with probability 0.5 each.
Array rademacher(const Key& key, Shape shape = {}, SignOptions options = {}, Where where = Where::current());

/// Options of `geometric`.
struct CountOptions {
  Named by_name = Named();
  DType dtype = i32;  ///< of the draws
};
/// The number of trials to the first success of probability p: 1, 2, …
Array geometric(const Key& key, Operand p, DrawShape shape = {}, CountOptions options = {});

/// Options of `categorical`.
struct CategoricalOptions {
  Named by_name = Named();
  int axis = -1;         ///< along which the logits of one draw stand
  DrawShape shape = {};  ///< by default that of the logits without the axis, to which it must broadcast
  bool replace = true;   ///< whether the draws of one batch may be equal; if not, the shape is that of the draws, then the logits' without the axis
};
/// i32 indices along the axis, with probabilities softmax(logits): the largest of logits + Gumbel draws. The shape
/// is that of the logits without the axis; AxisError, or ShapeError where that does not broadcast to the shape asked for. Without replacement
/// those of the largest sums; ArgumentError for more draws than there are logits.
Array categorical(const Key& key, Operand logits, CategoricalOptions options = {});

}  // namespace espalier::random
