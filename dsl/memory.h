#pragma once
// The memory of arrays: new ones, and their bytes. Where there is not enough memory, a typed error says the size and the user's
// place.
#include <span>

#include "espalier/dsl/array.h"
#include "espalier/ir/graph.h"

namespace espalier::detail {

/// A concrete array whose elements are not written yet. ShapeError if there is no memory for it; `made` is the place of the
/// user's op, if that is another than `where`.
Array uninitialised(ir::Type type, Where where, ir::Loc made = {});

/// The same elements with data and a strong dtype: a literal has the dtype that it reports. DonatedValue, MissingValue or
/// TracedValue if there are no data.
Array concrete(const Array& array, const char* op, Where where);
/// The bytes of a concrete array's elements, row-major, which it holds.
std::span<const std::uint8_t> bytes_of(const Array& concrete);
/// The same, to be written, of an array that nobody else holds yet.
std::span<std::uint8_t> bytes_to_write(Array& fresh);

}  // namespace espalier::detail
