#pragma once
// Producer duplication: a large array made of small ones is computed once for each way in which it is reduced.
#include "espalier/ir/graph.h"

namespace espalier::codegen {

/// The same program, where, also in the bodies of loops and branches, an array much larger than all that it is made of (the distances of all pairs of points, say), which
/// is reduced over some axes here and over others there, has a copy of its nodes for each. Those reductions cannot be one kernel,
/// so one array would go to memory and back between them; each copy is fused into its reduction and takes no memory at all.
ir::Graph duplicate_producers(const ir::Graph& graph);

}  // namespace espalier::codegen
