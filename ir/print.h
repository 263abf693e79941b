#pragma once
// The text form of a graph, both ways. Text is what tests compare, users read and tools take.
#include <string>
#include <string_view>

#include "espalier/ir/graph.h"

namespace espalier::ir {

/// `%0: f32[2,3]` … one line per node; `locations` appends `# file:line`.
struct PrintOptions {
  bool locations = false;
};
std::string print(const Graph& graph, PrintOptions options = {});
/// The graph of a text that `print` made. Otherwise FormatError, "file:line:column: what was expected", with the offset;
/// ids, arity, attributes and types are all checked, so no text can make an invalid graph.
Graph parse(std::string_view text, std::string_view file = "graph text");
/// Checks a graph: ids in order, types re-inferred equal. The message of the first violation, or "".
std::string verify(const Graph& graph);

}  // namespace espalier::ir
