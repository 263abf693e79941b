#pragma once
// What a graph is run on.
#include <vector>

#include "espalier/ir/graph.h"
#include "options.h"

namespace espalier::opt {

/// The values that --input gives, then hashed ones: floating-point numbers in [-1, 1) that are multiples of 1/512,
/// integers from -5 (unsigned: 0) to 9, either bool. ArgumentError, naming the input, for text that is not its value.
std::vector<ir::Literal> inputs_of(const ir::Graph& graph, const Options& options);

}  // namespace espalier::opt
