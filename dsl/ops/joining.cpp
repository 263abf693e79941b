#include "espalier/dsl/ops/joining.h"

#include <algorithm>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/settled.h"
#include "espalier/dsl/trace.h"

namespace espalier {

using detail::called_at;
using detail::part_of;
namespace {

// Everything here runs within called_at, which knows the user's place.

Array with_axes(const Array& x, int ndim) {
  std::vector<std::int64_t> shape = x.shape().extents();
  shape.insert(shape.begin(), static_cast<std::size_t>(ndim - x.ndim()), 1);
  return reshape(x, Shape(shape));
}

// An index from 0 on, below `count`.
std::int64_t place_of(std::int64_t index, std::int64_t extent, std::int64_t count, const char* name) {
  const std::int64_t place = index < 0 ? index + extent : index;
  if (place >= 0 && place < count) return place;
  IndexError error(name, "index " + std::to_string(index) + " lies beyond " + std::to_string(extent) + " elements", "indices count from 0, or from the end if negative");
  error.index = index;
  error.size = extent;
  throw error;
}

int second_axis(const Operand& x) { return x.array.ndim(x.where) == 1 ? 0 : 1; }

}  // namespace

Array column_stack(const std::vector<Array>& arrays, Where where) {
  return called_at(where, "column_stack", [&] {
    std::vector<Array> columns;
    for (const Array& x : arrays) {
      const Array a = detail::settled(x);
      columns.push_back(a.ndim() < 2 ? reshape(a, {-1, 1}) : a);
    }
    return concatenate(columns, {.axis = 1});
  });
}
Array block(const std::vector<std::vector<Array>>& rows, Where where) {
  return called_at(where, "block", [&] {
    int ndim = 2;
    for (const auto& row : rows)
      for (const Array& x : row) ndim = std::max(ndim, x.ndim());
    std::vector<Array> joined;
    for (const auto& row : rows) {
      std::vector<Array> blocks;
      for (const Array& x : row) blocks.push_back(with_axes(detail::settled(x), ndim));
      joined.push_back(concatenate(blocks, {.axis = -1}));
    }
    return concatenate(joined, {.axis = -2});
  });
}

std::vector<Array> array_split(Operand x, std::int64_t n, JoinOptions o) {
  return called_at(x.where, "array_split", [&] {
    const Array a = detail::settled(x);
    if (n < 1) throw ArgumentError("array_split", std::to_string(n) + " parts", "give 1 or more");
    const std::int64_t extent = a.shape()[detail::axis_of(o.axis, a.ndim(), "array_split", {})];
    std::vector<std::int64_t> cuts;
    for (std::int64_t i = 1; i < n; ++i) cuts.push_back(i * (extent / n) + std::min(i, extent % n));
    return split(a, cuts, o);
  });
}
std::vector<Array> detail::split_along(Operand x, std::int64_t n, int axis, const char* name) {
  return called_at(x.where, name, [&] { return split(x, n, {.axis = axis == 1 ? second_axis(x) : axis}); });
}
// clang-format off
std::vector<Array> hsplit(Operand x, const std::vector<std::int64_t>& indices) { return called_at(x.where, "hsplit", [&] { return split(x, indices, {.axis = second_axis(x)}); }); }
std::vector<Array> vsplit(Operand x, const std::vector<std::int64_t>& indices) { return called_at(x.where, "vsplit", [&] { return split(x, indices, {.axis = 0}); }); }
std::vector<Array> dsplit(Operand x, const std::vector<std::int64_t>& indices) { return called_at(x.where, "dsplit", [&] { return split(x, indices, {.axis = 2}); }); }
// clang-format on

Array rot90(Operand x, std::int64_t k, Rot90Options o) {
  return called_at(x.where, "rot90", [&] {
    const Array a = detail::settled(x);
    if (a.ndim() < 2) {
      ShapeError error("rot90", detail::ArrayAccess::type(a).str() + " has no two axes to turn", "give an array of two axes or more");
      error.shapes = {a.shape()};
      throw error;
    }
    const int from = detail::axis_of(o.axis1, a.ndim(), "rot90", {}), to = detail::axis_of(o.axis2, a.ndim(), "rot90", {});
    if (from == to) throw ArgumentError("rot90", "axis " + std::to_string(from) + " is turned to itself", "name two axes");
    switch (((k % 4) + 4) % 4) {
      case 1: return swapaxes(flip(a, to), from, to);
      case 2: return flip(a, {.axis = {from, to}});
      case 3: return flip(swapaxes(a, from, to), to);
    }
    return a;
  });
}
Array fliplr(Operand x) {
  return called_at(x.where, "fliplr", [&] { return flip(x, 1); });
}
Array flipud(Operand x) {
  return called_at(x.where, "flipud", [&] { return flip(x, 0); });
}

Array insert(Operand x, std::int64_t index, Operand values, PlaceOptions o) {
  return called_at(x.where, "insert", [&] {
    const auto [a, axis] = detail::along_axis(x, o.axis, "insert");
    const std::int64_t n = a.shape()[axis], at = place_of(index, n, n + 1, "insert");
    // The values are slices, one behind the other along their first axis.
    const Array own = values.array.as(a.dtype()), given = o.axis ? own : ravel(own), v = moveaxis(with_axes(given, std::max(a.ndim(), given.ndim())), 0, axis);
    std::vector<std::int64_t> shape = a.shape().extents();
    shape[static_cast<std::size_t>(axis)] = v.shape()[axis];
    return concatenate({part_of(a, axis, 0, at), broadcast_to(v, Shape(shape)), part_of(a, axis, at, n)}, {.axis = axis});
  });
}
Array delete_(Operand x, std::int64_t index, PlaceOptions o) {
  return called_at(x.where, "delete_", [&] {
    const auto [a, axis] = detail::along_axis(x, o.axis, "delete_");
    const std::int64_t n = a.shape()[axis], at = place_of(index, n, n, "delete_");
    return concatenate({part_of(a, axis, 0, at), part_of(a, axis, at + 1, n)}, {.axis = axis});
  });
}

}  // namespace espalier
