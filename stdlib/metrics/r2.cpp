#include "espalier/stdlib/metrics/r2.h"

namespace espalier::metrics {

using espalier::detail::called_at;

R2 R2::of(Operand preds, Operand given, const Array& sample_weight) const {
  return called_at(preds.where, [&] {
    detail::require_same_shape("R2", preds.array, given.array);
    const Shape& shape = preds.array.shape();
    if (num_outputs != 0 && (shape.ndim() == 0 || shape[-1] != num_outputs)) {
      ShapeError error("R2", "preds of shape " + shape.str() + " and num_outputs " + std::to_string(num_outputs) + " do not match", "the last axis of preds and target is the outputs");
      error.shapes = {shape};
      throw error;
    }
    const Shape table = num_outputs == 0 ? Shape(preds.array.size()) : Shape{preds.array.size() / num_outputs, num_outputs};
    const auto flat = [&](const Array& x) { return reshape(broadcast_to(x, shape), table).as(f64); };
    const Array p = flat(detail::floating(preds.array)), t = flat(detail::floating(given.array));
    const Array w = sample_weight.is_nothing() ? ones(table, f64) : flat(detail::aligned_weight("R2", sample_weight, shape));
    return R2{num_outputs, detail::moments_of(t, w), sum(detail::weighted(w, square(t - p)), 0)};
  });
}

Array R2::compute(Where place) const {
  return called_at(place, [&] {
    const Array still = target.squares == 0;
    const Array each = where(still, where(residual == 0, 1, 0), 1 - residual / where(still, 1, target.squares));
    return mean(where(target.count == 0, std::numeric_limits<double>::quiet_NaN(), each)).as(default_dtype());
  });
}
R2 R2::merge(const R2& other, Where where) const {
  return called_at(where, [&] {
    detail::require_mergeable(*this, other);
    return R2{num_outputs, detail::joined(target, other.target), residual + other.residual};
  });
}
R2 R2::aggregate(Where where) const {
  return called_at(where, [&] { return R2{num_outputs, detail::joined(target), sum(residual, 0)}; });
}

}  // namespace espalier::metrics
