#pragma once
// Outlining: a cluster's nodes as a graph of their own.
#include <vector>

#include "espalier/jit/schedule/kernel.h"
#include "espalier/jit/schedule/rematerialize.h"

namespace espalier::codegen {

/// A kernel's body and kind, and the values of the outer graph that it reads and makes, in the order of the body's inputs and outputs.
struct Outlined {
  KernelKind kind = KernelKind::loop;
  ir::Graph body;
  std::vector<ir::Value> operands, results;
};
Outlined outline(const ir::Graph& graph, const DependenceGraph& dependences, const Clustering& clustering, const Rematerialization& rematerialization, std::uint32_t cluster);

}  // namespace espalier::codegen
