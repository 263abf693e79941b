#pragma once
// Reductions of the parts of an array that numbers name: element i of the first axis belongs to part ids[i].
#include "espalier/dsl/array.h"

namespace espalier {

/// The sum of each part: [num_segments, …] of x [n, …] and integers ids [n]; 0 of an empty one. Elements whose number is negative, or
/// num_segments and more, are left out. ShapeError if ids are not one for each element of the first axis, DTypeError if they are no
/// integers, ArgumentError for a negative number of parts; so do all that follow here.
Array segment_sum(Operand x, Operand ids, std::int64_t num_segments);
Array segment_prod(Operand x, Operand ids, std::int64_t num_segments);  ///< the product of each part; 1 of an empty one
Array segment_max(Operand x, Operand ids, std::int64_t num_segments);   ///< the largest element of each part; minus infinity, or the least integer, of an empty one
Array segment_min(Operand x, Operand ids, std::int64_t num_segments);   ///< the smallest element of each part; infinity, or the greatest integer, of an empty one

}  // namespace espalier
