#include "espalier/stdlib/losses/regression.h"

#include <cmath>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/reductions.h"

namespace espalier::losses {
namespace {

constexpr double epsilon = 1e-7;  // as jax_metrics: what a denominator or the operand of a logarithm is at least

/// f of both in floating point, once their shapes are equal.
template <class F> Array of_pair(const char* op, const Operand& preds, const Operand& target, const F& f) {
  return espalier::detail::called_at(preds.where, [&]() -> Array {
    metrics::detail::require_same_shape(op, preds.array, target.array);
    return f(metrics::detail::floating(preds.array), metrics::detail::floating(target.array));
  });
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
  return of_pair("cosine_similarity", preds, target, [&](const Array& p, const Array& t) {
    const auto length = [&](const Array& x) { return sqrt(maximum(sum(x * x, options.axis), epsilon)); };
    return sum(p * t, options.axis) / (length(p) * length(t));
  });
}
Array cosine_distance(Operand preds, Operand target, CosineOptions options) {
  return espalier::detail::called_at(preds.where, [&] { return 1 - cosine_similarity(preds, target, options); });
}

}  // namespace espalier::losses
