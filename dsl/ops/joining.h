#pragma once
// Arrays put together of several, taken apart, turned, and with elements put in or left out.
#include <initializer_list>
#include <vector>

#include "espalier/dsl/array.h"
#include "espalier/dsl/ops/shape.h"

namespace espalier {

/// Vectors as the columns of a matrix, beside the columns of matrices. ShapeError if they differ in rows, ArgumentError for no array.
Array column_stack(const std::vector<Array>& arrays, Where where = Where::current());
/// Blocks to one array: the blocks of a row are joined along the last axis, the rows along the last but one. ShapeError if they do not
/// fit together, ArgumentError for no block.
Array block(const std::vector<std::vector<Array>>& rows, Where where = Where::current());
/// n parts along an axis, of which the first are longer by one where the extent does not divide. ArgumentError for n below 1.
[[nodiscard]] std::vector<Array> array_split(Operand x, std::int64_t n, JoinOptions options = {});
namespace detail { std::vector<Array> split_along(Operand x, std::int64_t n, int axis, const char* name); }
/// `split` along axis 1, of a vector along axis 0. A template, so that braces mean the indices to cut at.
/// @{
template <std::integral I> [[nodiscard]] std::vector<Array> hsplit(Operand x, I n) { return detail::split_along(x, detail::wide(n), 1, "hsplit"); }
[[nodiscard]] std::vector<Array> hsplit(Operand x, const std::vector<std::int64_t>& indices);
/// @}
/// `split` along axis 0.
/// @{
template <std::integral I> [[nodiscard]] std::vector<Array> vsplit(Operand x, I n) { return detail::split_along(x, detail::wide(n), 0, "vsplit"); }
[[nodiscard]] std::vector<Array> vsplit(Operand x, const std::vector<std::int64_t>& indices);
/// @}
/// `split` along axis 2.
/// @{
template <std::integral I> [[nodiscard]] std::vector<Array> dsplit(Operand x, I n) { return detail::split_along(x, detail::wide(n), 2, "dsplit"); }
[[nodiscard]] std::vector<Array> dsplit(Operand x, const std::vector<std::int64_t>& indices);
/// @}

/// Options of `rot90`.
struct Rot90Options {
  Named by_name = Named();
  std::int64_t axis1 = 0;  ///< from which axis
  std::int64_t axis2 = 1;  ///< to which axis
};
/// x turned k times by a quarter from one axis to another. ShapeError for an array of less than two axes, ArgumentError if both axes are
/// the same.
Array rot90(Operand x, std::int64_t k = 1, Rot90Options options = {});
Array fliplr(Operand x);  ///< x with the order along axis 1 reversed
Array flipud(Operand x);  ///< x with the order along axis 0 reversed

/// Options of `insert` and `delete_`.
struct PlaceOptions {
  Named by_name = Named();
  std::optional<std::int64_t> axis = {};  ///< along which; none: of the flattened array
};
/// x with values put before an index, which may be the extent, or count from the end. Along an axis they are slices, one behind the other
/// along their first axis, which broadcast to those of x. IndexError for an index beyond.
Array insert(Operand x, std::int64_t index, Operand values, PlaceOptions options = {});
/// x without the element, or the slice along an axis, at an index. IndexError for an index beyond.
Array delete_(Operand x, std::int64_t index, PlaceOptions options = {});

}  // namespace espalier
