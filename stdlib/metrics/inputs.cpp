#include "espalier/stdlib/metrics/inputs.h"

#include "espalier/dsl/ops/shape.h"

namespace espalier::metrics::detail {

void require_same_shape(const char* op, const Array& preds, const Array& target) {
  if (preds.shape() == target.shape() || target.weak()) return;
  ShapeError error(op, "preds of shape " + preds.shape().str() + " and target of shape " + target.shape().str() + " differ",
                   "there is one target per prediction; reshape or broadcast_to makes it so where that is meant");
  error.shapes = {preds.shape(), target.shape()};
  throw error;
}

Array floating(const Array& x) { return ir::is_floating(x.dtype()) ? x : x.as(default_dtype()); }

Array aligned_weight(const char* op, const Array& weight, const Shape& shape) {
  const Shape& given = weight.shape();
  bool fits = given.ndim() <= shape.ndim();
  for (int i = 0; fits && i < given.ndim(); ++i) fits = given[i] == shape[i] || given[i] == 1;
  if (!fits) {
    ShapeError error(op, "sample_weight of shape " + given.str() + " does not fit values of shape " + shape.str(),
                     "the axes of the weights are the leading axes of the values");
    error.shapes = {given, shape};
    throw error;
  }
  std::vector<std::int64_t> extents(given.begin(), given.end());
  extents.resize(static_cast<std::size_t>(shape.ndim()), 1);
  return reshape(floating(weight), Shape(extents));
}

}  // namespace espalier::metrics::detail
