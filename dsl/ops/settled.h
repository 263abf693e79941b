#pragma once
// What functions of arrays make of what they were given before they begin. For the files of this folder.
#include "espalier/dsl/array.h"

namespace espalier::detail {

/// A weak scalar as an array of the dtype that it reports; other arrays are themselves.
Array settled(const Operand& x);
/// The same as floats, as the mean takes them: i64 and u64 as f64, other integers and bools as f32.
Array settled_floats(const Operand& x);
/// The flattened array of an optional axis that is none, else x itself; and that axis, from 0.
struct AlongAxis {
  Array x;
  int axis;
};
AlongAxis along_axis(const Operand& x, std::optional<std::int64_t> axis, const char* name);
/// The elements from, from + step, … before `to` along an axis.
Array part_of(const Array& x, int axis, std::int64_t from, std::int64_t to, std::int64_t step = 1);
/// An axis as the options of reductions take it.
Axes axes_from(std::vector<std::int64_t> axes);

}  // namespace espalier::detail
