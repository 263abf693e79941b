#include "espalier/dsl/ops/bits.h"

#include <algorithm>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/settled.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"

namespace espalier {

using detail::called_at;
namespace {

// Everything here runs within called_at, which knows the user's place.

[[noreturn]] void fail_dtype(const Array& x, const char* name, const char* wanted, const char* hint) {
  DTypeError error(name, detail::ArrayAccess::type(x).str() + " does not hold " + wanted, hint);
  error.dtypes = {x.dtype()};
  throw error;
}

// [8, 1, …]: by how many places each of eight bits is shifted, along the axis behind `axis` of n axes.
Array shifts(std::string_view order, int axis, int n, const char* name) {
  if (order != "big" && order != "little") throw ArgumentError(name, "bit order \"" + std::string(order) + "\" is not known", "it is big or little");
  std::vector<std::int64_t> shape(static_cast<std::size_t>(n) + 1, 1);
  shape[static_cast<std::size_t>(axis) + 1] = 8;
  const Array count = iota({8}, 0, u8);
  return reshape(order == "big" ? Array(7).as(u8) - count : count, Shape(shape));
}

Array padded_to(const Array& x, int axis, std::int64_t extent) {
  std::vector<std::pair<std::int64_t, std::int64_t>> widths(static_cast<std::size_t>(x.ndim()));
  widths[static_cast<std::size_t>(axis)].second = extent - x.shape()[axis];
  return pad(x, widths);
}

}  // namespace

Array packbits(Operand x, PackbitsOptions o) {
  return called_at(x.where, "packbits", [&] {
    const auto [a, axis] = detail::along_axis(x, o.axis, "packbits");
    if (!ir::is_integer(a.dtype()) && a.dtype() != bool_) fail_dtype(a, "packbits", "bools or integers", "compare with 0");
    const std::int64_t bytes = (a.shape()[axis] + 7) / 8;
    const Array bits = padded_to((a != 0).as(u8), axis, 8 * bytes);
    std::vector<std::int64_t> shape = bits.shape().extents();
    shape[static_cast<std::size_t>(axis)] = bytes;
    shape.insert(shape.begin() + axis + 1, 8);
    return sum(reshape(bits, Shape(shape)) << shifts(o.bitorder, axis, a.ndim(), "packbits"), {.axis = axis + 1, .dtype = u8});
  });
}
Array unpackbits(Operand x, UnpackbitsOptions o) {
  return called_at(x.where, "unpackbits", [&] {
    const auto [a, axis] = detail::along_axis(x, o.axis, "unpackbits");
    if (a.dtype() != u8) fail_dtype(a, "unpackbits", "u8", "convert it with .as(u8), or bitcast");
    const Array bits = (expand_dims(a, axis + 1) >> shifts(o.bitorder, axis, a.ndim(), "unpackbits")) & Array(1).as(u8);
    std::vector<std::int64_t> shape = a.shape().extents();
    const std::int64_t all = shape[static_cast<std::size_t>(axis)] *= 8;
    const Array line = reshape(bits, Shape(shape));
    if (!o.count) return line;
    const std::int64_t count = *o.count < 0 ? all + *o.count : *o.count;
    if (count < 0) throw ArgumentError("unpackbits", std::to_string(*o.count) + " of " + std::to_string(all) + " bits", "cut off no more than there are");
    return count > all ? padded_to(line, axis, count) : detail::part_of(line, axis, 0, count);
  });
}

}  // namespace espalier
