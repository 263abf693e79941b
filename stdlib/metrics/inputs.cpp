#include "espalier/stdlib/metrics/inputs.h"

#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/shape.h"

namespace espalier::metrics::detail {
namespace {

// Whether the weight's axes are leading ones of the shape.
bool aligns(const Shape& weight, const Shape& shape) {
  if (weight.ndim() > shape.ndim()) return false;
  for (int i = 0; i < weight.ndim(); ++i) {
    if (weight[i] != shape[i] && weight[i] != 1) return false;
  }
  return true;
}

}  // namespace

Operand given(const char* who, const char* member, const Array& value, Where where) {
  if (!value.is_nothing()) return {value, where};
  MissingValue error(who, std::string("its inputs have no `") + member + "`: the member is Nothing", std::string("give it by name: {.") + member + " = …}", where);
  error.path = std::string(".") + member;
  throw error;
}

void require_same_shape(const char* op, const Array& preds, const Array& target) {
  if (preds.shape() == target.shape() || target.weak()) return;
  ShapeError error(op, "preds of shape " + preds.shape().str() + " and target of shape " + target.shape().str() + " differ",
                   "there is one target per prediction; reshape or broadcast_to makes it so where that is meant");
  error.shapes = {preds.shape(), target.shape()};
  throw error;
}

Array floating(const Array& x) {
  if (ir::is_floating(x.dtype())) return x;
  return x.weak() ? x * 1.0 : x.as(default_dtype());  // a C++ number keeps its digits
}

Array class_ids(const Array& ids) {
  return ids.dtype() == i32 || ids.dtype() == i64 ? ids : ids.as(ids.dtype() == u32 || ids.dtype() == u64 ? i64 : i32);
}

Array aligned_weight(const char* op, const Array& weight, const Shape& shape) {
  const Shape& given = weight.shape();
  if (!aligns(given, shape)) {
    ShapeError error(op, "sample_weight of shape " + given.str() + " does not fit values of shape " + shape.str(),
                     "the axes of the weights are the leading axes of the values");
    error.shapes = {given, shape};
    throw error;
  }
  std::vector<std::int64_t> extents(given.begin(), given.end());
  extents.resize(static_cast<std::size_t>(shape.ndim()), 1);
  return reshape(floating(weight), Shape(extents));
}

Array weighted(const Array& weight, const Array& x) { return where(weight != 0, weight * x, 0); }

Array without_masked(const Array& x, const Array& weight) {
  if (weight.is_nothing() || x.weak() || !aligns(weight.shape(), x.shape())) return x;
  return where(aligned_weight("sample_weight", weight, x.shape()) != 0, x, 0);
}

}  // namespace espalier::metrics::detail
