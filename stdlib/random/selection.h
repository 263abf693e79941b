#pragma once
// Orders and choices of what there is, in jax.random's formulas.
#include "espalier/stdlib/random/keys.h"

namespace espalier::random {

/// Options of `permutation`.
struct PermutationOptions {
  Named by_name = Named();
  int axis = 0;              ///< along which elements are moved
  bool independent = false;  ///< each line along the axis by itself
};
/// The elements of x in random order along an axis; or, of a scalar n that is no tracer, the integers 0 to n - 1, i32. By sorting random words as
/// often as makes a tie unlikely. AxisError, ArgumentError if n is negative, DTypeError if it is no integer, TracedValue if it is traced.
Array permutation(const Key& key, Operand x, PermutationOptions options = {});

/// Options of `choice`.
struct ChoiceOptions {
  Named by_name = Named();
  bool replace = true;  ///< whether an element may be chosen again
  Array p = {};         ///< the probability of each element, [n]; by default all have the same
  int axis = 0;         ///< along which elements are chosen
};
/// Elements of x along an axis, which the shape takes the place of; or, of a scalar n that is no tracer, integers from 0 to n - 1. Without replacement and
/// with probabilities, those whose log p plus a Gumbel draw are greatest. ArgumentError if more are chosen than there are, ShapeError if p is
/// not [n], and as `permutation`.
Array choice(const Key& key, Operand x, Shape shape = {}, ChoiceOptions options = {});

}  // namespace espalier::random
