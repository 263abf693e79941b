#pragma once
// The error of training itself.
#include "espalier/dsl/error.h"

namespace espalier {

/// What a trainer cannot do: run no step, log outside a step, log under a name that is taken, go on with what a failed step was given.
struct TrainingError : Error {
  using Error::Error;
};

}  // namespace espalier
