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

/// MissingValue that names who asks and the member, unless it was given.
Operand given(const char* who, const char* member, const Array& value, Where where);

template <class I> Operand target_of(const char* who, const I& inputs, Where where) {
  if constexpr (requires { inputs.target; }) return given(who, "target", inputs.target, where);
  else {
    static_assert(sizeof(I) == 0, "this loss or metric needs a member `target` in its inputs");
    return Array();
  }
}
template <class I> Operand preds_of(const char* who, const I& inputs, Where where) {
  if constexpr (requires { inputs.preds; }) return given(who, "preds", inputs.preds, where);
  else {
    static_assert(sizeof(I) == 0, "this loss or metric needs a member `preds` in its inputs");
    return Array();
  }
}
template <class I> Operand values_of(const char* who, const I& inputs, Where where) {
  if constexpr (requires { inputs.values; }) return given(who, "values", inputs.values, where);
  else {
    static_assert(sizeof(I) == 0, "this metric needs a member `values` in its inputs");
    return Array();
  }
}
/// Nothing where the inputs have no weights.
template <class I> Array sample_weight_of(const I& inputs) {
  if constexpr (requires { inputs.sample_weight; }) return inputs.sample_weight;
  else return {};
}
/// The members of any inputs as `Inputs`: for a metric that asks for that type.
template <class I> Inputs as_inputs(const I& inputs) {
  Inputs all;
  if constexpr (requires { inputs.target; }) all.target = inputs.target;
  if constexpr (requires { inputs.preds; }) all.preds = inputs.preds;
  if constexpr (requires { inputs.sample_weight; }) all.sample_weight = inputs.sample_weight;
  if constexpr (requires { inputs.values; }) all.values = inputs.values;
  return all;
}

/// ShapeError with both shapes unless they are equal; a C++ number as target fits all.
void require_same_shape(const char* op, const Array& preds, const Array& target);
/// Integers and bools as f32.
Array floating(const Array& x);
/// Class ids in a dtype that holds every number of classes: i32, or i64 where they are u32 or wider.
Array class_ids(const Array& ids);
/// The weights as a floating array that broadcasts against `shape`: their axes are its leading ones, the rest is 1.
/// ShapeError with both shapes where they do not fit.
Array aligned_weight(const char* op, const Array& weight, const Shape& shape);
/// weight x, and 0 where the weight is 0, whatever x is there: a weight of 0 takes NaN and infinities out.
Array weighted(const Array& weight, const Array& x);
/// x with 0 in place of what has weight 0, so that no derivative meets what is there; x itself where the weights are Nothing
/// or do not align with it.
Array without_masked(const Array& x, const Array& weight);

}  // namespace detail
}  // namespace espalier::metrics
