#pragma once
// The shapes of batches and draws.
#include <initializer_list>

#include "espalier/dsl/array.h"
#include "espalier/dsl/caller.h"

namespace espalier::distributions::detail {

/// The shape in which parameters meet. ShapeError if they do not broadcast.
Shape met(std::initializer_list<Array> parameters);
/// One shape after the other.
Shape joined(const Shape& front, const Shape& back);
/// A shape without its last axes. ShapeError that names the parameter if there are fewer.
Shape without_last(const char* op, const Array& parameter, int axes);
/// The dtype of draws: that of the parameters, floating.
DType dtype_of(std::initializer_list<Array> parameters);
/// The array broadcast to the shape in which it and the others meet: of what does not depend on all parameters.
Array spread(const Array& x, const Shape& batch);

}  // namespace espalier::distributions::detail
