#pragma once
// Memory for arrays that are made: what there is not is a typed error with the size and the user's place.
#include "espalier/dsl/array.h"
#include "espalier/ir/graph.h"

namespace espalier::detail {

/// A concrete array whose elements are not written yet. ShapeError if there is no memory for it; `made` is where the
/// user's op stands, where that is not `where`.
Array uninitialised(ir::Type type, Where where, ir::Loc made = {});

}  // namespace espalier::detail
