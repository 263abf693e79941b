#pragma once
// Canonical order: recording order is not a program property, so it is forgotten.
#include <span>

#include "espalier/ir/graph.h"

namespace espalier::ir {

/// The program from `inputs` to `outputs` of a recorded graph: nodes in post-order from those with effects, in the order in which they
/// were recorded, then from the outputs, operands first and from left to right; nodes that neither needs are gone; all inputs stay.
/// Linear time, no recursion.
Graph canonical(const Graph& recorded, std::span<const Value> inputs, std::span<const Value> outputs);
/// The same in the order of recording: cheaper, for graphs that are read once and forgotten.
Graph compact(const Graph& recorded, std::span<const Value> inputs, std::span<const Value> outputs);
Graph compact(const Graph& graph);

}  // namespace espalier::ir
