#pragma once
#include "espalier/dsl/array.h"

namespace espalier::nn {

/// Turns queries and keys by angles that grow with their place, so that their products depend on distances alone (Su et al. 2021,
/// arXiv:2104.09864): pair j of D / 2, elements j and j + D / 2, by place * base^(-2 j / D).
struct RotaryEmbedding {
  double base = 10000;  ///< the longest wave has about 2 pi times as many places

  using signature = Array (*)(Operand);  ///< that of its call operator, for containers
  /// x of [..., T, heads, D], turned; `first` is the place of its first row, an integer. ShapeError unless D is even.
  Array operator()(Operand x, Operand first = 0) const;
};

}  // namespace espalier::nn
