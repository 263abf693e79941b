#include "espalier/stdlib/losses/regression.h"

#include <cmath>
#include <limits>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/reductions.h"

namespace espalier::losses {
namespace {

constexpr double epsilon = 1e-7;  // as jax_metrics: what a denominator or the operand of a logarithm is at least

/// f of both in floating point, after checking that their shapes are equal.
template <class F> Array of_pair(const char* op, const Operand& preds, const Operand& target, const F& f) {
  return espalier::detail::called_at(preds.where, [&]() -> Array {
    metrics::detail::require_same_shape(op, preds.array, target.array);
    return f(metrics::detail::floating(preds.array), metrics::detail::floating(target.array));
  });
}

/// Vectors along an axis divided by the power of two in their largest element, so that their squares neither overflow nor
/// vanish. A cosine does not depend on lengths, nor do its derivatives on this factor.
Array of_middle_size(const Array& x, int axis) {
  if (x.weak() || (x.dtype() != f32 && x.dtype() != f64)) return x;
  const bool wide = x.dtype() == f64;
  const Array size = espalier::detail::top_of(abs(x), axis);
  const Array power = wide ? bitcast(bitcast(size, i64) & 0x7ff0000000000000, f64) : bitcast(bitcast(size, i32) & 0x7f800000, f32);
  return x / where(size == 0, 1, maximum(power, wide ? std::numeric_limits<double>::min() : std::numeric_limits<float>::min()));
}
Array mean_of_last(const Array& x) { return x.ndim() == 0 ? x : mean(x, -1); }

}  // namespace

Array squared_error(Operand preds, Operand target) {
  return of_pair("squared_error", preds, target, [](const Array& p, const Array& t) { return square(p - t); });
}
Array l2_loss(Operand preds, Operand target) {
  return of_pair("l2_loss", preds, target, [](const Array& p, const Array& t) { return 0.5 * square(p - t); });
}
Array log_cosh(Operand preds, Operand target) {
  return of_pair("log_cosh", preds, target, [](const Array& p, const Array& t) { return logaddexp(p - t, t - p) - std::log(2.0); });
}

Array mean_squared_error(Operand preds, Operand target) {
  return of_pair("mean_squared_error", preds, target, [](const Array& p, const Array& t) { return mean_of_last(square(p - t)); });
}
Array mean_absolute_error(Operand preds, Operand target) {
  return of_pair("mean_absolute_error", preds, target, [](const Array& p, const Array& t) { return mean_of_last(abs(p - t)); });
}
Array mean_absolute_percentage_error(Operand preds, Operand target) {
  return of_pair("mean_absolute_percentage_error", preds, target, [](const Array& p, const Array& t) {
    return 100 * mean_of_last(abs(t - p) / maximum(abs(t), epsilon));
  });
}
Array mean_squared_logarithmic_error(Operand preds, Operand target) {
  return of_pair("mean_squared_logarithmic_error", preds, target, [](const Array& p, const Array& t) {
    return mean_of_last(square(log1p(maximum(p, epsilon)) - log1p(maximum(t, epsilon))));
  });
}
Array huber(Operand preds, Operand target, HuberOptions options) {
  return of_pair("huber", preds, target, [&](const Array& p, const Array& t) {
    const Array size = abs(p - t), within = minimum(size, options.delta);
    return mean_of_last(0.5 * square(within) + options.delta * (size - within));  // Optax's form: no branch, nothing overflows
  });
}
Array cosine_similarity(Operand preds, Operand target, CosineOptions options) {
  return of_pair("cosine_similarity", preds, target, [&](const Array& preds, const Array& target) {
    const Array p = of_middle_size(preds, options.axis), t = of_middle_size(target, options.axis);
    const auto length = [&](const Array& x) {
      const Array squares = sum(x * x, options.axis);
      return sqrt(where(squares == 0, 1, squares));
    };
    return sum(p * t, options.axis) / (length(p) * length(t));
  });
}
Array cosine_distance(Operand preds, Operand target, CosineOptions options) {
  return espalier::detail::called_at(preds.where, [&] { return 1 - cosine_similarity(preds, target, options); });
}

}  // namespace espalier::losses
