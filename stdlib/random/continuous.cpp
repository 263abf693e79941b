#include "espalier/stdlib/random/continuous.h"

#include <cmath>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops.h"
#include "espalier/stdlib/random/uniform.h"

namespace espalier::random {
namespace {

using espalier::detail::called_at;

// The float next to -1 on the way to 0.
double above_minus_one(DType dtype) {
  const int digits = dtype == f64 ? 53 : dtype == f32 ? 24 : dtype == f16 ? 11 : 8;
  return -1 + std::ldexp(1.0, -digits);
}

}  // namespace

Array normal(const Key& key, Shape shape, DrawOptions options, Where where) {
  return called_at(where, [&] {
    const Array u = uniform(key, shape, {.dtype = options.dtype, .minval = above_minus_one(options.dtype)});
    return std::sqrt(2.0) * erf_inv(u);
  });
}

Array truncated_normal(const Key& key, Operand lower, Operand upper, Shape shape, DrawOptions options) {
  return called_at(lower.where, [&] {
    const double root = std::sqrt(2.0);
    const Array low = lower.array.as(options.dtype), high = upper.array.as(options.dtype);
    const Array u = uniform(key, shape, {.dtype = options.dtype, .minval = erf(low / root), .maxval = erf(high / root)});
    // Rounding must not carry a draw to a bound.
    const double infinity = std::numeric_limits<double>::infinity();
    return clip(root * erf_inv(u), nextafter(low, infinity), nextafter(high, -infinity));
  });
}

}  // namespace espalier::random
