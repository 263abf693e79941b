#pragma once
#include "espalier/stdlib/nn/mode.h"

namespace espalier::nn {

/// In training, each element is 0 with probability `rate`, and divided by 1 - rate otherwise (Srivastava et al., 2014). It
/// draws a key from the running apply(tree, key): MissingKey without. Evaluating, or at rate 0, it is the identity and draws
/// nothing. ArgumentError unless 0 <= rate <= 1.
struct Dropout {
  double rate = 0.5;        ///< the probability to drop an element
  Mode mode = Mode::train;  ///< whether it drops any

  /// x with elements dropped; shape and dtype are x's.
  Array operator()(Operand x) const;
};

}  // namespace espalier::nn
