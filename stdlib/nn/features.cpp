#include "espalier/stdlib/nn/features.h"

namespace espalier::nn::detail {

void require_features(const char* layer, Operand x, int axis, std::int64_t features) {
  const int ndim = x.array.ndim();
  if (axis < -ndim || axis >= ndim) {
    AxisError error(layer, "axis " + std::to_string(axis) + " of an array of shape " + x.array.shape().str(), "the features must be an axis of x", x.where);
    error.axis = axis;
    error.ndim = ndim;
    throw error;
  }
  if (x.array.shape(axis) == features) return;
  ShapeError error(layer, "x has shape " + x.array.shape().str() + ", the layer " + std::to_string(features) + " features, along axis " + std::to_string(axis), "make the layer for the features that it gets", x.where);
  error.shapes = {x.array.shape(), Shape(features)};
  throw error;
}

void require_present(const char* layer, const std::optional<std::string>& path, const char* member, const Array& value, Where where) {
  if (!value.is_nothing()) return;
  const std::string at = path.value_or("") + "." + member;
  MissingValue error(layer, at + " is Nothing", "make the layer with init; a tree of gradients or one that was filtered is no layer: merge it with the whole one", where);
  error.path = at;
  throw error;
}

}  // namespace espalier::nn::detail
