#pragma once
// Forward-mode differentiation: one rule per primitive, from which every other derivative follows.
#include <vector>

#include "espalier/ir/graph.h"

namespace espalier::ir {

/// The program (primals…, tangents of the active inputs…) -> (primal outputs…, tangents of the outputs flagged…).
/// An absent tangent is symbolic: outputs that do not depend on an active input are not flagged and have none.
struct Jvp {
  Graph graph;
  std::vector<bool> output_active;
};
/// `active[i]`: input i has a tangent (it must be floating). `keep_active[i]` (optional) asks output i to have a tangent
/// even if it is zero: loops use it for carries.
Jvp jvp(const Graph& graph, const std::vector<bool>& active, const std::vector<bool>& keep_active = {});

}  // namespace espalier::ir
