#pragma once
// What losses and metrics are given: an aggregate whose members have these names. Each takes those it needs.
#include "espalier/dsl/array.h"

namespace espalier::metrics {

/// A batch as losses and metrics see it. Any aggregate with members of these names serves as well.
struct Inputs {
  Array target = {};         ///< what should have come out
  Array preds = {};          ///< what came out
  Array sample_weight = {};  ///< one weight per sample; its axes are the leading ones. Nothing: all are 1
  Array values = {};         ///< for Mean, Sum and LastValue
};

namespace detail {

template <class I> Operand target_of(const I& inputs, Where where) {
  static_assert(requires { inputs.target; }, "this loss or metric needs a member `target` in its inputs");
  return {inputs.target, where};
}
template <class I> Operand preds_of(const I& inputs, Where where) {
  static_assert(requires { inputs.preds; }, "this loss or metric needs a member `preds` in its inputs");
  return {inputs.preds, where};
}
template <class I> Operand values_of(const I& inputs, Where where) {
  static_assert(requires { inputs.values; }, "this metric needs a member `values` in its inputs");
  return {inputs.values, where};
}
/// Nothing where the inputs have no weights.
template <class I> Array sample_weight_of(const I& inputs) {
  if constexpr (requires { inputs.sample_weight; }) return inputs.sample_weight;
  else return {};
}

/// ShapeError with both shapes unless they are equal; a C++ number as target fits all.
void require_same_shape(const char* op, const Array& preds, const Array& target);
/// Integers and bools as f32.
Array floating(const Array& x);
/// The weights as a floating array that broadcasts against `shape`: their axes are its leading ones, the rest is 1.
/// ShapeError with both shapes where they do not fit.
Array aligned_weight(const char* op, const Array& weight, const Shape& shape);

}  // namespace detail
}  // namespace espalier::metrics
