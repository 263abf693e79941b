#include "espalier/dsl/transform/collective.h"

#include "espalier/dsl/ops.h"
#include "espalier/dsl/trace.h"

namespace espalier {
namespace {

// The attributes of a collective over the axis of that name. AxisNameError.
ir::CollectiveAttrs over(const char* op, std::string_view axis_name, Where where) {
  const Trace::NamedAxis* axis = Trace::axis_named(axis_name);
  if (axis != nullptr) return {.axis_name = axis->name, .size = axis->size};
  AxisNameError error(op, "there is no axis '" + std::string(axis_name) + "' here", "call it in a function that vmap maps with .axis_name = \"" + std::string(axis_name) + "\"", where);
  error.name = axis_name;
  throw error;
}

int axis_in(const char* op, std::int64_t axis, int ndim, const Array& x, Where where) {
  const std::int64_t n = axis < 0 ? axis + ndim : axis;
  if (n >= 0 && n < ndim) return static_cast<int>(n);
  AxisError error(op, "axis " + std::to_string(axis) + " is out of range for " + detail::ArrayAccess::type(x).str(), "axes count from 0, or from the end if negative", where);
  error.axis = axis;
  error.ndim = ndim;
  throw error;
}

// What a number is to all members: an array of its own dtype.
Array strong(const Array& x, Where where) { return x.weak() ? x.as(x.dtype(), where) : x; }

// `x` with two neighbouring axes as one.
Array merged(const Array& x, int axis) {
  std::vector<std::int64_t> shape = x.shape().extents();
  shape[static_cast<std::size_t>(axis)] *= shape[static_cast<std::size_t>(axis) + 1];
  shape.erase(shape.begin() + axis + 1);
  return reshape(x, Shape(shape));
}

}  // namespace

namespace detail {

Array sum_of_members(const Array& x, std::string_view axis_name, Where where) {
  return apply(ir::Op::psum, {strong(x, where)}, over("psum", axis_name, where), where, "psum");
}
Array mean_of_members(const Array& x, std::string_view axis_name, Where where) {
  const ir::CollectiveAttrs attrs = over("pmean", axis_name, where);
  const Array real = strong(x, where).as(float_dtype(x.dtype()), where);
  return apply(ir::Op::psum, {real}, attrs, where, "pmean") / static_cast<double>(attrs.size);
}
Array max_of_members(const Array& x, std::string_view axis_name, Where where) { return max(gathered(x, axis_name, {}, where), {.axis = 0}); }
Array min_of_members(const Array& x, std::string_view axis_name, Where where) { return min(gathered(x, axis_name, {}, where), {.axis = 0}); }

Array gathered(const Array& x, std::string_view axis_name, const GatherOptions& options, Where where) {
  ir::CollectiveAttrs attrs = over("all_gather", axis_name, where);
  attrs.axis = axis_in("all_gather", options.axis, x.ndim() + (options.tiled ? 0 : 1), x, where);
  const Array all = apply(ir::Op::all_gather, {strong(x, where)}, attrs, where, "all_gather");
  return options.tiled ? merged(all, attrs.axis) : all;
}

Array scattered_sum(const Array& x, std::string_view axis_name, const GatherOptions& options, Where where) {
  ir::CollectiveAttrs attrs = over("psum_scatter", axis_name, where);
  attrs.axis = axis_in("psum_scatter", options.axis, x.ndim(), x, where);
  std::vector<std::int64_t> shape = x.shape().extents();
  const std::int64_t extent = x.shape()[attrs.axis];
  const bool parts = options.tiled && attrs.size > 0 && extent % attrs.size == 0;
  if (parts) {
    shape[static_cast<std::size_t>(attrs.axis)] = attrs.size;
    shape.insert(shape.begin() + attrs.axis + 1, extent / attrs.size);
  }
  if (!parts && (options.tiled || extent != attrs.size)) {
    ShapeError error("psum_scatter", "axis " + std::to_string(attrs.axis) + " of " + ArrayAccess::type(x).str() + " cannot be shared out among " + std::to_string(attrs.size) + " members", options.tiled ? "its extent is a multiple of their number" : "its extent is their number; .tiled gives each a part of it", where);
    error.shapes = {x.shape()};
    throw error;
  }
  return apply(ir::Op::reduce_scatter, {reshape(strong(x, where), Shape(shape))}, attrs, where, "psum_scatter");
}

Array permuted(const Array& x, std::string_view axis_name, const std::vector<std::pair<std::int64_t, std::int64_t>>& pairs, Where where) {
  ir::CollectiveAttrs attrs = over("ppermute", axis_name, where);
  attrs.sources.assign(static_cast<std::size_t>(attrs.size), -1);
  for (const auto& [from, to] : pairs) {
    if (from < 0 || from >= attrs.size || to < 0 || to >= attrs.size) {
      throw ArgumentError("ppermute", "the pair {" + std::to_string(from) + ", " + std::to_string(to) + "} names no member of an axis of " + std::to_string(attrs.size), "members count from 0", where);
    }
    std::int64_t& source = attrs.sources[static_cast<std::size_t>(to)];
    if (source >= 0) throw ArgumentError("ppermute", "member " + std::to_string(to) + " is sent to twice", "each gets from one at most", where);
    source = from;
  }
  return apply(ir::Op::ppermute, {strong(x, where)}, attrs, where, "ppermute");
}

Array exchanged(const Array& x, std::string_view axis_name, std::int64_t split_axis, std::int64_t concat_axis, Where where) {
  ir::CollectiveAttrs attrs = over("all_to_all", axis_name, where);
  attrs.axis = axis_in("all_to_all", split_axis, x.ndim(), x, where);
  attrs.into = axis_in("all_to_all", concat_axis, x.ndim(), x, where);
  return apply(ir::Op::all_to_all, {strong(x, where)}, attrs, where, "all_to_all");
}

}  // namespace detail

Array axis_index(std::string_view axis_name, Where where) {
  return detail::apply(ir::Op::axis_index, {}, over("axis_index", axis_name, where), where);
}
std::int64_t axis_size(std::string_view axis_name, Where where) { return over("axis_size", axis_name, where).size; }

}  // namespace espalier
