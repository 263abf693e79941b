#pragma once
// Discrete distributions.
#include "espalier/stdlib/random/keys.h"
#include "espalier/stdlib/random/parameters.h"

namespace espalier::random {

/// True with probability p, a float; by default 0.5.
Array bernoulli(const Key& key, Where where = Where::current());
Array bernoulli(const Key& key, Operand p, DrawShape shape = {});

struct SignOptions {
  Named by_name = Named();
  DType dtype = i32;
};
/// -1 or 1, alike probable.
Array rademacher(const Key& key, Shape shape = {}, SignOptions options = {}, Where where = Where::current());

struct CountOptions {
  Named by_name = Named();
  DType dtype = i32;
};
/// The number of trials to the first success of probability p: 1, 2, …
Array geometric(const Key& key, Operand p, DrawShape shape = {}, CountOptions options = {});

struct CategoricalOptions {
  Named by_name = Named();
  int axis = -1;         ///< along which the logits of one draw stand
  DrawShape shape = {};  ///< by default that of the logits without the axis, to which it must broadcast
};
/// i32 indices along the axis, with probabilities softmax(logits): the largest of logits + Gumbel draws.
Array categorical(const Key& key, Operand logits, CategoricalOptions options = {});

}  // namespace espalier::random
