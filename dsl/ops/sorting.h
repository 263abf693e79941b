#pragma once
// Order along an axis. Sorting is stable: equal elements keep their order. NaN is greater than all numbers, and zeros of both signs are
// equal, as in NumPy and JAX; where `.descending`, all of it is the other way round, but for equal elements. Complex numbers are in the
// order of their real parts, and where these are equal in that of their imaginary parts: JAX's; NumPy puts all with a NaN behind the others.
// Derivatives go to the elements' places before. All of them: AxisError for an axis that is not there, MissingValue for Nothing.
#include <optional>
#include <vector>

#include "espalier/dsl/array.h"

namespace espalier {

/// Options of `sort` and `argsort`.
struct SortOptions {
  Named by_name = Named();
  std::optional<std::int64_t> axis = -1;  ///< none: of the flattened array
  bool descending = false;                ///< from the greatest to the least
};
/// Options of the `sort` of several arrays.
struct SortAllOptions {
  Named by_name = Named();
  std::int64_t axis = -1;   ///< along which they are sorted
  bool descending = false;  ///< from the greatest to the least
  int num_keys = 1;         ///< so many of the arrays, from the first, are keys
};
/// What `top_k` gives.
struct TopK {
  Array values;   ///< from the greatest
  Array indices;  ///< where x has them
};

/// x in order.
[[nodiscard]] Array sort(Operand x, SortOptions options = {});
/// Arrays of one shape, all in the order of the first; where its elements are equal in that of the second, and so on for `num_keys` of
/// them. ShapeError if shapes differ, ArgumentError for none, or for more keys than arrays.
[[nodiscard]] std::vector<Array> sort(std::vector<Array> keys_then_values, SortAllOptions options = {}, Where where = Where::current());
/// The indices, i32, that bring x in order (i64 along an axis of 2^31 elements or more).
[[nodiscard]] Array argsort(Operand x, SortOptions options = {});
/// The indices, i32, that bring arrays of one shape in the order of the last key; where its elements are equal in that of the one before.
[[nodiscard]] Array lexsort(std::vector<Array> keys, SortOptions options = {}, Where where = Where::current());
/// The k greatest elements along the last axis, from the greatest; of equal ones the first comes first. ArgumentError if k is negative or
/// more than there are.
[[nodiscard]] TopK top_k(Operand x, std::int64_t k);
/// Options of `partition_kth` and `argpartition`.
struct PartitionOptions {
  Named by_name = Named();
  std::optional<std::int64_t> axis = -1;  ///< none: of the flattened array
};
/// x with the element at place k along the axis where it is in order, none greater before it and none less behind: NumPy's partition.
/// All of it is in order here. IndexError for a place beyond.
[[nodiscard]] Array partition_kth(Operand x, std::int64_t k, PartitionOptions options = {});
/// The indices, i32, that bring x in that order. IndexError for a place beyond.
[[nodiscard]] Array argpartition(Operand x, std::int64_t k, PartitionOptions options = {});
/// The axis alone, in place of the options.
/// @{
template <std::integral I> [[nodiscard]] Array sort(Operand x, I axis) { return sort(x, SortOptions{.axis = detail::wide(axis)}); }
template <std::integral I> [[nodiscard]] Array argsort(Operand x, I axis) { return argsort(x, SortOptions{.axis = detail::wide(axis)}); }
template <std::integral I> [[nodiscard]] Array partition_kth(Operand x, std::int64_t k, I axis) { return partition_kth(x, k, PartitionOptions{.axis = detail::wide(axis)}); }
template <std::integral I> [[nodiscard]] Array argpartition(Operand x, std::int64_t k, I axis) { return argpartition(x, k, PartitionOptions{.axis = detail::wide(axis)}); }
/// @}

}  // namespace espalier
