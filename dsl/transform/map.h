#pragma once
// Functions of all slices along an axis: associative_scan and sequential_map.
#include "espalier/dsl/transform/batching.h"
#include "espalier/dsl/transform/control.h"

namespace espalier {

/// Options of `associative_scan`.
struct AssociativeScanOptions {
  Named by_name = Named();
  int axis = 0;          ///< of every leaf; negative ones count from the end
  bool reverse = false;  ///< from the last slice to the first
};
/// Options of `sequential_map`.
struct MapOptions {
  Named by_name = Named();
  std::int64_t batch_size = 1;  ///< slices that are mapped at once, as by vmap
};

namespace detail {

/// A function of two lists of leaves.
struct Combine {
  const void* function;
  std::vector<Array> (*call)(const void* function, std::vector<Array> earlier, std::vector<Array> later);
  std::vector<Array> operator()(std::vector<Array> earlier, std::vector<Array> later) const { return call(function, std::move(earlier), std::move(later)); }
};
/// Inclusive prefixes along an axis, by halves: each half combines neighbours, runs on what is left, and fills in between.
std::vector<Array> prefixes(std::vector<Array> leaves, int axis, bool reverse, const Combine& combine, Where where);
/// StructureError unless leaves that were combined have the types of those that they were combined of; `difference` is what differs in
/// the structure around them.
void require_like_combined(const std::string& difference, std::span<const Array> combined, std::span<const Array> of, Where where);

/// Slices [first, last) along the leading axis.
Array leading_slices(const Array& x, std::int64_t first, std::int64_t last, Where where);
/// The leading axis as two, of which the second has `inner` elements; and back.
Array leading_axis_split(const Array& x, std::int64_t inner, Where where);
Array leading_axes_joined(const Array& x, Where where);
Array joined_behind(const Array& first, const Array& second, Where where);

template <class F, class T> struct Combines {
  static_assert(sizeof(F) == 0, "associative_scan: f(a, b) returns a tree of the type that it takes twice");
};

}  // namespace detail

/// Inclusive prefixes y_i = f(… f(f(x_0, x_1), x_2) …, x_i) along an axis of all leaves, in logarithmic depth: `f` is associative
/// and is called with trees of many slices at once, whose axis it keeps (as jax.lax.associative_scan). In reverse y_i begins with the
/// last slice. ShapeError if extents differ or there is no leaf, AxisError for an axis that a leaf does not have, StructureError if
/// f returns other statics, shapes or dtypes.
template <class F, class T> [[nodiscard]] T associative_scan(const F& f, const T& xs, AssociativeScanOptions options = {}, Where where = Where::current()) {
  using Args = detail::Arguments<F, T, T>;
  if constexpr (!detail::fits<F, Args, T, T>()) {
    detail::refuse<F, Args, T, T>();
    return tree::clone(xs);
  } else if constexpr (!std::is_same_v<detail::ResultOf<F, Args>, T>) {
    (void)sizeof(detail::Combines<F, T>);
    return tree::clone(xs);
  } else {
    struct Called {
      const F& f;
      const T& like;
      Where where;
    } const called{f, xs, where};
    const detail::Combine combine{&called, [](const void* function, std::vector<Array> earlier, std::vector<Array> later) {
      const Called& c = *static_cast<const Called*>(function);
      const T result = c.f(detail::with_leaves(c.like, earlier), detail::with_leaves(c.like, later));
      const std::vector<Array> leaves = tree::present_leaves(result);
      detail::require_like_combined(tree::first_static_difference(c.like, result), leaves, earlier, c.where);
      return leaves;
    }};
    return detail::with_leaves(xs, detail::prefixes(tree::present_leaves(xs), options.axis, options.reverse, combine, where));
  }
}

/// `f` of each slice along the leading axis of xs, one after the other, results stacked along a new leading axis: a scan without a
/// carry, where vmap would need the memory of all. `.batch_size` slices go at once, those that are left over together (as jax.lax.map).
/// ShapeError if leading extents differ or there is no leaf, ArgumentError for a batch size below 1.
template <class F, class X> [[nodiscard]] auto sequential_map(const F& f, const X& xs, MapOptions options = {}, Where where = Where::current()) {
  using Args = detail::Arguments<F, X>;
  if constexpr (!detail::fits<F, Args, X>()) return detail::refuse<F, Args, X>();
  else {
    if (options.batch_size < 1) throw ArgumentError("sequential_map", "batch_size is " + std::to_string(options.batch_size), "it is 1 or more", where);
    using In = std::tuple_element_t<0, Args>;
    const In all = detail::argument_as<In>(xs);
    const auto one_by_one = [&](const auto& of_each, const In& slices) {
      const auto step = [&](const Nothing&, const In& x) { return std::pair(nothing, of_each(detail::hand_copy(x))); };
      return detail::scan_with<decltype(step), Nothing>(step, nothing, slices, {}, "sequential_map", where).second;
    };
    const std::vector<Array> leaves = tree::present_leaves(all);
    const std::int64_t n = detail::leading_extent(leaves, std::nullopt, "sequential_map", where), batch = options.batch_size, whole = n - n % batch;
    if (batch == 1 || n == 0) return one_by_one(f, all);
    const auto many = vmap(f);
    if (whole == 0) return many(all);
    const auto part = [&](std::int64_t first, std::int64_t last, bool split) {
      std::vector<Array> slices;
      for (const Array& x : leaves) {
        slices.push_back(detail::leading_slices(x, first, last, where));
        if (split) slices.back() = detail::leading_axis_split(slices.back(), batch, where);
      }
      return detail::with_leaves(all, slices);
    };
    auto results = one_by_one(many, part(0, whole, true));
    std::vector<Array> joined;
    for (const Array& y : tree::present_leaves(results)) joined.push_back(detail::leading_axes_joined(y, where));
    if (whole < n) {
      const std::vector<Array> rest = tree::present_leaves(many(part(whole, n, false)));
      for (std::size_t i = 0; i < joined.size(); ++i) joined[i] = detail::joined_behind(joined[i], rest[i], where);
    }
    return detail::with_leaves(results, joined);
  }
}

}  // namespace espalier
