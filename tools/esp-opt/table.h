#pragma once
// Which rules the ops of a graph have, found out by applying them.
#include <string>

#include "espalier/ir/graph.h"

namespace espalier::opt {

/// A line for each op of the graph: the dtypes of operands that it takes, and for each of these whether it is evaluated, has
/// derivatives forward (jvp) and in reverse (vjp), is batched, and becomes code for CPUs and GPUs. "yes": in all dtypes that it
/// takes; "-": it has none by its nature, as integers have no derivative; else the dtypes that lack it, each with its error below.
std::string rules_table(const ir::Graph& graph);

}  // namespace espalier::opt
