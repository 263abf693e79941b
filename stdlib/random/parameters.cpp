#include "espalier/stdlib/random/parameters.h"

#include <cmath>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/trace.h"

namespace espalier::random::detail {
namespace {

bool is_float(DType dtype) { return dtype >= f16 && dtype <= f64; }

// Integers count as f32, and weak scalars take the dtype of the others.
DType meeting_dtype(const char* op, std::initializer_list<Operand> parameters) {
  std::optional<DType> met;
  for (const Operand& p : parameters) {
    const DType dtype = p.array.dtype();
    if (dtype > f64) {
      DTypeError error(op, "a parameter is real, not " + to_string(abstract(p.array.shape(), dtype)), "convert it with .as(f32)", p.where);
      error.dtypes = {dtype};
      throw error;
    }
    if (!p.array.weak() && is_float(dtype)) met = met ? promote(*met, dtype) : dtype;
  }
  return met.value_or(f32);
}

}  // namespace

bool broadcasts(const Shape& from, const Shape& to) {
  if (from.ndim() > to.ndim()) return false;
  for (int i = 1; i <= from.ndim(); ++i) {
    if (from[-i] != 1 && from[-i] != to[-i]) return false;
  }
  return true;
}

Parameters meet(const char* op, std::initializer_list<Operand> parameters, const DrawShape& shape, const DrawOptions& options) {
  const Where where = parameters.begin()->where;
  std::vector<Array> arrays;
  for (const Operand& p : parameters) arrays.push_back(p.array);
  Parameters out{{}, shape.shape ? *shape.shape : espalier::detail::broadcast_shape(arrays, op, where), options.dtype.value_or(meeting_dtype(op, parameters))};
  if (!is_float(out.dtype)) {
    DTypeError error(op, "draws floats: f16, bf16, f32 or f64", "convert what it gives", where);
    error.dtypes = {out.dtype};
    throw error;
  }
  for (const Operand& p : parameters) {
    if (!broadcasts(p.array.shape(), out.shape)) {
      ShapeError error(op, "a parameter of shape " + p.array.shape().str() + " does not broadcast to the shape drawn, " + out.shape.str(), "extents must be equal or 1, counted from the last axis", where);
      error.shapes = {p.array.shape(), out.shape};
      throw error;
    }
    out.values.push_back(p.array.as(out.dtype, where));
  }
  return out;
}

int digits(DType dtype) { return dtype == f64 ? 53 : (dtype == f32 ? 24 : (dtype == f16 ? 11 : 8)); }
double smallest_normal(DType dtype) { return std::ldexp(1.0, dtype == f64 ? -1022 : (dtype == f16 ? -14 : -126)); }

}  // namespace espalier::random::detail
