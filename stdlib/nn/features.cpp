#include "espalier/stdlib/nn/features.h"

namespace espalier::nn::detail {

bool has_features(const Array& x, std::int64_t axis, std::int64_t features) {
  const int ndim = x.ndim();
  return axis >= -ndim && axis < ndim && x.shape(axis) == features;
}

void require_features(const char* layer, const std::optional<std::string>& path, Operand x, std::int64_t axis, std::int64_t features) {
  if (has_features(x.array, axis, features)) return;
  const int ndim = x.array.ndim();
  const std::string shape = x.array.shape().str(), at = path.value_or("").empty() ? "" : "at " + *path + " ";
  if (axis < -ndim || axis >= ndim) {
    AxisError error(layer, "the layer " + at + "takes features along axis " + std::to_string(axis) + ", and x has shape " + shape, "the features must be an axis of x", x.where);
    error.axis = axis;
    error.ndim = ndim;
    throw error;
  }
  ShapeError error(layer, "x has shape " + shape + ", the layer " + at + std::to_string(features) + " features, along axis " + std::to_string(axis), "make the layer for the features that it gets", x.where);
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
