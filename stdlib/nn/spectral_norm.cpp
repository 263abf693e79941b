#include "espalier/stdlib/nn/spectral_norm.h"

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/stdlib/nn/normalized.h"
#include "espalier/stdlib/random/continuous.h"

namespace espalier::nn::detail {

using espalier::detail::called_at;

Spectral spectral(const Array& weight, const Array& start, std::int64_t steps, double epsilon, Where where) {
  return called_at(where, "SpectralNorm", [&] {
    if (steps < 1) throw ArgumentError("", std::to_string(steps) + " steps of the power iteration", "give 1 or more");
    const Array wide = widened(weight);
    const Array matrix = reshape(wide, {-1, wide.shape(-1)}), constant = stop_gradient(matrix);
    const auto unit = [&](const Array& vector) { return vector * rsqrt(sum(square(vector)) + epsilon); };
    Array u = stop_gradient(start), v;
    for (std::int64_t step = 0; step < steps; ++step) {
      v = unit(matmul(constant, u));
      u = unit(matmul(v, constant));
    }
    const Array sigma = sum(matmul(matrix, u) * v);
    return Spectral{(wide / espalier::where(sigma != 0, sigma, 1.0)).as(weight.dtype()), u, stop_gradient(sigma)};
  });
}

Array spectral_start(const Key& key, const Array& weight, Where where) {
  return called_at(where, "SpectralNorm", [&] { return random::normal(key, weight.shape(-1), {.dtype = promote(weight.dtype(), f32)}); });
}

}  // namespace espalier::nn::detail
