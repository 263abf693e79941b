#pragma once
// Searching, and arrays as sets. How many elements there are of a kind depends on data: in a trace that number has to be given as
// `.size`; what is missing there is filled, what is beyond is left out. Without it the result has as many as there are.
#include <optional>
#include <vector>

#include "espalier/dsl/array.h"

namespace espalier {

/// Options of `searchsorted`.
struct SearchsortedOptions {
  Named by_name = Named();
  bool right = false;  ///< behind equal elements, not before them
};
/// Where each element of v would be inserted into the sorted vector a, such that it stays sorted: how many elements of a are less (or,
/// if `right`, not greater). NaN is greater than all numbers. i32, or i64 where a is longer than that counts, in v's shape. ShapeError
/// unless a has one axis.
Array searchsorted(Operand a, Operand v, SearchsortedOptions options = {});

/// Options of what gives as many elements as there are.
struct SizeOptions {
  Named by_name = Named();
  std::optional<std::int64_t> size = {};  ///< how many elements the result has; none: as many as there are, which a trace does not know
  Array fill = {};                        ///< what stands for those that are missing: a number
};
/// Where x is not 0, in row-major order: for each axis a vector of indices, i32 (i64 where the axis is longer). `fill` is 0 by
/// default. ShapeError for a scalar; ArgumentError in a trace without a size, or for a negative one.
[[nodiscard]] std::vector<Array> nonzero(Operand x, SizeOptions options = {});
/// The same of the flattened array. Errors are those of `nonzero`, but that a scalar is a vector of one.
Array flatnonzero(Operand x, SizeOptions options = {});
/// Where x is not 0: [number, axes], a place in each row. Errors are those of `nonzero`.
Array argwhere(Operand x, SizeOptions options = {});

/// The elements of x in order, each once; all NaN are one. `fill` is the least of them by default. ArgumentError in a trace without
/// a size, or for a negative one; so do all that follow here.
Array unique(Operand x, SizeOptions options = {});
/// What `unique_all` gives.
struct Unique {
  Array values;   ///< in order, each once
  Array indices;  ///< where each is first, in the flattened array
  Array inverse;  ///< in x's shape: which of the values each element is
  Array counts;   ///< how often each occurs; 0 of what fills
};
/// `unique` with where each element is, and how often.
[[nodiscard]] Unique unique_all(Operand x, SizeOptions options = {});
/// Options of `isin`.
struct IsinOptions {
  Named by_name = Named();
  bool invert = false;  ///< bool: is it not among them
};
/// bool, in x's shape: is the element among those of `test`. NaN is among none.
Array isin(Operand x, Operand test, IsinOptions options = {});
Array union1d(Operand x, Operand y, SizeOptions options = {});      ///< what is in x or in y, in order, each once
Array intersect1d(Operand x, Operand y, SizeOptions options = {});  ///< what is in x and in y, in order, each once
Array setdiff1d(Operand x, Operand y, SizeOptions options = {});    ///< what is in x and not in y, in order, each once
Array setxor1d(Operand x, Operand y, SizeOptions options = {});     ///< what is in one of x and y alone, in order, each once

namespace detail {
/// A number that data says. ArgumentError in a trace, which asks for the option.
std::int64_t known_count(const Array& count, const char* name, const char* option);
}

}  // namespace espalier
