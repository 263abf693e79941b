#pragma once
// The parameters of a distribution, and the shape and dtype of what is drawn from it.
#include <initializer_list>
#include <optional>
#include <vector>

#include "espalier/dsl/array.h"

namespace espalier::random {

/// The shape of a draw; by default the one in which the distribution's parameters meet.
struct DrawShape {
  std::optional<Shape> shape = {};  ///< none: that of the parameters
  /// That of the parameters.
  DrawShape() = default;
  /// This one.
  /// @{
  DrawShape(Shape shape) : shape(std::move(shape)) {}
  template <std::integral T> DrawShape(T extent) : shape(Shape(static_cast<std::int64_t>(extent))) {}
  DrawShape(std::initializer_list<std::int64_t> extents) : shape(Shape(extents)) {}
  /// @}
};

/// Options of the continuous distributions.
struct DrawOptions {
  Named by_name = Named();
  std::optional<DType> dtype = {};  ///< by default that of the parameters, f32 where there are none
};

namespace detail {

/// Parameters in one floating dtype, and what is drawn.
struct Parameters {
  std::vector<Array> values;
  Shape shape;
  DType dtype;
  const Array& operator[](std::size_t i) const { return values[i]; }
};
/// DTypeError if a parameter is complex or the dtype asked for is no float; ShapeError if a parameter does not broadcast to
/// the shape.
Parameters meet(const char* op, std::initializer_list<Operand> parameters, const DrawShape& shape, const DrawOptions& options);

/// True if an array of shape `from` broadcasts to `to`.
bool broadcasts(const Shape& from, const Shape& to);
/// The digits of the significand of a floating dtype, and its smallest normal number.
int digits(DType dtype);
double smallest_normal(DType dtype);

}  // namespace detail
}  // namespace espalier::random
