#include "espalier/stdlib/metrics/losses.h"

namespace espalier::metrics::detail {

void require_scalar(const std::string& name, const Array& value, Where where) {
  if (value.ndim() == 0) return;
  ShapeError error("Losses", "the loss `" + name + "` of a batch is an array of shape " + value.shape().str() + ", not a scalar",
                   "give it a reduction other than Reduction::none, or take the mean of what it returns", where);
  error.shapes = {value.shape()};
  throw error;
}

Array kept_ids(const Array& target, std::int64_t ignored, const Shape& samples) {
  return ir::is_integer(target.dtype()) && target.shape() == samples ? class_ids(target) != ignored : Array();
}

Array counted_as(Reduction reduction, const Shape& samples, const Array& weight, const Array& kept) {
  if (reduction == Reduction::sum) return 1.0;
  Array each = kept.is_nothing() ? ones(samples) : kept.as(default_dtype());
  if (reduction == Reduction::weighted_mean && !weight.is_nothing()) each = each * aligned_weight("Losses", weight, samples);
  else if (kept.is_nothing()) return static_cast<double>(each.size());
  return sum(each);
}

Weighed weighed_batch(const Array& value, const Array& count) { return {weighted(count.as(f64), value.as(f64)), count}; }

double extent_of(const Array& x) { return x.ndim() == 0 ? 1.0 : static_cast<double>(x.shape(0)); }

}  // namespace espalier::metrics::detail
