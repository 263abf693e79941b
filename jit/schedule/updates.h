#pragma once
// Updates: which values are changed versions of which others, and may lie in their memory.
#include <optional>
#include <vector>

#include "espalier/ir/graph.h"

namespace espalier::codegen {

/// The operand that a result of a node is an updated version of, if there is one: what a slice is written into, the carry that a loop
/// starts from, an operand that all branches of a cond update.
std::optional<std::size_t> updated_operand(const ir::Graph& graph, const ir::Node& node, std::size_t result);
/// The input that a value of a body is an updated version of, itself if it is one; else `no_value`.
ir::Value update_source(const ir::Graph& body, ir::Value value);

/// Small slices of an array that is updated, which a kernel behind the update may want to read in passing: they must have memory of
/// their own, so that the array dies in its update.
std::vector<ir::Value> old_slices(const ir::Graph& graph);

}  // namespace espalier::codegen
