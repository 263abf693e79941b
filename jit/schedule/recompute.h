#pragma once
// Recomputing: large values made of small ones, computed again for each way in which they are reduced.
#include "espalier/ir/graph.h"

namespace espalier::codegen {

/// The same program, where an array much larger than all that it is made of (the distances of all pairs of points, say), which
/// is reduced over some axes here and over others there, is made anew for each: those reductions cannot be one kernel, and
/// the array would go to memory and back between them. So it takes no memory at all.
ir::Graph recompute(const ir::Graph& graph);

}  // namespace espalier::codegen
