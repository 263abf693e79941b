#pragma once
// Allocates new arrays. Where there is not enough memory, a typed error says the size and the user's place.
#include "espalier/dsl/array.h"
#include "espalier/ir/graph.h"

namespace espalier::detail {

/// A concrete array whose elements are not written yet. ShapeError if there is no memory for it; `made` is the place of the
/// user's op, if that is another than `where`.
Array uninitialised(ir::Type type, Where where, ir::Loc made = {});

}  // namespace espalier::detail
