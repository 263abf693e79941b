#pragma once
// The compiler, for those who have a graph: a library of its own, which nothing else links.
#include "espalier/jit/compile.h"

namespace espalier::codegen {

/// The compiler; opens its library at the first call. CompileError, with the places that were searched, if there is none.
const Compiler& compiler();

}  // namespace espalier::codegen
