#include "espalier/stdlib/distributions/shapes.h"

#include "espalier/dsl/ops.h"

namespace espalier::distributions::detail {

Shape met(std::initializer_list<Array> parameters) {
  Shape shape;
  for (const Array& p : parameters) shape = broadcast_shapes(shape, p.shape());
  return shape;
}

Shape joined(const Shape& front, const Shape& back) {
  std::vector<std::int64_t> extents(front.begin(), front.end());
  extents.insert(extents.end(), back.begin(), back.end());
  return Shape(extents);
}

Shape without_last(const char* op, const Array& parameter, int axes) {
  const Shape shape = parameter.shape();
  if (shape.ndim() < axes) {
    ShapeError error(op, "a parameter has shape " + shape.str(), axes == 1 ? "its last axis is that of the classes, or of a vector" : "its last two axes are those of a matrix");
    error.shapes = {shape};
    throw error;
  }
  return Shape(std::vector<std::int64_t>(shape.begin(), shape.end() - axes));
}

DType dtype_of(std::initializer_list<Array> parameters) {
  DType dtype = (parameters.begin())->dtype();
  for (const Array& p : parameters) dtype = promote(dtype, p.dtype());
  return ir::is_floating(dtype) ? dtype : default_dtype();
}

Array spread(const Array& x, const Shape& batch) { return broadcast_to(x, batch); }

}  // namespace espalier::distributions::detail
