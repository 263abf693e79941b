#pragma once
// The steps that make a graph of a graph.
#include <string_view>
#include <vector>

#include "espalier/ir/graph.h"
#include "options.h"

namespace espalier::opt {

/// What the steps work on. `n_residuals`: how many of the first inputs the last --linearize made.
struct Subject {
  ir::Graph graph;
  std::uint32_t n_residuals = 0;
};

/// Takes a derivative, batching or a pass; other steps leave it unchanged. The result is verified. ArgumentError if the step's
/// value makes no sense for this graph; the transform's own errors.
void transform(Subject& subject, const Step& step, const Options& options);

/// A list such as "0,2" as flags over `count` inputs.
std::vector<bool> flags(std::string_view list, std::uint32_t count, const std::string& option);

}  // namespace espalier::opt
