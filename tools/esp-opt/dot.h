#pragma once
// A graph as Graphviz text: a box per node, an ellipse per input and output, a frame per body of a loop or branch.
#include <string>

#include "espalier/ir/graph.h"

namespace espalier::opt {

std::string dot(const ir::Graph& graph);

}  // namespace espalier::opt
