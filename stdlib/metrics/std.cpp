#include "espalier/stdlib/metrics/std.h"

namespace espalier::metrics {

using espalier::detail::called_at;

Std Std::of(Operand values, const Array& sample_weight) {
  return called_at(values.where, [&] {
    const Array v = detail::floating(values.array);
    if (sample_weight.is_nothing()) return Std{detail::moments_of(ravel(v), {})};
    return Std{detail::moments_of(ravel(v), ravel(broadcast_to(detail::aligned_weight("Std", sample_weight, v.shape()), v.shape())))};
  });
}

Array Std::compute(Where where) const {
  return called_at(where, [&] { return sqrt(moments.squares / moments.count).as(default_dtype()); });
}
Std Std::merge(const Std& other, Where where) const {
  return called_at(where, [&] {
    detail::require_mergeable(*this, other);
    return Std{detail::joined(moments, other.moments)};
  });
}
Std Std::aggregate(Where where) const {
  return called_at(where, [&] { return Std{detail::joined(moments)}; });
}

}  // namespace espalier::metrics
