#pragma once
// Reductions, step by step.
#include <type_traits>

#include "espalier/ir/eval/arithmetic.h"
#include "espalier/ir/eval/complex.h"

namespace espalier::ir::scalar {

/// One step of a reduction. Bits are combined in integers and bool alone, which is what they are given.
template <class T> T combine(Reduction kind, T x, T y) {
  switch (kind) {
    case Reduction::sum:
      if constexpr (!std::is_same_v<T, bool>) return add(x, y);
      break;
    case Reduction::prod:
      if constexpr (!std::is_same_v<T, bool>) return mul(x, y);
      break;
    case Reduction::max: return max(x, y);
    case Reduction::min: return min(x, y);
    case Reduction::and_:
      if constexpr (std::is_integral_v<T>) return static_cast<T>(x & y);
      break;
    case Reduction::or_:
      if constexpr (std::is_integral_v<T>) return static_cast<T>(x | y);
      break;
    case Reduction::xor_:
      if constexpr (std::is_integral_v<T>) return static_cast<T>(x ^ y);
      break;
  }
  return x;
}

}  // namespace espalier::ir::scalar
