#include "espalier/stdlib/nn/normalized.h"

#include "espalier/dsl/ops.h"

namespace espalier::nn::detail {

Array widened(const Array& x) { return x.as(promote(x.dtype(), f32)); }

Array normalized(const Array& x, const Array& mean, const Array& var, double epsilon, const Array& weight, const Array& bias) {
  // The factors of a feature are multiplied first: there are fewer of them than elements.
  const Array scale = rsqrt(var + epsilon);
  const Array y = (x - mean) * (weight.is_nothing() ? scale : scale * weight);
  return bias.is_nothing() ? y : y + bias;
}

}  // namespace espalier::nn::detail
