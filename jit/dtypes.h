#pragma once
// Which dtypes kernels compute in.
#include "espalier/ir/graph.h"

namespace espalier::codegen {

/// DTypeError that names the first op of the program, bodies included, that kernels have no code for: complex numbers.
void require_compiled_dtypes(const ir::Graph& graph);

}  // namespace espalier::codegen
