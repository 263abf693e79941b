#pragma once
// The batch that a Trainer takes where the user has no struct of their own.
#include "espalier/dsl/array.h"

namespace espalier::data {

/// What is shown to a model and what it should say, samples along the leading axis. Any tree with one leading axis does as well.
struct Batch {
  Array inputs = {};         ///< [samples,…]
  Array target = {};         ///< [samples,…], or Nothing
  Array sample_weight = {};  ///< [samples], or Nothing: all weigh 1
};

}  // namespace espalier::data
