#pragma once
// Passes and analyses by name, so that each can be run alone: `esp-opt --pass=NAME`.
#include <string>
#include <string_view>

#include "espalier/ir/graph.h"

namespace espalier::ir {

/// A function from graphs to graphs: the same program, written in another way.
struct Pass {
  std::string_view name;  ///< words with '-' between them, each only once among all passes and analyses
  std::string_view help;  ///< what it does, in a line
  Graph (*run)(const Graph& graph);
};

/// A function that finds something out about a graph and leaves it as it is.
struct Analysis {
  std::string_view name;
  std::string_view help;
  std::string (*text)(const Graph& graph);  ///< what it found, in lines
};

}  // namespace espalier::ir
