#pragma once
// Collectives: what all members of a named axis make together, in a function that vmap maps with `.axis_name`.
#include <string_view>
#include <utility>
#include <vector>

#include "espalier/dsl/tree.h"

namespace espalier {

/// Options of `all_gather` and `psum_scatter`.
struct GatherOptions {
  Named by_name = Named();
  std::int64_t axis = 0;  ///< along which the members stand
  bool tiled = false;     ///< whether they stand behind each other along an axis that is there, instead of along one of their own
};

namespace detail {
/// The same for one array.
Array sum_of_members(const Array& x, std::string_view axis_name, Where where);
Array mean_of_members(const Array& x, std::string_view axis_name, Where where);
Array max_of_members(const Array& x, std::string_view axis_name, Where where);
Array min_of_members(const Array& x, std::string_view axis_name, Where where);
Array gathered(const Array& x, std::string_view axis_name, const GatherOptions& options, Where where);
Array scattered_sum(const Array& x, std::string_view axis_name, const GatherOptions& options, Where where);
Array permuted(const Array& x, std::string_view axis_name, const std::vector<std::pair<std::int64_t, std::int64_t>>& pairs, Where where);
Array exchanged(const Array& x, std::string_view axis_name, std::int64_t split_axis, std::int64_t concat_axis, Where where);

/// A copy of the tree whose leaves are made by `f`; Nothing stays.
template <class T, class F> T each_leaf(const T& x, const F& f) {
  T result = tree::clone(x);
  tree::for_each_leaf(result, [&](Array& leaf) { if (!leaf.is_nothing()) leaf = f(leaf); });
  return result;
}
}  // namespace detail

/// The sum over the members of the axis, leaf by leaf: the same for all of them. AxisNameError if no vmap around maps an axis of
/// that name; so for all functions here. Derivatives are jax.lax's: the cotangents of all members add up.
template <Tree T> [[nodiscard]] T psum(const T& x, std::string_view axis_name, Where where = Where::current()) {
  return detail::each_leaf(x, [&](const Array& leaf) { return detail::sum_of_members(leaf, axis_name, where); });
}
/// The mean over the members, leaf by leaf; integers give floats.
template <Tree T> [[nodiscard]] T pmean(const T& x, std::string_view axis_name, Where where = Where::current()) {
  return detail::each_leaf(x, [&](const Array& leaf) { return detail::mean_of_members(leaf, axis_name, where); });
}
/// The greatest of the members, element by element; NaN wins.
template <Tree T> [[nodiscard]] T pmax(const T& x, std::string_view axis_name, Where where = Where::current()) {
  return detail::each_leaf(x, [&](const Array& leaf) { return detail::max_of_members(leaf, axis_name, where); });
}
/// The least of the members, element by element; NaN wins.
template <Tree T> [[nodiscard]] T pmin(const T& x, std::string_view axis_name, Where where = Where::current()) {
  return detail::each_leaf(x, [&](const Array& leaf) { return detail::min_of_members(leaf, axis_name, where); });
}
/// Every member's leaves, the same for all: along a new axis `.axis`, or, if `.tiled`, behind each other along that axis.
/// AxisError for an axis that is not there.
template <Tree T> [[nodiscard]] T all_gather(const T& x, std::string_view axis_name, GatherOptions options = {}, Where where = Where::current()) {
  return detail::each_leaf(x, [&](const Array& leaf) { return detail::gathered(leaf, axis_name, options, where); });
}
/// The sum over the members, of which each keeps its own element along `.axis` (which goes), or, if `.tiled`, its own part of it.
/// ShapeError where the axis cannot be shared out equally.
template <Tree T> [[nodiscard]] T psum_scatter(const T& x, std::string_view axis_name, GatherOptions options = {}, Where where = Where::current()) {
  return detail::each_leaf(x, [&](const Array& leaf) { return detail::scattered_sum(leaf, axis_name, options, where); });
}
/// Sends leaves from member to member: pairs of {from, to}. Who is sent nothing has zeros. ArgumentError where one sends or gets twice.
template <Tree T>
[[nodiscard]] T ppermute(const T& x, std::string_view axis_name, const std::vector<std::pair<std::int64_t, std::int64_t>>& pairs, Where where = Where::current()) {
  return detail::each_leaf(x, [&](const Array& leaf) { return detail::permuted(leaf, axis_name, pairs, where); });
}
/// Element i along `split_axis`, whose extent is the number of members, goes to member i; what a member gets stands along
/// `concat_axis`, in the order of the senders.
template <Tree T> [[nodiscard]] T all_to_all(const T& x, std::string_view axis_name, std::int64_t split_axis, std::int64_t concat_axis, Where where = Where::current()) {
  return detail::each_leaf(x, [&](const Array& leaf) { return detail::exchanged(leaf, axis_name, split_axis, concat_axis, where); });
}
/// Which member this is: i32[], from 0.
[[nodiscard]] Array axis_index(std::string_view axis_name, Where where = Where::current());
/// How many members the axis has.
[[nodiscard]] std::int64_t axis_size(std::string_view axis_name, Where where = Where::current());

}  // namespace espalier
