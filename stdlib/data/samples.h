#pragma once
// Samples taken out of trees, and put together to trees: copies of rows, op by op nothing.
#include <span>
#include <vector>

#include "espalier/dsl/tree.h"

namespace espalier::data::detail {

/// The extent of the leading axis that all leaves have. ShapeError, with both paths, where they differ or a leaf is a scalar;
/// ArgumentError if there is no leaf or no sample.
std::int64_t samples_in(const std::vector<std::pair<std::string, Array>>& leaves, const char* op, Where where);
/// These rows of an array, one behind the other: [numbers.size(),…].
Array rows_at(const Array& x, std::span<const std::int64_t> numbers, Where where);
/// The rows from `begin` to `end`: the array itself where that is all of it.
Array rows_between(const Array& x, std::int64_t begin, std::int64_t end, Where where);
/// Samples stacked along a new leading axis, leaf by leaf. ShapeError or DTypeError, with path and number, if one is unlike the first.
std::vector<Array> stacked(const std::vector<std::vector<std::pair<std::string, Array>>>& samples, std::span<const std::int64_t> numbers, Where where);

/// A tree with another array for each leaf that is there.
template <Tree T, class F> T each_leaf(const T& tree, F&& f) {
  std::vector<Array> arrays = leaves(tree);
  for (Array& array : arrays) array = f(array);
  return unflatten(tree, arrays);
}

}  // namespace espalier::data::detail
