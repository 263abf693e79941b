#pragma once
// One number in another dtype: what `convert` does to each element, and what happens to a literal that meets a dtype.
#include <cmath>
#include <limits>
#include <type_traits>

namespace espalier::ir::scalar {

/// Out of range saturates, NaN becomes 0, whatever is not 0 becomes true: defined for every number, as XLA's convert.
template <class To, class From> To convert(From x) {
  if constexpr (std::is_same_v<To, bool>) {
    return x != From{0};
  } else if constexpr (std::is_floating_point_v<From> && !std::is_floating_point_v<To>) {
    if (std::isnan(x)) return 0;
    const From beyond = std::ldexp(From{1}, std::numeric_limits<To>::digits);  // the first number above the range
    if (x >= beyond) return std::numeric_limits<To>::max();
    if (x < (std::is_signed_v<To> ? -beyond : From{0})) return std::numeric_limits<To>::min();
    return static_cast<To>(x);
  } else {
    return static_cast<To>(x);
  }
}

}  // namespace espalier::ir::scalar
