#pragma once
// Nodes that are made anew of other nodes, wherever they stand.
#include <span>
#include <vector>

#include "espalier/ir/expr.h"

namespace espalier::codegen {

/// Which nodes are replaced, and what stands for their results.
struct Replacement {
  bool (*is_wanted)(const ir::Graph& graph, const ir::Node& node);
  std::vector<ir::Expr> (*results)(const ir::Graph& graph, const ir::Node& node, std::span<const ir::Expr> operands);
};

/// The program with those nodes replaced, in bodies too; one that has none as it is. The locations are those of the nodes.
ir::Graph replace_nodes(const ir::Graph& graph, const Replacement& replacement);

}  // namespace espalier::codegen
