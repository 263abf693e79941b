#pragma once
// Discrete distributions.
#include "espalier/stdlib/random/keys.h"

namespace espalier::random {

/// True with probability p (0.5), a float; of p's shape, or of one that p broadcasts to.
Array bernoulli(const Key& key, Where where = Where::current());
Array bernoulli(const Key& key, Operand p);
Array bernoulli(const Key& key, Operand p, Shape shape);

}  // namespace espalier::random
