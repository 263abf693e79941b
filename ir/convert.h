#pragma once
// One number in another dtype: what `convert` does to each element, and what happens to a literal that meets a dtype.
#include <cmath>
#include <complex>
#include <limits>
#include <type_traits>

namespace espalier::ir::scalar {

/// Out of range saturates, NaN becomes 0, whatever is not 0 becomes true: defined for every number, as XLA's convert. Of a
/// complex number all but another complex one take the real part.
template <class To, class From> To convert(From x) {
  if constexpr (requires(To z, From w) { z.real(), w.real(); }) {
    return {static_cast<typename To::value_type>(x.real()), static_cast<typename To::value_type>(x.imag())};
  } else if constexpr (requires(To z) { z.real(); }) {
    return {static_cast<typename To::value_type>(x), 0};
  } else if constexpr (requires(From w) { w.real(); }) {
    return convert<To>(x.real());
  } else if constexpr (std::is_same_v<To, bool>) {
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
